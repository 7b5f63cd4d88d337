"""From what was said to the navigator's slots, and from the slots to the answers that the office's rules read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from actions.heard import ANSWERS, Heard, named_before
from actions.short_form import NOT_NEEDED, is_answer, pressed
from bot.office.recognition import (
    CITIZEN,
    LEVELS,
    PAPERS,
    PURPOSES,
    UNKNOWN,
    Answers,
    questions,
)
from bot.office.recognition_catalogue import Catalogue

FORM = "recognition_form"
# Answer → slot, in the order of the questions. Buttons carry entities of the slots' names.
SLOTS = {
    "profession": "recognition_profession",
    "purpose": "recognition_purpose",
    "country": "recognition_country",
    "citizen": "recognition_citizen",
    "level": "recognition_level",
    "documents": "recognition_documents",
}
CHANGE = "recognition_change"  # what a button asks to change: one of SLOTS, or all of them
ALLOWED: dict[str, tuple[str, ...]] = {
    "purpose": (*PURPOSES, UNKNOWN),
    "citizen": (*CITIZEN, UNKNOWN),
    "level": (*LEVELS, UNKNOWN),
    "documents": (*PAPERS, UNKNOWN),
}
# What is found in what people write → the answer that it is.
NAMED = {"profession": "profession", "country": "country", "education_level": "level"}
STARTS = frozenset({"recognition_route", "recognition_plan"})
OWN = frozenset({"recognition_route", "recognition_inform", "recognition_choose"})
# A theme of questions → the purpose, for people who answer with a word of it.
PURPOSE_OF_THEME = {"jobsearch": "profession", "job": "profession", "study": "study", "integration": "study"}
LONGEST_CORRECTION = 5  # words; longer ones that name another profession are rather questions about it
LOOKED_BACK = 3  # messages: who asks about a nurse's diploma and then for the route has said the profession
HERE = "FI"  # "is it valid in Finland" does not say where one has studied


def answers_of(slots: Mapping[str, Any]) -> Answers:
    """What the slots hold, for the rules."""
    values = {name: slots.get(slot) for name, slot in SLOTS.items()}
    return Answers(**{name: None if value == NOT_NEEDED else value for name, value in values.items()})


def said(heard: Heard, slots: Mapping[str, Any]) -> dict[str, Any]:
    """The slots that the message fills or empties; empty if it says nothing of the navigator's matters."""
    asked = str(slots.get("requested_slot") or "")
    talks, answer = heard.intent in OWN | ANSWERS, is_answer(heard, asked)
    if not talks and not answer:
        return {}
    found = pressed(heard, SLOTS, CHANGE, ALLOWED)
    for entity, name in NAMED.items():
        slot = SLOTS[name]
        if entity in heard.entities and not heard.is_button:
            value = _named(heard, entity, slots.get(slot), asked)
            # A short "no, a teacher" corrects, whatever it is taken for; that it names what is known says nothing.
            corrects = answer and heard.words <= LONGEST_CORRECTION and value != slots.get(slot)
            if value and (talks or asked == slot or corrects):
                found[slot] = value
    if asked == SLOTS["documents"] and answer and (papers := _papers_of(heard)):
        found[asked] = papers
    elif asked == SLOTS["purpose"] and answer and heard.value(asked):
        found[asked] = heard.value(asked)
    elif asked == SLOTS["purpose"] and answer and (purpose := _purpose_of(heard)):
        found[asked] = purpose
    if found or not asked:
        return found
    return _verdict(heard.intent, asked)


def _named(heard: Heard, entity: str, known: Any, asked: str) -> str | None:
    values = heard.entities[entity]
    if entity == "country":
        # Finland counts only where it is the answer: nearly everybody names it as the place to be.
        elsewhere = [one for one in values if one != HERE]
        own = asked == SLOTS["country"] or heard.intent in ("deny", "correct")
        values = elsewhere or (values if own else [])
    found = next((one for one in reversed(values) if one != known), values[-1] if values else None)
    return str(found) if found else None


def _papers_of(heard: Heard) -> str | None:
    """Some are missing also where some are "lost"; who speaks of missing ones and names none of them has none."""
    named = heard.entities.get(SLOTS["documents"]) or []
    if "some" in named:
        return "some"
    if named:
        return str(named[-1])
    return "none" if heard.is_short_answer and heard.intent == "recognition_documents_missing" else None


def _purpose_of(heard: Heard) -> str | None:
    """What "work" and "studies" are taken for when they are all that is said."""
    if heard.value("session_topic") == "training":
        return "study"
    return PURPOSE_OF_THEME.get(heard.intent.split("_")[0]) if heard.is_short_answer else None


def _verdict(intent: str, asked: str) -> dict[str, Any]:
    """Yes, no, skip and I don't know, to the question that was asked."""
    if intent in ("skip", "dont_know"):
        return {asked: UNKNOWN}
    if intent in ("affirm", "deny"):
        yes_no = {SLOTS["citizen"]: ("yes", "no"), SLOTS["documents"]: ("all", "none")}
        if asked in yes_no:
            return {asked: yes_no[asked][intent == "deny"]}
    return {}


def from_before(tracker: Tracker, messages: int = LOOKED_BACK) -> dict[str, Any]:
    """What was named in the messages just before the navigator began."""
    found = {SLOTS[name]: named_before(tracker, entity, messages, but=HERE) for entity, name in NAMED.items()}
    return {slot: str(value) for slot, value in found.items() if value}


def settled(slots: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """All slots, those that the route does not need marked so, and those that it does need again open."""
    known = {slot: slots.get(slot) for slot in SLOTS.values()}
    needed = {SLOTS[name] for name in questions(answers_of(known), catalogue)}
    for slot, value in known.items():
        if slot not in needed and value is None:
            known[slot] = NOT_NEEDED
        elif slot in needed and value == NOT_NEEDED:
            known[slot] = None
    return known


def is_complete(slots: Mapping[str, Any], catalogue: Catalogue) -> bool:
    """Whether the route can be told: every answer it needs was given or passed over."""
    answers = answers_of(slots)
    return all(getattr(answers, name) is not None for name in questions(answers, catalogue))
