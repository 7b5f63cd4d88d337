"""The navigator's form: what was said goes into slots, and what the route does not need is not asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rasa_sdk import Tracker

from actions.heard import Heard
from actions.recognition_answers import (
    CHANGE,
    FORM,
    OWN,
    SLOTS,
    STARTS,
    answers_of,
    from_before,
    is_complete,
    said,
    settled,
)
from actions.recognition_words import said_lines
from actions.short_form import Says, ShortForm
from actions.voice import Voice
from bot.office.recognition import OTHER_PROFESSION
from bot.office.recognition_catalogue import load

# What professions that we don't know are often taken for.
OUT_OF_OUR_WORLD = frozenset({"out_of_scope", "smalltalk_bot"})
GIVEN_UP = {SLOTS["profession"]: OTHER_PROFESSION}  # the general road


class ValidateRecognitionForm(ShortForm):
    form, slots, change = FORM, SLOTS, CHANGE
    starts, own = STARTS, OWN
    given_up, taken_for = GIVEN_UP, OUT_OF_OUR_WORLD
    says = Says(
        begin="utter_recognition_begin",
        noted="utter_recognition_noted",
        goes_on="utter_recognition_goes_on",
        hello="utter_recognition_hello",
        not_understood="utter_recognition_not_understood",
        unclear="utter_recognition_profession_unclear",
    )

    def said(self, heard: Heard, tracker: Tracker) -> dict[str, Any]:
        return said(heard, tracker.slots)

    def settled(self, slots: Mapping[str, Any]) -> dict[str, Any]:
        return settled(slots, load())

    def is_complete(self, slots: Mapping[str, Any]) -> bool:
        return is_complete(slots, load())

    def lines(self, slots: Mapping[str, Any], voice: Voice, only: Iterable[str]) -> str:
        return said_lines(answers_of(slots), voice, load(), only)

    def from_before(self, tracker: Tracker, known: Mapping[str, Any], new: bool) -> dict[str, Any]:
        """All of it when nothing is known, another profession of the last message always."""
        if new:
            return from_before(tracker)
        last, profession = from_before(tracker, messages=1), SLOTS["profession"]
        return last if last.get(profession) not in (None, known[profession]) else {}
