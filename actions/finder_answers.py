"""From what was said to the programme finder's slots, and from the slots to the answers that the rules read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.heard import ANSWERS, Heard, named_before
from actions.short_form import NOT_NEEDED, is_answer, pressed
from bot.office.programme_catalogue import ANSWERS as MEANT
from bot.office.programme_catalogue import Catalogue
from bot.office.programmes import UNKNOWN, Answers

FORM = "finder_form"
# Answer → slot, in the order of the questions. Buttons carry entities of the slots' names.
SLOTS = {
    "situation": "finder_situation",
    "education": "finder_education",
    "field": "finder_field",
    "municipality": "finder_municipality",
    "goal": "finder_goal",
    "consent": "finder_consent",
    "work_ability": "finder_work_ability",
}
CHANGE = "finder_change"
# May be asked about health: yes, no; and USED once the answer has served and is gone.
CONSENT, HEALTH = SLOTS["consent"], SLOTS["work_ability"]
USED = "used"
ALLOWED = {name: (*values, UNKNOWN) for name, values in MEANT.items() if values} | {"consent": ("yes", "no")}
STARTS = frozenset({"finder_start"})
OWN = frozenset({"finder_start", "finder_choose"})
MUNICIPALITY, EDUCATION = SLOTS["municipality"], SLOTS["education"]
LEVELS = {"bachelor": "higher", "master": "higher", "doctoral": "higher"}
YES_NO = {CONSENT: ("yes", "no"), HEALTH: ("reduced", "full")}
# What other word lists find, where it is the answer to what was asked: slot → entity → value → answer.
ALSO_FOUND: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    SLOTS["goal"]: {
        "recognition_purpose": {"profession": "own_field", "work": "job", "public": "job", "study": "study"},
        "session_topic": {"training": "study", "jobsearch": "job"},
        "finder_situation": {"working": "job", "looking": "job", "studying": "study"},
        "language": {"fi": "language", "sv": "language"},
    },
    SLOTS["situation"]: {
        "recognition_purpose": {"study": "studying", "work": "looking"},
        "session_topic": {"training": "studying", "jobsearch": "looking"},
    },
    SLOTS["field"]: {"session_topic": {"training": "education"}},
}
# A theme of questions → the goal, for people who answer with a word of it.
GOAL_OF_THEME = {
    "jobsearch": "job",
    "job": "job",
    "study": "study",
    "language": "language",
    "entrepreneurship": "business",
    "services": "guidance",
}
LOOKED_BACK = 3  # messages


def answers_of(slots: Mapping[str, Any]) -> Answers:
    """What the slots hold, for the rules."""
    values = {name: slots.get(slot) for name, slot in SLOTS.items() if name != "consent"}
    return Answers(**{name: None if value == NOT_NEEDED else value for name, value in values.items()})


def said(heard: Heard, slots: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The slots that the message fills or empties; empty if it says nothing of the finder's matters."""
    asked = str(slots.get("requested_slot") or "")
    talks, answer = heard.intent in OWN | ANSWERS, is_answer(heard, asked)
    if not talks and not answer:
        return {}
    found = pressed(heard, SLOTS, CHANGE, ALLOWED)
    if heard.is_button and heard.intent not in STARTS:
        return found or _verdict(heard.intent, asked)
    found |= _named(heard, slots, asked, catalogue, talks=talks)
    if not found and answer:
        found = _likely(heard, asked)
    return found or (_verdict(heard.intent, asked) if asked else {})


def _named(
    heard: Heard, slots: Mapping[str, Any], asked: str, catalogue: Catalogue, *, talks: bool
) -> dict[str, Any]:
    """What the words name. Places, educations and professions mean the same wherever they stand; the rest only where
    it was asked for, or where something is corrected or told at once."""
    found: dict[str, Any] = {}
    tells = talks and heard.intent != "nlu_fallback"
    places = heard.value("municipality", instead_of=slots.get(MUNICIPALITY))
    if places and (talks or asked == MUNICIPALITY or heard.is_one_word):
        found[MUNICIPALITY] = str(places)
    level = heard.value("education_level")
    if level and (talks or asked == EDUCATION):
        found[EDUCATION] = LEVELS.get(level, str(level))
    if heard.value("profession") and (tells or asked == SLOTS["field"]):
        found[SLOTS["field"]] = catalogue.field_of.get(heard.value("profession"), "other")
    for name in ("situation", "field", "goal"):
        slot = SLOTS[name]
        value = heard.value(slot, instead_of=slots.get(slot))
        # "I want to work" in passing does not say that somebody is at work.
        if value in MEANT[name] and (asked == slot or (tells and value != "working")):
            found[slot] = value
    return found


def _likely(heard: Heard, asked: str) -> dict[str, Any]:
    """What words of other lists, or of a theme, are taken for when they are the whole answer."""
    for entity, meant in ALSO_FOUND.get(asked, {}).items():
        if value := meant.get(heard.value(entity)):
            return {asked: value}
    if asked == SLOTS["goal"] and heard.is_short_answer and (goal := GOAL_OF_THEME.get(heard.intent.split("_")[0])):
        return {asked: goal}
    return {}


def _verdict(intent: str, asked: str) -> dict[str, Any]:
    """Yes, no, skip and I don't know, to the question that was asked."""
    if intent in ("skip", "dont_know"):
        return {asked: "no" if asked == CONSENT else UNKNOWN} if asked else {}
    if intent in ("affirm", "deny") and asked in YES_NO:
        return {asked: YES_NO[asked][intent == "deny"]}
    return {}


def from_before(tracker: Any, catalogue: Catalogue) -> dict[str, Any]:
    """What was named in the messages just before the finder began."""
    place, level, profession = (
        named_before(tracker, entity, LOOKED_BACK) for entity in ("municipality", "education_level", "profession")
    )
    found = {
        MUNICIPALITY: place,
        EDUCATION: LEVELS.get(level, level),
        SLOTS["field"]: catalogue.field_of.get(profession, "other") if profession else None,
    }
    return {slot: str(value) for slot, value in found.items() if value}


def settled(slots: Mapping[str, Any]) -> dict[str, Any]:
    """All slots; about health nothing is asked without a yes."""
    known = {slot: slots.get(slot) for slot in SLOTS.values()}
    if known[HEALTH] not in (None, NOT_NEEDED):
        known[CONSENT] = "yes"  # told of one's own accord, or asked again by a button
    elif known[CONSENT] in ("no", UNKNOWN, USED):
        known[HEALTH] = NOT_NEEDED
    elif known[CONSENT] == "yes":
        known[HEALTH] = None
    return known


def is_complete(slots: Mapping[str, Any]) -> bool:
    """Whether every question was answered or passed over."""
    return all(value is not None for value in settled(slots).values())


def without_health(slots: Mapping[str, Any]) -> dict[str, Any]:
    """What is left when the result has been told: that it was asked, but not what was answered."""
    told = slots.get(HEALTH) not in (None, NOT_NEEDED)
    return {HEALTH: None, CONSENT: USED if told else slots.get(CONSENT)}
