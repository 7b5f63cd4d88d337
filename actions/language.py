"""Switching the language of the conversation."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import spoke_last, told_last
from bot.languages import LANGUAGES

GIVES_AN_ANSWER = {"utter_answer", "utter_simpler", "utter_fuller"}


class LanguageSwitch(Action):
    """Sets slots and says nothing: texts of an action are rendered before its slots apply."""

    def name(self) -> str:
        return "action_language_switch"

    async def run(
        self,
        dispatcher: CollectingDispatcher,  # noqa: ARG002 - it must not speak
        tracker: Tracker,
        domain: dict[str, Any],  # noqa: ARG002 - the engine does not send it
    ) -> list[EventType]:
        named = [
            entity["value"] for entity in tracker.latest_message.get("entities") or [] if entity["entity"] == "language"
        ]
        # "From English to Finnish": of several the last, but not the one that is spoken already.
        ours = [code for code in named if code in LANGUAGES]
        other = [code for code in ours if code != tracker.get_slot("language")]
        wanted = next(reversed(other or ours), None)
        if wanted is None:
            return [SlotSet("language_outcome", "unsupported" if named else "unnamed")]
        return [
            SlotSet("language", wanted),
            SlotSet("language_chosen", True),
            SlotSet("language_outcome", _outcome(tracker)),
        ]


def _outcome(tracker: Tracker) -> str:
    """Whether something was told last that is to be told again, in the language that is spoken now."""
    if tracker.active_loop.get("name"):
        return "switched"
    if told_last(tracker):
        return "told_again"
    last = spoke_last(tracker)
    return "answer_again" if tracker.get_slot("topic") and last in GIVES_AN_ANSWER else "switched"
