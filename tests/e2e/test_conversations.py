"""Whole conversations through the real app and the real engine, in three languages."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import pytest

from tests.e2e.person import Person

pytestmark = pytest.mark.engine

# What each says, step by step, and nothing of it a button: topic, language, way to meet, day, time, yes.
BOOKINGS = {
    "fi": ["haluaisin varata ajan ohjaajalle", "cv", "suomeksi", "puhelimella", "torstaina", "1", "kyllä"],
    "sv": ["jag skulle vilja boka en tid hos en vägledare", "cv", "på svenska", "per telefon", "på torsdag", "1", "ja"],
    "en": ["I would like to book a session with a counsellor", "my cv", "in English", "by phone", "on Thursday", "1",
           "yes"],
}
LIST = {"fi": "näytä minun varaukset", "sv": "visa mina bokningar", "en": "show my bookings"}
CANCEL = {"fi": "haluan perua varatun ajan", "sv": "jag vill avboka min tid", "en": "I want to cancel my session"}
HUMAN = {"fi": "haluan puhua ihmisen kanssa", "sv": "jag vill prata med en människa", "en": "I want to talk to a human"}
QUESTION = {"fi": "millainen cv pitää olla Suomessa?", "sv": "hur ska ett cv se ut i Finland?",
            "en": "what should a CV look like in Finland?"}


def rows(polku, query, *values):
    """What the database really holds."""
    with sqlite3.connect(f"file:{polku.data}/polku.db?mode=ro", uri=True) as connection:
        found = connection.execute(query, values).fetchall()
    connection.close()
    return found


def last_text(answers):
    return answers[-1]["text"]


@pytest.mark.parametrize("language", BOOKINGS)
def test_a_session_is_booked_seen_and_cancelled_in_the_conversation(polku, language):
    person = Person(polku.url)
    for sentence in BOOKINGS[language]:
        answers = person.say(sentence)
        assert {answer["language"] for answer in answers} == {language}, person.transcript()

    [[code, meeting, booked_language, state, starts_at]] = rows(
        polku, "SELECT code, meeting, language, state, starts_at FROM bookings WHERE conversation_id = ?",
        person.conversation)
    assert (meeting, booked_language, state) == ("phone", language, "booked")
    assert datetime.fromisoformat(starts_at).weekday() == 3
    assert code in last_text(answers)
    assert "demo" in last_text(answers).casefold()

    assert code in last_text(person.say(LIST[language]))
    person.say(CANCEL[language])
    person.press("booking_cancel_confirmed")
    [[state]] = rows(polku, "SELECT state FROM bookings WHERE code = ?", code)
    assert state == "cancelled", person.transcript()
    assert code not in last_text(person.say(LIST[language]))
    person.leave()


@pytest.mark.parametrize("language", BOOKINGS)
def test_a_session_is_booked_by_buttons_alone(polku, language):
    person = Person(polku.url, language)
    person.say(BOOKINGS[language][0])
    for button in ('"booking_topic":"recognition"', f'"booking_language":"{language}"', '"booking_meeting":"video"',
                   '"booking_day"', '"booking_time"', '"booking_confirmed"'):
        person.press(button)
    [[topic, meeting]] = rows(
        polku, "SELECT topic, meeting FROM bookings WHERE conversation_id = ? AND state = 'booked'",
        person.conversation)
    assert (topic, meeting) == ("recognition", "video")
    person.leave()


def test_two_who_want_the_same_time_do_not_both_get_it_and_the_loser_is_offered_others(polku):
    first, second = Person(polku.url, "en"), Person(polku.url, "en")
    for person in (first, second):
        # Only one of the demo counsellors speaks Arabic.
        for sentence in ("book a session please", "1", "in Arabic"):
            person.say(sentence)
        while person.heard[-1]["buttons"] and "booking_confirmed" not in person.heard[-1]["buttons"][0]["payload"]:
            person.say("1")
    first.say("yes")
    answers = second.say("yes")
    booked = rows(polku, "SELECT conversation_id FROM bookings WHERE conversation_id IN (?, ?) AND state = 'booked'",
                  first.conversation, second.conversation)
    assert booked == [(first.conversation,)], second.transcript()
    assert any("booking_time" in button["payload"] for button in answers[-1]["buttons"]), second.transcript()
    for person in (first, second):
        person.leave()


@pytest.mark.parametrize("language", HUMAN)
def test_a_human_is_asked_for_stored_and_what_happens_next_is_told(polku, language):
    person = Person(polku.url, language)
    person.say(QUESTION[language])
    answers = person.say(HUMAN[language])
    [[state, kept_language, topic]] = rows(
        polku, "SELECT state, language, topic FROM handoffs WHERE conversation_id = ?", person.conversation)
    assert (state, kept_language, topic) == ("waiting", language, "cv_application_cv")
    assert len(answers[0]["text"]) > 60  # what happens next, not a mere "ok"
    assert answers[0]["language"] == language

    person.say(HUMAN[language])
    assert len(rows(polku, "SELECT id FROM handoffs WHERE conversation_id = ?", person.conversation)) == 1
    [answer] = person.say(QUESTION[language])
    assert answer["metadata"]["topic"] == "cv_application_cv"  # the bot goes on helping until somebody comes
    person.leave()


def test_a_booking_goes_on_through_three_languages_and_a_question_and_loses_nothing(polku):
    person = Person(polku.url, locale="fi-FI")
    person.say("haluan varata ajan cv-asiassa suomeksi")
    person.say("puhelimella")

    swedish = person.say("Kan vi ta det på svenska?")
    assert {answer["language"] for answer in swedish} == {"sv"}
    assert any("booking_day" in button["payload"] for button in swedish[-1]["buttons"]), person.transcript()

    english = person.say("in English please")
    assert {answer["language"] for answer in english} == {"en"}

    question = person.say(QUESTION["en"])
    assert question[0]["metadata"].get("topic") == "cv_application_cv"
    assert any("booking_day" in button["payload"] for button in question[-1]["buttons"]), person.transcript()

    person.press('"booking_day"')
    person.press('"booking_time"')
    answers = person.say("ok")
    [booking] = rows(
        polku, "SELECT topic, language, meeting FROM bookings WHERE conversation_id = ?", person.conversation)
    assert booking == ("cv", "fi", "phone"), person.transcript()
    assert {answer["language"] for answer in answers} == {"en"}
    person.leave()


def test_the_language_follows_the_person_but_not_an_ok(polku):
    person = Person(polku.url)
    assert person.say("Hur söker jag jobb i Finland?")[0]["language"] == "sv"
    assert person.say("ok")[0]["language"] == "sv"
    assert person.say("CV?")[0]["language"] == "sv"
    assert person.say("miten valmistaudun työhaastatteluun Suomessa")[0]["language"] == "fi"
    person.leave()
