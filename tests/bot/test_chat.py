"""`polku chat` as a process, against the real app."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.office import desk, handoff
from bot.office.tables import Message
from bot.settings import ROOT
from bot.texts import Texts
from tests.fake_engine import FakeEngine
from tests.running_app import SECRET, RunningApp, until

pytestmark = pytest.mark.slow


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    engine = FakeEngine(SECRET).start()
    yield engine
    engine.die()


@pytest.fixture
def app(tmp_path, engine) -> Iterator[RunningApp]:
    app = RunningApp(tmp_path, engine.url)
    app.settings = replace(app.settings, burst="1")
    app.start()
    yield app
    app.end()


@pytest.fixture
def chat(app) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "bot.cli", "chat", "--language", "en", "--url", app.url]
    with subprocess.Popen(command, cwd=ROOT, text=True, bufsize=1, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def written(app) -> list[Message]:
    with app.app.state.office.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.author == "person").order_by(Message.id)))


def test_lines_that_come_faster_than_the_app_takes_them_are_all_said_and_answered(app, chat):
    printed, _ = chat.communicate("one\ntwo\nthree\n", timeout=60)
    assert chat.returncode == 0
    assert [message.text for message in written(app)] == ["one", "two", "three"]
    assert printed.index("You said: one") < printed.index("You said: two") < printed.index("You said: three")


def test_the_number_beside_a_button_is_what_the_app_takes_for_it(engine, chat):
    buttons = [[{"title": f"Button {name}", "payload": f"/{name}"} for name in names] for names in ("ab", "cd")]
    engine.say = lambda asked: [{"text": asked["message"], "buttons": two, "metadata": {}} for two in buttons]
    printed, _ = chat.communicate("hello\n3\n", timeout=60)
    assert "  3  Button c" in printed
    assert [turn["message"] for turn in engine.turns] == ["hello", "/c"]


def test_a_line_in_another_language_is_shown_with_its_page_and_the_talk_stays_in_ours(engine, chat):
    engine.after = {"other_language": "so"}
    printed, _ = chat.communicate("waxaan rabaa shaqo\n", timeout=60)
    other = Texts.load().others["so"]
    assert other.text.split(",")[0] in printed
    assert other.page.url in printed
    assert Texts.load().label("chat_goodbye", "en") in printed


def test_nobody_has_to_wait_for_a_human_s_answer_before_they_write_on(app, chat):
    chat.stdin.write("hello\n")
    [first] = until(lambda: written(app), "the first line has come", 30)
    office = app.app.state.office
    with office.database.session() as session:
        now = office.clock()
        asked = handoff.request(session, first.conversation_id, reason="asked", language="en", topic=None, now=now)
        desk.take(session, asked.id, "Aino", Texts.load(), now=now)
    chat.stdin.write("to the human\nand more\n")
    until(lambda: len(written(app)) == 3, "the other two have come", 15)
