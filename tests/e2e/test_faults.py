"""What people see when a part dies under them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from bot.settings import ROOT
from bot.texts import Texts
from tests.e2e.conftest import Polku
from tests.e2e.person import Person

pytestmark = pytest.mark.engine


def test_a_killed_engine_loses_nothing_the_person_is_told_and_answered_after_the_restart(polku):
    person, texts = Person(polku.url, "en"), Texts.load()
    person.say("book a session please")
    person.press('"booking_topic":"cv"')

    os.kill(polku.engine_pid(), signal.SIGKILL)
    first = person.write("in English")
    second = person.write("by phone")
    notice = texts.label("notice_engine_away", "en")
    person.hear(lambda heard: any(one["text"] == notice for one in heard))
    assert polku.wait_for_line("The engine ended (exit -9)", 10)

    person.answers_to(first)
    answers = person.answers_to(second)
    assert any("booking_day" in button["payload"] for button in answers[-1]["buttons"]), person.transcript()
    assert [one["text"] for one in person.heard].count(notice) == 1
    replied = [one["in_reply_to"] for one in person.heard if one["author"] == "bot"]
    assert replied == sorted(replied), "answered out of order"
    assert polku.wait_for_line("The engine is back.", 60)
    person.leave()


def test_a_killed_app_comes_back_with_the_conversation_as_it_was(polku):
    person = Person(polku.url, "sv")
    person.say("hej")
    before = person.now()
    os.kill(polku.app_pid(), signal.SIGKILL)
    polku.wait_for_line("The app is back.", 60)
    assert person.now() == before
    assert person.say("hur söker jag jobb i Finland")[0]["language"] == "sv"
    person.leave()


def test_a_second_polku_on_the_same_port_is_refused_in_one_sentence(polku, tmp_path):
    environment = {**os.environ, "POLKU_DATA_DIR": str(tmp_path), "POLKU_PORT": polku.port}
    answer = subprocess.run([sys.executable, "-m", "bot.cli", "run", "--no-train"], cwd=ROOT, env=environment,
                            text=True, capture_output=True, timeout=60, check=False)
    assert answer.returncode == 1
    assert "POLKU_PORT" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_ctrl_c_stops_everything_cleanly_and_a_new_start_finds_the_conversation(tmp_path):
    polku = Polku(tmp_path / "data")
    polku.start()
    person = Person(polku.url, "fi")
    person.say("hei")
    pids = [polku.engine_pid(), polku.app_pid()]
    before = person.now()
    assert polku.stop() == 0
    assert "Polku has stopped." in polku.printed
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    polku.start()
    try:
        assert person.now() == before
        assert person.say("mistä aloitan työnhaun")[0]["metadata"]["topic"] == "jobsearch_how_begin"
    finally:
        person.leave()
        polku.stop()


def test_the_conversation_in_the_terminal_is_the_same_one(polku):
    answer = subprocess.run([sys.executable, "-m", "bot.cli", "chat", "--language", "en", "--url", polku.url], cwd=ROOT,
                            input="how do i start looking for work here\nbook a session please\n1\n", text=True,
                            capture_output=True, timeout=120, check=False)
    assert answer.returncode == 0, answer.stderr
    texts = Texts.load()
    assert texts.title("job_sites_where", "en") in answer.stdout or "22 November 2026" in answer.stdout
    assert texts.utterance("utter_ask_booking_topic", "en")["text"] in answer.stdout
    assert answer.stdout.count("You:") >= 3
    assert "Traceback" not in answer.stderr
