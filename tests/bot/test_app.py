"""The app as a whole: health, headers, the actions' door, stopping."""

import logging
from collections.abc import Iterator

import httpx
import pytest

from bot.languages import LANGUAGES
from tests.fake_engine import FakeEngine
from tests.running_app import SECRET, RunningApp


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    engine = FakeEngine(SECRET).start()
    yield engine
    engine.die()


@pytest.fixture
def app(tmp_path, engine) -> Iterator[RunningApp]:
    app = RunningApp(tmp_path, engine.url).start()
    yield app
    app.end()


@pytest.fixture
def http(app) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=app.url, trust_env=False) as client:
        yield client


def test_health_does_not_depend_on_the_engine(http, engine):
    assert http.get("/readyz").json() == {"engine": "up", "database": "up"}
    engine.die()
    assert http.get("/healthz").json() == {"status": "ok"}
    assert (http.get("/readyz").status_code, http.get("/readyz").json()["engine"]) == (200, "down")


@pytest.mark.parametrize("path", ["/", "/chat", "/assets/chat.js", "/widget/texts", "/healthz", "/nothing"])
def test_every_answer_carries_the_security_headers(http, path):
    headers = http.get(path).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_comes_in_the_browser_s_language(http, language):
    assert f'<html lang="{language}">' in http.get("/", headers={"Accept-Language": f"de,{language}-FI"}).text


def test_the_page_s_texts_are_whole_in_every_language(http):
    found = [http.get("/widget/texts", params={"language": language}).json() for language in LANGUAGES]
    assert [one["language"] for one in found] == list(LANGUAGES)
    assert len({frozenset(one["texts"]) for one in found}) == 1


def test_there_is_no_description_of_the_api_to_browse(http):
    assert {http.get(path).status_code for path in ("/docs", "/openapi.json", "/redoc")} == {404}


CALL = {"next_action": "action_nobody_has", "sender_id": "1", "tracker": {"sender_id": "1", "slots": {}, "events": []}}


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": SECRET}])
def test_actions_are_for_the_engine_alone(http, header):
    assert http.post("/actions/webhook", json=CALL, headers=header).status_code == 401


def test_an_unknown_action_is_not_found_and_nonsense_is_refused(http):
    headers = {"Authorization": f"Bearer {SECRET}"}
    assert http.post("/actions/webhook", json=CALL, headers=headers).status_code == 404
    for content in (b"", b"{", b"[]", b'{"tracker": 1}', b"\xff"):
        assert http.post("/actions/webhook", content=content, headers=headers).status_code == 422


def test_an_action_runs(http):
    tracker = {
        "sender_id": "1", "slots": {"language": "fi"}, "events": [], "active_loop": {}, "paused": False,
        "latest_message": {"entities": [{"entity": "language", "value": "sv"}]},
    }
    call = {"next_action": "action_language_switch", "sender_id": "1", "tracker": tracker}
    answer = http.post("/actions/webhook", json=call, headers={"Authorization": f"Bearer {SECRET}"})
    assert {event["name"]: event["value"] for event in answer.json()["events"]}["language"] == "sv"


def test_a_long_memory_of_the_engine_is_taken(http):
    call = CALL | {"padding": "x" * 1_000_000}
    assert http.post("/actions/webhook", json=call, headers={"Authorization": f"Bearer {SECRET}"}).status_code == 404


def test_the_app_stops_at_once_though_pages_are_open(app):
    events = app.person().events()
    next(events)
    app.stop()  # fails when the app does not end for the open page
    assert list(events) == []
    app.start()


def test_what_people_write_is_in_no_log(app, engine, caplog):
    caplog.set_level(logging.DEBUG)
    engine.poison = "very private words"
    person = app.person()
    person.write("very private words")
    person.hear(lambda heard: len([one for one in heard if one["author"] == "system"]) == 2)
    assert "private" not in " ".join(record.getMessage() for record in caplog.records)
