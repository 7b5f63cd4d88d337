"""The engine's response generator: names and conversation state in, sentences from content/ out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.content_files import REGISTERS
from bot.dates_spoken import HELSINKI
from bot.languages import DEFAULT, LANGUAGES
from bot.settings import ROOT
from bot.texts import MissingText, Texts

logger = logging.getLogger(__name__)

CHANNEL = "polku"
HANDOFF_PAYLOAD = "/handoff_request"
NEAREST_SHOWN, NEAREST_OF_A_THEME = 3, 2
CRISIS = "utter_crisis_"
# What Rasa and the SDK pass beside a sentence's fields. Rasa adds these to the message itself.
_NOT_FIELDS = {
    "domain_responses",
    "text",
    "buttons",
    "elements",
    "custom",
    "attachment",
    "image",
    "template",
    "response",
    "metadata",
    "quick_replies",
}


def helsinki_today() -> date:
    return datetime.now(HELSINKI).date()


class ContentResponses(NaturalLanguageGenerator):
    """For `endpoints.yml`: `nlg: {type: bot.engine.responses.ContentResponses}`.

    `content` there is the folder of the texts, if it is another than content/.
    """

    def __init__(
        self,
        endpoint_config: EndpointConfig | None = None,
        domain: Domain | None = None,  # noqa: ARG002 - Rasa passes it; its responses hold no sentences
        today: Callable[[], date] = helsinki_today,
    ) -> None:
        options = endpoint_config.kwargs if endpoint_config else {}
        self._texts, self._today = Texts.load(Path(options.get("content") or ROOT / "content")), today

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """The message of an `utter_` name in the conversation's language and register.

        A missing text is logged with its name and language, and an apology is said in its place.
        """
        self._texts = self._texts.refreshed()
        language, register = voice(tracker)
        fields = {name: value for name, value in kwargs.items() if name not in _NOT_FIELDS}
        try:
            message = self._render(utter_action, tracker, language, register, fields)
        except MissingText as missing:
            logger.error("no text for %s in %s: %s", utter_action, language, missing)
            message = self._texts.utterance("utter_missing", language, register)
        return message if output_channel == CHANNEL else with_sources_in_text(message)

    def _render(
        self, name: str, tracker: DialogueStateTracker, language: str, register: str, fields: dict[str, Any]
    ) -> dict[str, Any]:
        if name == "utter_answer":
            return self._answer(tracker.get_slot("topic") or "", language, register)
        if name in ("utter_simpler", "utter_fuller"):
            wanted = "plain" if name == "utter_simpler" else "normal"
            return self._in_other_register(name, tracker, language, wanted, fields)
        if name == "utter_did_you_mean":
            return self._did_you_mean(tracker, language, register, fields)
        if name == "utter_follow_up_nothing":
            return self._nothing_more(tracker, language, register)
        if name == "utter_repeat":
            return self._repeat(tracker, language, register)
        return self._texts.utterance(name, language, register, **fields)

    def _answer(self, topic: str, language: str, register: str) -> dict[str, Any]:
        return self._texts.answer(topic, language, register, self._today())

    def _in_other_register(
        self, name: str, tracker: DialogueStateTracker, language: str, register: str, fields: dict[str, Any]
    ) -> dict[str, Any]:
        acknowledged = self._texts.utterance(name, language, register, **fields)
        named = [one.metadata.get("utter_action") or "" for one in said_last(tracker)]
        urgent = [one for one in named if one.startswith(CRISIS)]
        if urgent:  # that was the answer, not the topic before it
            answer = self._texts.utterance(urgent[0], language, register)
            return {**answer, "text": f"{acknowledged['text']}\n\n{answer['text']}"}
        topic = tracker.get_slot("topic")
        if topic not in self._texts.topics:
            return acknowledged
        answer = self._answer(topic, language, register)
        return {**answer, "text": f"{acknowledged['text']}\n\n{answer['text']}"}

    def _did_you_mean(
        self, tracker: DialogueStateTracker, language: str, register: str, fields: dict[str, Any]
    ) -> dict[str, Any]:
        missed_before = any(
            (said.metadata.get("utter_action") or "").startswith("utter_did_you_mean") for said in said_last(tracker)
        )
        name = "utter_did_you_mean_again" if missed_before else "utter_did_you_mean"
        message = self._texts.utterance(name, language, register, **fields)
        nearest = [
            {"title": self._texts.title(topic, language), "payload": f"/{topic}"}
            for topic in nearest_topics(tracker, self._texts)
        ]
        others = message["buttons"]
        if not any(button["payload"] == HANDOFF_PAYLOAD for button in others):
            human = {"title": self._texts.label("answer_human_button", language), "payload": HANDOFF_PAYLOAD}
            others = [*others, human]
        return {**message, "buttons": [*nearest, *others]}

    def _nothing_more(self, tracker: DialogueStateTracker, language: str, register: str) -> dict[str, Any]:
        """No answer of ours tells it: say so, with what is near to the last answer."""
        message = self._texts.utterance("utter_follow_up_nothing", language, register)
        related = [one for one in self._texts.topics[tracker.get_slot("topic")].related if one in self._texts.topics]
        near = [{"title": self._texts.title(one, language), "payload": f"/{one}"} for one in related[:NEAREST_SHOWN]]
        return {**message, "buttons": [*near, *message["buttons"]]}

    def _repeat(self, tracker: DialogueStateTracker, language: str, register: str) -> dict[str, Any]:
        said = said_last(tracker)
        if not said:
            return self._texts.utterance("utter_nothing_to_repeat", language, register)
        metadata = {}
        for one in said:
            metadata.update(one.metadata.get("metadata") or {})
        if metadata.get("topic") in self._texts.topics and metadata.get("language") != language:
            return self._answer(metadata["topic"], language, register)
        return {
            "text": "\n\n".join(one.text for one in said if one.text),
            "buttons": [dict(button) for one in said for button in one.data.get("buttons") or []],
            "metadata": {"language": language, "register": register, **metadata},
        }


def voice(tracker: DialogueStateTracker) -> tuple[str, str]:
    """The language and register that the conversation is held in."""
    language, register = tracker.slots.get("language"), tracker.slots.get("register")
    return (
        language.value if language and language.value in LANGUAGES else DEFAULT,
        register.value if register and register.value in REGISTERS else REGISTERS[0],
    )


def nearest_topics(tracker: DialogueStateTracker, texts: Texts) -> list[str]:
    """The topics that the last message resembles most, nearest first; not all of one theme: it may be the wrong one."""
    parse_data = (tracker.latest_message.parse_data if tracker.latest_message else None) or {}
    ranking = [intent.get("name") for intent in parse_data.get("intent_ranking") or []]
    shown: list[str] = []
    for name in ranking:
        if name in texts.topics and len(shown) < NEAREST_SHOWN:
            alike = [one for one in shown if texts.topics[one].theme == texts.topics[name].theme]
            if len(alike) < NEAREST_OF_A_THEME:
                shown.append(name)
    return shown


def said_last(tracker: DialogueStateTracker) -> list[BotUttered]:
    """What the bot said in the last turn before the user's latest message in which it said anything."""
    turns = _turns_backwards(tracker)
    next(turns, None)  # the running turn
    return next((said for said in turns if said), [])


def _turns_backwards(tracker: DialogueStateTracker) -> Iterator[list[BotUttered]]:
    said: list[BotUttered] = []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            said.insert(0, event)
        elif isinstance(event, UserUttered):
            yield said
            said = []
    yield said


def with_sources_in_text(message: dict[str, Any]) -> dict[str, Any]:
    """For channels that show only text: the source and its address below the answer."""
    metadata = message["metadata"]
    if not metadata.get("source_line"):
        return message
    links = [source["url"] for source in metadata["sources"]]
    return {**message, "text": "\n".join([message["text"], "", metadata["source_line"], *links])}
