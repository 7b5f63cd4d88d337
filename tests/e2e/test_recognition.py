"""The recognition navigator through the real app and the real engine, one path a language, in people's own words."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.e2e.person import Person

pytestmark = pytest.mark.engine

# What is said, and which question comes next (a button of it); the last leads to the route.
PATHS = {
    "fi": [
        ("ohjaa minut tutkinnon tunnustamisessa", "recognition_profession"),
        ("olen sairaanhoitaja", "recognition_purpose"),
        ("omassa ammatissani", "recognition_country"),
        ("Latviassa", "recognition_citizen"),
        ("ei, opiskelin Virossa", "recognition_citizen"),  # a correction in the middle
        ("kyllä", "recognition_documents"),
        ("millainen cv pitää olla Suomessa?", "recognition_documents"),  # a question in the middle
        ("kaikki paperit on tallella", "recognition_plan"),
    ],
    "sv": [
        ("hitta min väg till erkännande", "recognition_profession"),
        ("sjuksköterska", "recognition_purpose"),
        ("i mitt eget yrke", "recognition_country"),
        ("jag vet inte", "recognition_documents"),  # skipped …
        ("jag studerade i Estland", "recognition_citizen"),  # … and told after all
        ("ja", "recognition_documents"),
        ("ja", "recognition_plan"),
    ],
    "en": [
        ("guide me step by step with my diploma", "recognition_profession"),
        ("I am a nurse", "recognition_purpose"),
        ("in my own profession", "recognition_country"),
        ("not sure", "recognition_documents"),
        ("sorry, I studied in Estonia", "recognition_citizen"),
        ("yes", "recognition_documents"),
        ("yes, all of them", "recognition_plan"),
    ],
}
AGENCY = {"fi": "Lupa- ja valvontavirasto", "sv": "Tillstånds- och tillsynsverket", "en": "Finnish Supervisory Agency"}
MADE_UP = {"en": ("find my route", "wizard of dragons", "dragon wizard")}


def papers(polku, conversation):
    """Kind, language, answers and booking of each paper that is stored for the conversation."""
    with sqlite3.connect(f"file:{polku.data}/polku.db?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT kind, language, content, booking_id FROM papers WHERE conversation_id = ?", (conversation,)
        ).fetchall()
    connection.close()
    return [(kind, language, json.loads(content), booking) for kind, language, content, booking in rows]


def payloads(answers):
    return " ".join(button["payload"] for answer in answers for button in answer["buttons"])


@pytest.mark.parametrize("language", PATHS)
def test_a_route_is_found_in_ones_own_words_and_goes_to_the_counsellor_with_a_yes(polku, language):
    person = Person(polku.url, language)
    for sentence, next_question in PATHS[language]:
        answers = person.say(sentence)
        assert next_question in payloads(answers), f"{sentence}\n{person.transcript()}"
        assert {answer["language"] for answer in answers} == {language}, person.transcript()
    told = "\n".join(answer["text"] for answer in answers)
    assert AGENCY[language] in told
    [[kind, kept_language, content, booking]] = papers(polku, person.conversation)
    assert (kind, kept_language, booking) == ("recognition", language, None)
    assert (content["profession"], content["country"], content["citizen"]) == ("nurse", "EE", "yes")

    [plan] = person.press("recognition_plan")
    assert "1. " in plan["text"], person.transcript()
    for button in ('"booking_topic":"recognition"', '"booking_language"', '"booking_meeting"', '"booking_day"',
                   '"booking_time"', '"booking_confirmed"'):
        answers = person.press(button)
    assert papers(polku, person.conversation)[0][3] is None  # booked, but not given yet
    assert plan["text"] in answers[-1]["text"], person.transcript()
    person.press('"booking_papers":"yes"')
    assert papers(polku, person.conversation)[0][3] is not None, person.transcript()
    person.press("booking_list")
    person.leave()


def test_an_unknown_profession_gets_the_general_road(polku):
    person = Person(polku.url, "en")
    for sentence in MADE_UP["en"]:
        answers = person.say(sentence)
    assert "recognition_purpose" in payloads(answers), person.transcript()
    person.press('"recognition_purpose":"profession"')
    person.press('"recognition_country":"other"')
    answers = person.press('"recognition_documents":"all"')
    told = "\n".join(answer["text"] for answer in answers)
    assert "I do not guess" in told, person.transcript()
    assert "counsellor" in told
    person.leave()


def test_the_button_below_an_answer_knows_what_the_question_named(polku):
    person = Person(polku.url, "en")
    answers = person.say("how can a teacher from Ukraine work at a school in Finland?")
    assert "/recognition_route" in payloads(answers), person.transcript()
    answers = person.press("/recognition_route")
    noted = "\n".join(answer["text"] for answer in answers)
    assert "teacher" in noted, person.transcript()
    assert "Ukraine" in noted
    assert "recognition_purpose" in payloads(answers)
    person.leave()
