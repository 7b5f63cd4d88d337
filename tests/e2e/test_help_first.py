"""Somebody in danger, and personal codes, through the real app and the real engine, in three languages."""

from __future__ import annotations

import sqlite3

import pytest

from tests.e2e.person import Person
from tests.e2e.test_conversations import BOOKINGS, HUMAN

pytestmark = pytest.mark.engine

DANGER = {
    "fi": "mieheni hakkaa minua enkä tiedä mitä tehdä",
    "sv": "min man slår mig och jag vet inte vad jag ska göra",
    "en": "my husband beats me and I don't know what to do",
}


def reasons(polku, conversation):
    with sqlite3.connect(f"file:{polku.data}/polku.db?mode=ro", uri=True) as connection:
        return connection.execute("SELECT reason FROM handoffs WHERE conversation_id = ?", (conversation,)).fetchall()


@pytest.mark.parametrize("language", DANGER)
def test_help_comes_first_in_the_middle_of_a_booking_which_then_goes_on(polku, language):
    person = Person(polku.url, language)
    for sentence in BOOKINGS[language][:3]:
        person.say(sentence)
    answers = person.say(DANGER[language])
    assert "080 005 005" in answers[0]["text"], person.transcript()
    assert {answer["language"] for answer in answers} == {language}
    assert any("booking_meeting" in button["payload"] for button in answers[-1]["buttons"]), person.transcript()
    person.press("booking_meeting")
    assert any("booking_day" in button["payload"] for button in person.heard[-1]["buttons"]), person.transcript()
    person.leave()


@pytest.mark.parametrize("language", DANGER)
def test_who_waits_for_a_human_and_is_in_danger_is_urgent(polku, language):
    person = Person(polku.url, language)
    person.say(HUMAN[language])
    assert reasons(polku, person.conversation) == [("asked",)]
    assert "112" in person.say(DANGER[language])[0]["text"]
    assert reasons(polku, person.conversation) == [("crisis",)]
    person.leave()


@pytest.mark.parametrize("language", DANGER)
def test_help_comes_first_at_the_end_of_a_text_that_the_engine_does_not_get_whole(polku, language):
    person = Person(polku.url, language)
    answers = person.say("Polku 1234. " * 500 + DANGER[language])
    assert "112" in answers[0]["text"], person.transcript()
    person.leave()
