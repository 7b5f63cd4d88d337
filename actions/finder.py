"""The programme finder's form: what was said goes into slots; about health nothing is asked without a yes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rasa_sdk import Tracker

from actions.finder_answers import (
    CHANGE,
    FORM,
    MUNICIPALITY,
    OWN,
    SLOTS,
    STARTS,
    answers_of,
    from_before,
    is_complete,
    said,
    settled,
)
from actions.finder_words import said_lines
from actions.heard import Heard
from actions.short_form import Says, ShortForm
from actions.voice import Voice
from bot.office.programme_catalogue import load
from bot.office.programmes import UNKNOWN

OUT_OF_OUR_WORLD = frozenset({"out_of_scope", "smalltalk_bot"})
GIVEN_UP = {MUNICIPALITY: UNKNOWN}


class ValidateFinderForm(ShortForm):
    form, slots, change = FORM, SLOTS, CHANGE
    starts, own = STARTS, OWN
    given_up, taken_for = GIVEN_UP, OUT_OF_OUR_WORLD
    says = Says(
        begin="utter_finder_begin",
        noted="utter_finder_noted",
        goes_on="utter_finder_goes_on",
        hello="utter_finder_hello",
        not_understood="utter_finder_not_understood",
        unclear="utter_finder_municipality_unclear",
    )

    def said(self, heard: Heard, tracker: Tracker) -> dict[str, Any]:
        return said(heard, tracker.slots, load())

    def settled(self, slots: Mapping[str, Any]) -> dict[str, Any]:
        return settled(slots)

    def is_complete(self, slots: Mapping[str, Any]) -> bool:
        return is_complete(slots)

    def lines(self, slots: Mapping[str, Any], voice: Voice, only: Iterable[str]) -> str:
        return said_lines(answers_of(slots), voice, only)

    def from_before(self, tracker: Tracker, known: Mapping[str, Any], new: bool) -> dict[str, Any]:  # noqa: ARG002
        return from_before(tracker, load()) if new else {}
