"""What the last message says, as far as a form needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

SHORT = 4  # words; longer ones are sentences of their own rather than an answer to what was asked

# What a short form ends in, and what tells it again in another language or register.
TELLS = {"action_recognition_route", "action_finder_result"}
TELLS_AGAIN = "action_tell_again"
# Answers to some question: they say nothing by themselves, so no other rule may take them from a form.
ANSWERS = {"affirm", "deny", "nlu_fallback", "skip", "dont_know", "correct"}


@dataclass(frozen=True)
class Heard:
    """A message read once. `likely` are the intents it may have, likeliest first.

    `answered_by` names the actions that already dealt with it: the form must not read it again.
    """

    intent: str
    entities: dict[str, list[Any]]
    text: str
    answered_by: tuple[str, ...]
    likely: tuple[str, ...] = ()

    @classmethod
    def of(cls, tracker: Tracker, form: str) -> Heard:
        message = tracker.latest_message or {}
        entities: dict[str, list[Any]] = {}
        for entity in message.get("entities") or []:
            entities.setdefault(entity["entity"], []).append(entity["value"])
        return cls(
            intent=(message.get("intent") or {}).get("name") or "",
            entities=entities,
            text=message.get("text") or "",
            likely=tuple(one["name"] for one in message.get("intent_ranking") or [] if one.get("name")),
            answered_by=tuple(name for name in _since_last_message(tracker) if name != form),
        )

    def value(self, entity: str, instead_of: Any = None) -> Any:
        """The entity's value, None without one. Of several the last that isn't `instead_of`, as in
        "not by phone but by video"."""
        found = self.entities.get(entity) or [None]
        return next((one for one in reversed(found) if one != instead_of), found[-1])

    @property
    def is_button(self) -> bool:
        return self.text.startswith("/")

    @property
    def is_short_answer(self) -> bool:
        return not self.is_button and "?" not in self.text and len(self.text.split()) <= SHORT

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def is_one_word(self) -> bool:
        return self.is_short_answer and len(self.text.split()) == 1


def _since_last_message(tracker: Tracker) -> list[str]:
    names: list[str] = []
    for event in reversed(tracker.events):
        if event["event"] == "user":
            break
        if event["event"] == "action":
            names.append(event["name"])
    return names[::-1]


def said_last(tracker: Tracker) -> list[str]:
    """The `utter_` names of what the bot said before this message, in its last turn."""
    names: list[str] = []
    messages = 0
    for event in reversed(tracker.events):
        if event["event"] == "user":
            messages += 1
            if messages > 1 and names:
                break
        elif event["event"] == "bot" and messages == 1:
            names.append(str((event.get("metadata") or {}).get("utter_action")))
    return names[::-1]


def named_before(tracker: Tracker, entity: str, messages: int, but: Any = None) -> Any:
    """The entity's value, other than `but`, in the last `messages` messages before this one; None without one."""
    earlier = [event for event in reversed(tracker.events) if event["event"] == "user"][1 : messages + 1]
    for event in earlier:
        entities = (event.get("parse_data") or event).get("entities") or []
        found = [one["value"] for one in entities if one["entity"] == entity and one["value"] != but]
        if found:
            return found[-1]
    return None


def spoke_last(tracker: Tracker) -> str | None:
    """The action that said something last, before this message."""
    messages, spoken = 0, False
    for event in reversed(tracker.events):
        if event["event"] == "user":
            messages += 1
        elif messages == 1 and event["event"] == "bot":
            spoken = True
        elif messages == 1 and event["event"] == "action" and spoken:
            return str(event["name"])
    return None


def told_last(tracker: Tracker) -> str | None:
    """The action of TELLS whose words were the last before this message; None if something else was."""
    if spoke_last(tracker) not in {*TELLS, TELLS_AGAIN}:
        return None
    ran = (str(event["name"]) for event in reversed(tracker.events) if event["event"] == "action")
    return next((name for name in ran if name in TELLS), None)
