"""A short form of questions: each can be skipped, answered in one's own words or by a button, and corrected.

The recognition navigator and the programme finder are such forms; what their answers mean is theirs.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking import ANSWERED_AT_LENGTH, GREETS
from actions.context import Office, OfficeAction
from actions.heard import ANSWERS, Heard, said_last
from actions.voice import Voice

MENU, ALL, FORGET = "menu", "all", "forget"  # what a button asks to change, beside the name of one answer
NOT_NEEDED = "not_needed"  # nothing depends on it, so it isn't asked
# These lead back into a form that was begun, or say that it was not: the form reads the message itself.
LEADS_BACK = {"action_recognition_inform", "action_correct"}
# They say something of another form's matters, and must not carry the person off from this one.
SAID_ELSEWHERE = {"booking_inform", "recognition_inform"}
NEVER_AN_ANSWER = {
    "stop",
    "repeat",
    "help",
    "handoff_request",
    "language_switch",
    "simpler",
    "fuller",
    "booking_list",
    "booking_cancel",
    "recognition_plan",
}
LONGEST_ANSWER = 7  # words; what is longer is read as an answer only if its intent says so


def is_answer(heard: Heard, asked: str) -> bool:
    """Whether the message may be the answer to what was asked, whatever its intent was taken for."""
    return (
        bool(asked)
        and not heard.is_button
        and "?" not in heard.text
        and heard.words <= LONGEST_ANSWER
        and heard.intent not in NEVER_AN_ANSWER
    )


def pressed(
    heard: Heard, slots: Mapping[str, str], change: str, allowed: Mapping[str, Collection[str]]
) -> dict[str, Any]:
    """What a button says. `slots` is answer → slot; what `allowed` does not name can be anything."""
    if not heard.is_button:
        return {}
    found: dict[str, Any] = {}
    if heard.value(change) in (ALL, FORGET):
        found = dict.fromkeys(slots.values())
    elif heard.value(change) in slots:
        found = {slots[heard.value(change)]: None}
    for name, slot in slots.items():
        value = heard.value(slot)
        if value and (name not in allowed or value in allowed[name]):
            found[slot] = str(value)
    return found


@dataclass(frozen=True)
class Says:
    """The `utter_` names of what is said around the questions."""

    begin: str
    noted: str
    goes_on: str
    hello: str
    not_understood: str
    unclear: str  # to a word that we don't know, once; then `ShortForm.given_up` is the answer


class ShortForm(OfficeAction):
    """Validates the form: no slot set means that the message is another rule's."""

    form: ClassVar[str]
    slots: ClassVar[Mapping[str, str]]  # answer → slot, in the order of the questions
    change: ClassVar[str]
    starts: ClassVar[frozenset[str]]  # intents that begin the form or ask for it again
    own: ClassVar[frozenset[str]]  # further intents of the form's matters
    given_up: ClassVar[Mapping[str, str]]  # slot → its value after two words that we don't know
    taken_for: ClassVar[frozenset[str]] = frozenset()  # intents that such words are often taken for
    says: ClassVar[Says]

    @abstractmethod
    def said(self, heard: Heard, tracker: Tracker) -> dict[str, Any]:
        """The slots that the message fills or empties; empty if it says nothing of the form's matters."""

    @abstractmethod
    def settled(self, slots: Mapping[str, Any]) -> dict[str, Any]:
        """All slots, those that are not needed marked so, and those that are needed again open."""

    @abstractmethod
    def is_complete(self, slots: Mapping[str, Any]) -> bool:
        """Whether every answer that is needed was given or passed over."""

    @abstractmethod
    def lines(self, slots: Mapping[str, Any], voice: Voice, only: Iterable[str]) -> str:
        """The answers, a list item each."""

    def from_before(self, tracker: Tracker, known: Mapping[str, Any], new: bool) -> dict[str, Any]:  # noqa: ARG002
        """What earlier messages said, when the form begins."""
        return {}

    def name(self) -> str:
        return f"validate_{self.form}"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        heard = Heard.of(tracker, self.form)
        if heard.answered_by and not LEADS_BACK.intersection(heard.answered_by):
            if ANSWERED_AT_LENGTH.intersection(heard.answered_by):
                dispatcher.utter_message(response=self.says.goes_on)
            return []
        before = {slot: tracker.get_slot(slot) for slot in self.slots.values()}
        asked = tracker.get_slot("requested_slot")
        if heard.intent == "correct" or heard.value(self.change) in (MENU, FORGET):
            changes = {} if heard.value(self.change) == MENU else self.said(heard, tracker)
            if not changes or heard.value(self.change) == FORGET:
                # The form ends; what its end says depends on the slot.
                what = heard.value(self.change) or MENU
                return _events({**before, **changes, self.change: what, "requested_slot": None})
        else:
            changes = self.said(heard, tracker)
        if asked and not changes:
            return self._unanswered(dispatcher, tracker, heard, asked)
        new = heard.value(self.change) == ALL or not any(before.values())
        if not asked and heard.intent in self.starts:
            changes = {**self.from_before(tracker, before, new), **changes}
        after = self.settled({**before, **changes})
        if not asked and not self.is_complete(after):
            if new:
                dispatcher.utter_message(response=self.says.begin)
            elif not changes:
                dispatcher.utter_message(response=self.says.goes_on)
        # What was said beside the answer, or corrected, is said back; a plain answer is not.
        aside = [name for name, slot in self.slots.items() if changes.get(slot) and slot != asked]
        if aside and (new or asked) and (not heard.is_button or heard.intent in self.starts):
            said = self.lines(after, Voice.of(tracker, office.words()), aside)
            dispatcher.utter_message(response=self.says.noted, said=said)
        return _events({**after, self.change: None})

    def _unanswered(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, heard: Heard, asked: str
    ) -> list[EventType]:
        same = [SlotSet(asked, None)]
        if heard.intent == GREETS:
            dispatcher.utter_message(response=self.says.hello)
            return same
        if heard.intent in self.starts or heard.intent == "repeat":
            return same
        names_another = asked in self.given_up and heard.is_short_answer and heard.intent in self.taken_for
        if heard.intent not in self.own | ANSWERS | SAID_ELSEWHERE and not names_another:
            return []
        if asked not in self.given_up or heard.intent in ("affirm", "deny"):
            dispatcher.utter_message(response=self.says.not_understood)
            return same
        if self.says.unclear in said_last(tracker):
            # Two words that we don't know: no third try.
            return [SlotSet(asked, self.given_up[asked])]
        dispatcher.utter_message(response=self.says.unclear)
        return same


def _events(slots: dict[str, Any]) -> list[EventType]:
    return [SlotSet(slot, value) for slot, value in slots.items()]
