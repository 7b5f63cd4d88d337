"""Dead pages are told, refusals are not held to be dead, and no network is said to be no network."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import cli, content_links
from bot.content_links import NoNetwork, ask_page, dead_links


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "content/topics").mkdir(parents=True)
    topic = "job_start: {sources: {fi: {title: S, url: 'https://a'}, en: [{title: S, url: 'https://b'}]}}\n"
    (tmp_path / "content/topics/job.yml").write_text(topic, encoding="utf-8")
    catalogue = "pages: {oph: {fi: {title: S, url: 'https://a'}, sv: {title: S, url: 'https://c'}}}\n"
    (tmp_path / "content/recognition.yml").write_text(catalogue, encoding="utf-8")
    facts = "F: {says: Old., confidence: high, pages: ['https://d']}\n"
    (tmp_path / "content/facts.yml").write_text(facts, encoding="utf-8")
    return tmp_path


def answers(**statuses: int):
    """Servers by their names' letter; the others are unreachable."""

    def ask(url: str) -> int:
        if url.removeprefix("https://") not in statuses:
            raise OSError("no route to host")
        return statuses[url.removeprefix("https://")]

    return ask


def told(project: Path, **statuses: int) -> list[str]:
    return [str(problem) for problem in dead_links(project, answers(**statuses))]


def test_living_pages_are_no_problem(project: Path):
    assert told(project, a=200, b=200, c=200) == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_told_where_it_is_named_first(project: Path, status: int):
    gone = f"content/topics/job.yml: job_start: https://a is gone ({status})"
    assert told(project, a=status, b=200, c=200) == [gone]


def test_a_page_that_only_a_fact_names_is_not_asked(project: Path):
    assert told(project, a=200, b=200, c=200, d=404) == []


def test_a_page_of_a_catalogue_is_asked_as_well(project: Path):
    assert told(project, a=200, b=200, c=404) == ["content/recognition.yml: pages: https://c is gone (404)"]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_server_that_refuses_a_program_is_not_dead(project: Path, status: int):
    assert told(project, a=200, b=status, c=200) == []


def test_a_server_that_does_not_answer_is_told_when_others_do(project: Path):
    assert told(project, a=200, c=200) == ["content/topics/job.yml: job_start: https://b does not answer"]


def test_when_nobody_answers_there_is_no_network(project: Path):
    with pytest.raises(NoNetwork):
        told(project)


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        status = {"/here": 200, "/moved": 301}.get(self.path, 404)
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/here")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Pages) as pages:
        thread = threading.Thread(target=pages.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{pages.server_port}"
        pages.shutdown()
        thread.join()


def test_a_real_page_is_asked_and_followed(server: str):
    assert [ask_page(f"{server}/{page}") for page in ("here", "moved", "lost")] == [200, 200, 404]


def test_a_real_server_that_is_not_there_is_an_oserror():
    free = HTTPServer(("127.0.0.1", 0), Pages)
    port = free.server_port
    free.server_close()
    with pytest.raises(OSError, match=r".+"):
        ask_page(f"http://127.0.0.1:{port}/")


def test_the_command_says_when_there_is_no_network(monkeypatch: pytest.MonkeyPatch):
    """The rest of the check is still made: a computer without a network can check its texts."""

    def no_one(_: object) -> None:
        raise NoNetwork

    monkeypatch.setattr(content_links, "dead_links", no_one)
    answer = CliRunner().invoke(cli.polku, ["check", "--links"])
    assert "the links are not checked" in answer.output
