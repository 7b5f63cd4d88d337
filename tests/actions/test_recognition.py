from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard
from actions.recognition_answers import SLOTS, is_complete, said, settled
from actions.recognition_route import RecognitionPlan, RecognitionRoute
from actions.short_form import NOT_NEEDED
from bot.office import papers
from bot.office.recognition_catalogue import load
from tests.actions.conftest import Run, tracker_of

TOLD = ["utter_recognition_verdict", "utter_recognition_steps", "utter_recognition_details", "utter_recognition_next"]
NURSE = {
    "recognition_profession": "nurse",
    "recognition_purpose": "profession",
    "recognition_country": "UA",
    "recognition_citizen": NOT_NEEDED,
    "recognition_level": NOT_NEEDED,
    "recognition_documents": "all",
}


def understood(intent: str, text: str = "x y", asked: str = "", known: Any = None, **entities: Any) -> dict[str, Any]:
    """What a message fills while a question is open; `asked` is the name of the answer."""
    found = {name: value if isinstance(value, list) else [value] for name, value in entities.items()}
    heard = Heard(intent, found, text, ())
    return said(heard, {"requested_slot": f"recognition_{asked}" if asked else None, **(known or {})})


def kept(office: Any, person: str) -> Any:
    with office.database.reading() as session:
        return papers.newest(session, person, "recognition")


@pytest.mark.parametrize(
    ("message", "found"),
    [
        # an answer, whatever intent a single word is taken for
        ({"intent": "recognition_health_nurse", "text": "nurse", "asked": "profession", "profession": "nurse"},
         {"recognition_profession": "nurse"}),
        ({"intent": "booking_inform", "text": "in Ukraine", "asked": "country", "country": "UA"},
         {"recognition_country": "UA"}),
        # a question that names a profession answers nothing
        ({"intent": "recognition_health_nurse", "text": "what does a nurse earn?", "asked": "profession",
          "profession": "nurse"}, {}),
        # nor does a long sentence about something else
        ({"intent": "jobsearch_how_begin", "text": "I would like to know how a nurse finds work in Finland",
          "asked": "profession", "profession": "nurse"}, {}),
        # a short sentence that names another corrects, whatever it is taken for; a question does not
        ({"intent": "recognition_health_practical_nurse", "text": "no, actually a practical nurse", "asked": "purpose",
          "profession": "practical_nurse", "known": {"recognition_profession": "nurse"}},
         {"recognition_profession": "practical_nurse"}),
        ({"intent": "recognition_health_nurse", "text": "nurse salary", "asked": "purpose", "profession": "nurse",
          "known": {"recognition_profession": "nurse"}}, {}),
        # some that are lost are some
        ({"intent": "out_of_scope", "text": "some are lost", "asked": "documents",
          "recognition_documents": ["some", "none"]}, {"recognition_documents": "some"}),
        ({"intent": "recognition_documents_missing", "text": "I have no", "asked": "documents"},
         {"recognition_documents": "none"}),
        ({"intent": "recognition_documents_missing", "text": "what if I have none?", "asked": "documents"}, {}),
        # yes and no answer two questions and no other
        ({"intent": "affirm", "asked": "documents"}, {"recognition_documents": "all"}),
        ({"intent": "deny", "asked": "documents"}, {"recognition_documents": "none"}),
        ({"intent": "affirm", "asked": "citizen"}, {"recognition_citizen": "yes"}),
        ({"intent": "affirm", "asked": "country"}, {}),
        ({"intent": "skip", "asked": "level"}, {"recognition_level": "unknown"}),
        ({"intent": "dont_know", "asked": "profession"}, {"recognition_profession": "unknown"}),
        # "work" is an answer only where it was asked for
        ({"intent": "nlu_fallback", "asked": "purpose", "recognition_purpose": "work"},
         {"recognition_purpose": "work"}),
        ({"intent": "nlu_fallback", "asked": "country", "recognition_purpose": "work"}, {}),
        ({"intent": "study_training_options_options", "text": "studies", "asked": "purpose",
          "session_topic": "training"}, {"recognition_purpose": "study"}),
        ({"intent": "jobsearch_how_begin", "text": "work", "asked": "purpose"}, {"recognition_purpose": "profession"}),
        ({"intent": "jobsearch_how_begin", "text": "how do I find work?", "asked": "purpose"}, {}),
        # of two countries the one that is new; Finland is where people are, not where they studied
        ({"intent": "deny", "asked": "purpose", "country": ["EE", "RU"], "known": {"recognition_country": "EE"}},
         {"recognition_country": "RU"}),
        ({"intent": "recognition_route", "country": ["UA", "FI"]}, {"recognition_country": "UA"}),
        ({"intent": "recognition_route", "country": "FI"}, {}),
        ({"intent": "nlu_fallback", "asked": "country", "country": "FI"}, {"recognition_country": "FI"}),
        # a button that no catalogue has any more fills nothing
        ({"intent": "recognition_choose", "text": "/recognition_choose{}", "recognition_purpose": "holiday"}, {}),
        ({"intent": "recognition_choose", "text": "/recognition_choose{}", "recognition_change": "country"},
         {"recognition_country": None}),
        ({"intent": "recognition_choose", "text": "/recognition_choose{}", "recognition_change": "all"},
         dict.fromkeys(SLOTS.values())),
        ({"intent": "handoff_request", "text": "a human", "asked": "profession", "profession": "nurse"}, {}),
    ],
)  # fmt: skip
def test_what_a_message_fills(message: dict[str, Any], found: dict[str, Any]) -> None:
    assert understood(**message) == found


def test_what_is_not_needed_is_marked_and_opened_again_when_it_is_needed() -> None:
    catalogue = load()
    cook = settled({"recognition_profession": "cook", "recognition_purpose": "profession"}, catalogue)
    assert cook["recognition_country"] == NOT_NEEDED
    teacher = settled({**cook, "recognition_profession": "teacher"}, catalogue)
    assert teacher["recognition_country"] is None
    assert teacher["recognition_level"] == NOT_NEEDED
    assert not is_complete(teacher, catalogue)
    assert is_complete(NURSE, catalogue)


async def test_a_route_that_was_told_is_kept_as_a_paper_in_plain_words(office: Any, person: str, run: Run) -> None:
    slots, said_ = await run(RecognitionRoute(), slots={**NURSE, "language": "en"})
    assert said_ == TOLD
    assert slots["topic"] is None
    paper = kept(office, person)
    assert paper.content["profession"] == "nurse"
    assert "1. Fill in LVV's form" in paper.text
    assert "https://lvv.fi/" in paper.text


async def test_the_plan_can_be_had_again_also_when_the_answers_are_gone(run: Run) -> None:
    await run(RecognitionRoute(), slots=NURSE)
    assert (await run(RecognitionPlan()))[1] == ["utter_recognition_paper"]


async def test_without_a_route_there_is_no_plan(run: Run) -> None:
    assert (await run(RecognitionPlan()))[1] == ["utter_recognition_no_plan"]


async def test_deleting_the_answers_deletes_the_paper(office: Any, person: str, run: Run) -> None:
    await run(RecognitionRoute(), slots=NURSE)
    said_ = (await run(RecognitionRoute(), slots={"recognition_change": "forget"}))[1]
    assert said_ == ["utter_recognition_forgotten"]
    assert kept(office, person) is None


@pytest.mark.usefixtures("office")
async def test_where_there_is_no_conversation_the_route_is_told_and_nothing_is_kept() -> None:
    dispatcher = CollectingDispatcher()
    await RecognitionRoute().run(dispatcher, tracker_of("nobody", "", {}, "x", NURSE), {})
    assert [one["response"] for one in dispatcher.messages] == TOLD


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_route_carries_its_sources_and_the_buttons_that_lead_on(person: str, language: str) -> None:
    dispatcher = CollectingDispatcher()
    tracker = tracker_of(person, "", {}, "x", {**NURSE, "language": language})
    await RecognitionRoute().run(dispatcher, tracker, {})
    told = {one["response"]: one for one in dispatcher.messages}
    extra = told["utter_recognition_details"]["metadata"]
    assert extra["checked_on"] == "2026-11-22"
    assert extra["sources"][0]["url"].startswith("https://lvv.fi/")
    payloads = [button["payload"] for button in told["utter_recognition_next"]["buttons"]]
    assert payloads[:3] == [
        "/recognition_plan",
        '/booking_make{"booking_topic":"recognition"}',
        '/recognition_choose{"recognition_change":"menu"}',
    ]
