"""The response generator over real trackers and a small content folder."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.engine.responses import ContentResponses
from bot.languages import LANGUAGES

SLOTS = {
    "language": {"type": "text", "initial_value": "fi", "mappings": [{"type": "custom"}]},
    "register": {"type": "text", "initial_value": "normal", "mappings": [{"type": "custom"}]},
    "topic": {"type": "text", "mappings": [{"type": "custom"}]},
}
DOMAIN = Domain.from_dict({"intents": ["job_start"], "slots": SLOTS})


@pytest.fixture
def content(tmp_path: Path) -> Path:
    themes = {"job": ("job_start", "job_next", "job_pay", "job_end"), "home": ("home_rent",)}
    for theme, ids in themes.items():
        topics = "".join(
            f"{one}:\n  facts: []\n  checked_on: 2026-11-22\n  review_by: 2027-02-28\n  related: []\n"
            f"  sources: {{fi: {{title: S, url: 'https://s'}}, sv: {{title: S, url: 'https://s'}}, "
            f"en: {{title: S, url: 'https://s'}}}}\n"
            for one in ids
        )
        write(tmp_path, f"topics/{theme}.yml", topics)
    for lang in LANGUAGES:
        for theme, ids in themes.items():
            articles = (
                f"{one}: {{title: T {one} {lang}, normal: N {one} {lang}, plain: P {one} {lang}}}\n" for one in ids
            )
            write(tmp_path, f"{lang}/{theme}.yml", "".join(articles))
        write(
            tmp_path,
            f"{lang}/dialogue.yml",
            f"utter_greet: Greeting {lang} {{name}}\nutter_simpler: Simply {lang}.\nutter_fuller: Fully {lang}.\n"
            f"utter_did_you_mean: Mean {lang}?\nutter_did_you_mean_again: Again {lang}?\n"
            f"utter_missing: Missing {lang}\nutter_nothing_to_repeat: Nothing {lang}\n"
            f"answer_human_button: Human {lang}\n"
            f"answer_simpler_button: Simpler\nanswer_fuller_button: Fuller\nanswer_overdue: Old\n"
            f'answer_source: "Source {{title}} {{day}}"\n',
        )
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def responses(content: Path) -> ContentResponses:
    endpoint = EndpointConfig(type="bot.engine.responses.ContentResponses", content=str(content))
    return ContentResponses(endpoint_config=endpoint, today=lambda: date(2026, 11, 23))


def tracker(*events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("anna", list(events), DOMAIN.slots)


def asked(text: str = "?", *ranking: str) -> UserUttered:
    names = [{"name": name, "confidence": 0.2} for name in ranking]
    return UserUttered(text, {"name": "nlu_fallback"}, parse_data={"intent_ranking": names})


def said(text: str, utter_action: str, **metadata: str) -> BotUttered:
    return BotUttered(text, metadata={"utter_action": utter_action, "metadata": metadata})


async def test_a_sentence_is_said_in_the_conversations_language(responses: ContentResponses):
    message = await responses.generate("utter_greet", tracker(SlotSet("language", "sv")), "polku", name="Anna")
    assert message == {
        "text": "Greeting sv Anna",
        "buttons": [],
        "metadata": {"language": "sv", "register": "normal"},
    }


async def test_an_unknown_language_falls_back_to_the_default_one(responses: ContentResponses):
    message = await responses.generate("utter_greet", tracker(SlotSet("language", "xx")), "polku", name="A")
    assert message["text"] == "Greeting fi A"


async def test_what_rasa_passes_beside_the_fields_is_no_field(responses: ContentResponses):
    message = await responses.generate(
        "utter_greet", tracker(), "polku", name="A", domain_responses={}, buttons=[{"title": "x"}], text=None
    )
    assert message["buttons"] == []  # Rasa itself adds the buttons of an action


async def test_an_answer_follows_topic_and_register(responses: ContentResponses):
    slots = SlotSet("language", "en"), SlotSet("topic", "job_start"), SlotSet("register", "plain")
    message = await responses.generate("utter_answer", tracker(*slots), "polku")
    assert message["text"] == "P job_start en"
    assert message["metadata"]["topic"] == "job_start"


@pytest.mark.parametrize(
    ("name", "text"),
    [("utter_simpler", "Simply en.\n\nP job_start en"), ("utter_fuller", "Fully en.\n\nN job_start en")],
)
async def test_another_register_is_acknowledged_with_the_last_topic_in_it(responses: ContentResponses, name, text):
    slots = SlotSet("language", "en"), SlotSet("topic", "job_start")
    assert (await responses.generate(name, tracker(*slots), "polku"))["text"] == text


async def test_another_register_without_a_topic_is_only_acknowledged(responses: ContentResponses):
    message = await responses.generate("utter_simpler", tracker(), "polku")
    assert message["text"] == "Simply fi."
    assert message["metadata"]["register"] == "plain"


async def test_did_you_mean_offers_three_near_topics_of_more_than_one_theme_and_a_human(responses: ContentResponses):
    heard = asked("hm", "nlu_fallback", "job_pay", "affirm", "job_end", "job_start", "home_rent", "job_next")
    message = await responses.generate("utter_did_you_mean", tracker(heard), "polku")

    assert message["text"] == "Mean fi?"
    assert message["buttons"] == [
        {"title": "T job_pay fi", "payload": "/job_pay"},
        {"title": "T job_end fi", "payload": "/job_end"},
        {"title": "T home_rent fi", "payload": "/home_rent"},
        {"title": "Human fi", "payload": "/handoff_request"},
    ]


async def test_the_human_is_offered_once_when_content_offers_one_too(content: Path):
    button = "buttons: [{title: Own human, payload: /handoff_request}]"
    extra = f"utter_did_you_mean: {{text: Mean?, {button}}}\n"
    file = content / "fi/dialogue.yml"
    file.write_text(file.read_text().replace("utter_did_you_mean: Mean fi?\n", extra))
    fresh = ContentResponses(EndpointConfig(content=str(content)))

    buttons = (await fresh.generate("utter_did_you_mean", tracker(asked()), "polku"))["buttons"]
    assert buttons == [{"title": "Own human", "payload": "/handoff_request"}]


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ([asked(), said("Mean fi?", "utter_did_you_mean")], "Again fi?"),
        ([asked(), said("Mean", "utter_did_you_mean"), asked(), said("N", "utter_answer")], "Mean fi?"),
        ([], "Mean fi?"),
    ],
    ids=["in a row", "an answer between", "the first"],
)
async def test_a_second_miss_in_a_row_is_worded_otherwise(responses: ContentResponses, before, text):
    message = await responses.generate("utter_did_you_mean", tracker(*before, asked()), "polku")
    assert message["text"] == text


async def test_repeating_says_the_whole_last_turn_again(responses: ContentResponses):
    first = BotUttered("One.", metadata={"utter_action": "utter_answer", "metadata": {"language": "fi", "topic": "x"}})
    second = BotUttered("Two.", {"buttons": [{"title": "T", "payload": "/t"}]}, {"utter_action": "utter_more"})
    message = await responses.generate(
        "utter_repeat", tracker(asked(), first, ActionExecuted("action_x"), second, asked()), "polku"
    )
    assert message["text"] == "One.\n\nTwo."
    assert message["buttons"] == [{"title": "T", "payload": "/t"}]
    assert message["metadata"]["topic"] == "x"


async def test_repeating_after_a_change_of_language_gives_the_answer_in_the_new_one(responses: ContentResponses):
    events = asked(), said("N job_start fi", "utter_answer", language="fi", topic="job_start"), asked()
    message = await responses.generate("utter_repeat", tracker(*events, SlotSet("language", "sv")), "polku")
    assert message["text"] == "N job_start sv"


async def test_repeating_with_nothing_said_yet_says_so(responses: ContentResponses):
    assert (await responses.generate("utter_repeat", tracker(asked()), "polku"))["text"] == "Nothing fi"


async def test_a_missing_text_is_an_apology_and_an_error_without_the_persons_words(responses, caplog):
    with caplog.at_level(logging.ERROR):
        message = await responses.generate("utter_unheard_of", tracker(asked("my secret")), "polku")
    assert message["text"] == "Missing fi"
    assert "utter_unheard_of" in caplog.text
    assert "fi" in caplog.text
    assert "my secret" not in caplog.text


async def test_channels_of_text_alone_get_the_source_below_the_answer(responses: ContentResponses):
    slots = SlotSet("language", "en"), SlotSet("topic", "job_start")
    message = await responses.generate("utter_answer", tracker(*slots), "cmdline")
    assert message["text"] == "N job_start en\n\nSource S 22 November 2026\nhttps://s"


def test_rasa_makes_the_generator_from_endpoints(content: Path):
    endpoint = EndpointConfig(type="bot.engine.responses.ContentResponses", content=str(content))
    assert isinstance(NaturalLanguageGenerator.create(endpoint, DOMAIN), ContentResponses)
