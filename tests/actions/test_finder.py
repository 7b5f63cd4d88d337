from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.correct import Correct
from actions.finder import ValidateFinderForm
from actions.finder_answers import SLOTS, answers_of, is_complete, said, settled, without_health
from actions.finder_result import FinderResult, FinderStop
from actions.heard import Heard
from actions.short_form import NOT_NEEDED
from bot.office import papers
from bot.office.programme_catalogue import load
from tests.actions.conftest import Run, tracker_of

COOK = {
    "finder_situation": "jobseeker",
    "finder_education": "vocational",
    "finder_field": "other",
    "finder_municipality": "Oulu",
    "finder_goal": "job",
    "finder_consent": "no",
    "finder_work_ability": NOT_NEEDED,
}
TOLD_OF_HEALTH = {**COOK, "finder_consent": "yes", "finder_work_ability": "reduced"}
HEALTH_WORDS = {
    "fi": ["sairau", "vamma", "työkyky", "terve"],
    "sv": ["sjukdom", "funktionsnedsättning", "arbetsförmåga", "hälsa"],
    "en": ["illness", "disabilit", "work ability", "health"],
}


def understood(intent: str, text: str = "x y", asked: str = "", known: Any = None, **entities: Any) -> dict[str, Any]:
    """What a message fills while a question is open; `asked` is the name of the answer."""
    found = {name: value if isinstance(value, list) else [value] for name, value in entities.items()}
    slots = {"requested_slot": f"finder_{asked}" if asked else None, **(known or {})}
    return said(Heard(intent, found, text, ()), slots, load())


def kept(office: Any, person: str) -> Any:
    with office.database.reading() as session:
        return papers.newest(session, person, "programmes")


async def told(person: str, slots: dict[str, Any], language: str = "en") -> dict[str, dict[str, Any]]:
    """What the result says, by response."""
    dispatcher = CollectingDispatcher()
    await FinderResult().run(dispatcher, tracker_of(person, "", {}, "x", {**slots, "language": language}), {})
    return {one["response"]: one for one in dispatcher.messages}


@pytest.mark.parametrize(
    ("message", "found"),
    [
        # an answer, whatever intent a single word is taken for
        ({"intent": "jobsearch_how_begin", "text": "unemployed", "asked": "situation", "finder_situation": "jobseeker"},
         {"finder_situation": "jobseeker"}),
        ({"intent": "nlu_fallback", "text": "at school", "asked": "situation", "recognition_purpose": "study"},
         {"finder_situation": "studying"}),
        ({"intent": "nlu_fallback", "asked": "education", "education_level": "doctoral"},
         {"finder_education": "higher"}),
        ({"intent": "nlu_fallback", "asked": "field", "finder_field": "technology"}, {"finder_field": "technology"}),
        # a profession names its field, and one that no field has is another
        ({"intent": "recognition_inform", "asked": "field", "profession": "midwife"}, {"finder_field": "health"}),
        ({"intent": "recognition_inform", "asked": "field", "profession": "baker"}, {"finder_field": "other"}),
        ({"intent": "booking_inform", "asked": "municipality", "municipality": "Nokia"},
         {"finder_municipality": "Nokia"}),
        # what other lists and themes find is an answer where it was asked for
        ({"intent": "nlu_fallback", "asked": "goal", "recognition_purpose": "profession"},
         {"finder_goal": "own_field"}),
        ({"intent": "nlu_fallback", "text": "learn Finnish", "asked": "goal", "language": "fi"},
         {"finder_goal": "language"}),
        ({"intent": "nlu_fallback", "text": "in Arabic", "asked": "goal", "language": "ar"}, {}),
        ({"intent": "entrepreneurship_start", "text": "a firm", "asked": "goal"}, {"finder_goal": "business"}),
        ({"intent": "entrepreneurship_start", "text": "how do I start a firm?", "asked": "goal"}, {}),
        # but a question or a long sentence answers nothing
        ({"intent": "services_general_where", "text": "what is there in Espoo?", "asked": "municipality",
          "municipality": "Espoo"}, {}),
        ({"intent": "services_general_where", "text": "my friend lives in Espoo and has got a lot of help there",
          "asked": "situation", "municipality": "Espoo"}, {}),
        # told at once; "I want to work" in passing is no situation
        ({"intent": "finder_start", "finder_situation": "home", "municipality": "Vantaa"},
         {"finder_situation": "home", "finder_municipality": "Vantaa"}),
        ({"intent": "finder_start", "finder_situation": "working"}, {}),
        ({"intent": "nlu_fallback", "text": "working", "asked": "situation", "finder_situation": "working"},
         {"finder_situation": "working"}),
        # a correction, of several the one that is new
        ({"intent": "deny", "asked": "goal", "municipality": ["Espoo", "Oulu"],
          "known": {"finder_municipality": "Espoo"}}, {"finder_municipality": "Oulu"}),
        ({"intent": "correct", "asked": "goal", "finder_situation": "studying"}, {"finder_situation": "studying"}),
        # yes and no answer two questions and no other
        ({"intent": "affirm", "asked": "consent"}, {"finder_consent": "yes"}),
        ({"intent": "deny", "asked": "consent"}, {"finder_consent": "no"}),
        ({"intent": "affirm", "asked": "work_ability"}, {"finder_work_ability": "reduced"}),
        ({"intent": "deny", "asked": "work_ability"}, {"finder_work_ability": "full"}),
        ({"intent": "affirm", "asked": "goal"}, {}),
        # a skip; of the consent it is a no
        ({"intent": "skip", "asked": "field"}, {"finder_field": "unknown"}),
        ({"intent": "skip", "text": "/skip", "asked": "field"}, {"finder_field": "unknown"}),
        ({"intent": "dont_know", "asked": "consent"}, {"finder_consent": "no"}),
        ({"intent": "skip", "asked": "work_ability"}, {"finder_work_ability": "unknown"}),
        # buttons; one that no catalogue has any more fills nothing
        ({"intent": "finder_choose", "text": "/finder_choose{}", "finder_goal": "fame"}, {}),
        ({"intent": "finder_choose", "text": "/finder_choose{}", "finder_change": "goal"}, {"finder_goal": None}),
        ({"intent": "finder_choose", "text": "/finder_choose{}", "finder_change": "all"},
         dict.fromkeys(SLOTS.values())),
        ({"intent": "handoff_request", "text": "a human in Espoo", "asked": "municipality", "municipality": "Espoo"},
         {}),
    ],
)  # fmt: skip
def test_what_a_message_fills(message: dict[str, Any], found: dict[str, Any]) -> None:
    assert understood(**message) == found


# Health.


@pytest.mark.parametrize("consent", ["no", "used"])
def test_without_a_yes_nothing_is_asked_about_health(consent: str) -> None:
    slots = {**COOK, "finder_consent": consent, "finder_work_ability": None}
    assert settled(slots)["finder_work_ability"] == NOT_NEEDED
    assert is_complete(slots)


def test_with_a_yes_it_is_asked() -> None:
    slots = {**COOK, "finder_consent": "yes", "finder_work_ability": NOT_NEEDED}
    assert settled(slots)["finder_work_ability"] is None
    assert not is_complete(slots)


async def test_the_answer_on_health_is_gone_in_the_turn_in_which_the_result_is_told(run: Run) -> None:
    slots, said_ = await run(FinderResult(), slots=TOLD_OF_HEALTH)
    assert said_[0] == "utter_finder_result"
    assert (slots["finder_work_ability"], slots["finder_consent"]) == (None, "used")


async def test_it_is_gone_too_when_the_finder_is_stopped(run: Run) -> None:
    slots, _ = await run(FinderStop(), slots=TOLD_OF_HEALTH)
    assert slots == {"finder_work_ability": None, "finder_consent": None}


def test_after_the_result_no_answer_on_health_is_left_for_the_rules() -> None:
    assert answers_of({**TOLD_OF_HEALTH, **without_health(TOLD_OF_HEALTH)}).work_ability is None


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_paper_says_nothing_of_health_though_it_was_told(office: Any, person: str, language: str) -> None:
    messages = await told(person, TOLD_OF_HEALTH, language)
    shown = str(messages["utter_finder_result"])
    assert any(word in shown for word in HEALTH_WORDS[language])
    paper = kept(office, person)
    assert "work_ability" not in paper.content
    assert paper.content["goal"] == "job"
    assert not any(word in paper.text.lower() for word in HEALTH_WORDS[language]), paper.text


async def test_a_service_for_reduced_work_ability_that_nobody_spoke_of_is_shown_and_not_kept(
    office: Any, person: str
) -> None:
    slots = {**COOK, "finder_situation": "looking", "finder_education": "unknown"}
    messages = await told(person, slots)
    assert "illness" in messages["utter_finder_result"]["suggestions"]
    paper = kept(office, person)
    assert "Employment services of your municipality" in paper.text
    assert not any(word in paper.text.lower() for word in HEALTH_WORDS["en"]), paper.text


@pytest.mark.parametrize(
    ("slots", "says"),
    [(TOLD_OF_HEALTH, "now deleted"), ({**COOK, "finder_consent": "used"}, "already deleted"), (COOK, None)],
)
async def test_what_became_of_the_answer_on_health_is_said(person: str, slots: dict[str, Any], says: str) -> None:
    text = (await told(person, slots))["utter_finder_next"]["next"]
    assert (says in text) if says else ("deleted" not in text)


# The result.


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_suggestions_come_with_their_reasons_and_a_button_to_each_answer(person: str, language: str) -> None:
    messages = await told(person, {**COOK, "finder_education": "higher", "finder_municipality": "Espoo"}, language)
    result = messages["utter_finder_result"]
    assert {"fi": "kotikuntasi on Espoo", "sv": "din hemkommun är Esbo", "en": "you live in Espoo"}[language] in result[
        "suggestions"
    ]
    assert len(result["buttons"]) == 4
    assert result["buttons"][0]["payload"] == "/competence_centre_services_espoo"
    payloads = [button["payload"] for button in messages["utter_finder_next"]["buttons"]]
    assert payloads[:2] == ['/booking_make{"booking_topic":"jobsearch"}', '/finder_choose{"finder_change":"menu"}']


async def test_a_near_miss_says_for_whom_it_is_and_what_to_do(person: str) -> None:
    slots = {**COOK, "finder_education": "higher", "finder_municipality": "Vantaa"}
    text = (await told(person, slots))["utter_finder_near"]["programmes"]
    assert "It is in Espoo." in text
    assert "employment services of your own municipality" in text


async def test_what_ended_is_said_with_what_serves_today(person: str) -> None:
    slots = {**COOK, "finder_field": "health", "finder_municipality": "Tampere"}
    messages = await told(person, slots)
    text = messages["utter_finder_past"]["programmes"]
    assert text.startswith("- Fast Track to Employment has ended.")
    assert "Competence centre" in text
    assert "Fast Track" not in messages["utter_finder_result"]["suggestions"]


async def test_a_condition_of_which_nothing_was_said_is_told(person: str) -> None:
    slots = {**COOK, "finder_education": "higher", "finder_municipality": "unknown"}
    assert "It is in Espoo." in (await told(person, slots))["utter_finder_result"]["suggestions"]


async def test_who_is_not_registered_gets_the_button_to_it(person: str) -> None:
    buttons = (await told(person, {**COOK, "finder_situation": "looking"}))["utter_finder_next"]["buttons"]
    assert "/jobsearch_register_start" in [button["payload"] for button in buttons]


async def test_who_wants_the_own_field_gets_the_button_to_the_route(person: str) -> None:
    buttons = (await told(person, {**COOK, "finder_goal": "own_field"}))["utter_finder_next"]["buttons"]
    assert "/recognition_route" in [button["payload"] for button in buttons]


async def test_deleting_the_answers_deletes_the_paper(office: Any, person: str, run: Run) -> None:
    await run(FinderResult(), slots=COOK)
    assert kept(office, person) is not None
    assert (await run(FinderResult(), slots={"finder_change": "forget"}))[1] == ["utter_finder_forgotten"]
    assert kept(office, person) is None


@pytest.mark.usefixtures("office")
async def test_where_there_is_no_conversation_the_result_is_told_and_nothing_is_kept() -> None:
    assert "utter_finder_result" in await told("nobody", COOK)


async def test_the_form_says_back_what_was_told_at_once(run: Run) -> None:
    entities = {"finder_situation": "home", "municipality": "Espoo"}
    slots, said_ = await run(ValidateFinderForm(), intent="finder_start", text="what is there for me", **entities)
    assert said_ == ["utter_finder_begin", "utter_finder_noted"]
    assert (slots["finder_situation"], slots["finder_municipality"]) == ("home", "Espoo")


async def test_a_correction_of_nothing_is_answered_with_help(run: Run) -> None:
    assert (await run(Correct(), intent="correct"))[1] == ["utter_help"]
