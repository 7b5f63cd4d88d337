"""From what was said to the booking's slots, and from the slots to what the office is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from actions.heard import Heard
from bot.dates_spoken import HELSINKI
from bot.office.booking import BOOKING_TOPICS, MEETINGS, FreeTime, Wish

WISH = ("booking_topic", "booking_language", "booking_meeting")
SLOTS = (
    *WISH,
    "booking_window",
    "booking_day",
    "booking_time",
    "booking_counsellor",
    "booking_change",
    "booking_confirmed",
)

NOT_UNDERSTOOD = "nlu_fallback"
SWITCH = "language_switch"
LIKELY_ENOUGH = 3  # the intents that count when none is certain; the summary shows what was taken

CHANGE_MENU = "menu"  # instead of the summary it is asked what should be different

# What a change of one thing takes away with it.
UNDONE_BY_CHANGE = {
    "topic": ("booking_topic", "booking_confirmed"),
    "language": ("booking_language", "booking_confirmed"),
    "meeting": ("booking_meeting", "booking_confirmed"),
    "day": ("booking_day", "booking_window", "booking_time", "booking_counsellor", "booking_confirmed"),
    "time": ("booking_time", "booking_counsellor", "booking_confirmed"),
}

# A theme of questions → the booking topic it belongs to, for people who answer "CV" or "my diploma".
TOPIC_OF_THEME = {
    "jobsearch": "jobsearch",
    "job": "jobsearch",
    "cv": "cv",
    "interview": "cv",
    "recognition": "recognition",
    "integration": "training",
    "language": "training",
    "study": "training",
}

TALKS_OF_BOOKING = {"booking_make", "booking_inform", "booking_choose", "affirm", "deny", NOT_UNDERSTOOD}
OF_A_DIPLOMA = {"recognition_route", "recognition_inform"}
NEVER_AN_ANSWER = {"stop", "repeat", "help", "booking_cancel", "booking_list", "booking_move", "handoff_request"}
ASKED_BY = {
    "booking_topic": "session_topic",
    "booking_language": "language",
    "booking_meeting": "meeting",
    "booking_day": "date",
    "booking_time": "date",
}


def said(heard: Heard, slots: Mapping[str, Any]) -> dict[str, Any]:
    """The slots that the message fills or empties; empty if it says nothing of the booking."""
    asked = slots.get("requested_slot")
    answer = heard.is_short_answer and heard.intent not in NEVER_AN_ANSWER
    if asked == "booking_topic" and heard.intent in OF_A_DIPLOMA and "?" not in heard.text and not heard.is_button:
        return {"booking_topic": "recognition"}
    if heard.intent not in TALKS_OF_BOOKING and not (answer and asked):
        return {}
    free = heard.intent in TALKS_OF_BOOKING

    def about(slot: str) -> bool:
        """A question that merely names a language or a day doesn't fill a slot; an answer does, and so does
        a lone word, to whatever question it is said.
        """
        lone = heard.is_one_word and heard.intent != SWITCH
        return free or ((asked == slot or lone) and ASKED_BY.get(slot, "") in heard.entities)

    found: dict[str, Any] = {}
    change = heard.value("booking_change") or ""
    if heard.intent == "deny" and asked == "booking_time" and "date" not in heard.entities:
        change = "day"
    for slot in UNDONE_BY_CHANGE.get(change, ()):
        found[slot] = None
    for slot, allowed in (("booking_topic", BOOKING_TOPICS), ("booking_meeting", MEETINGS)):
        if heard.value(slot) in allowed:
            found[slot] = heard.value(slot)
    if heard.value("booking_language"):
        found["booking_language"] = str(heard.value("booking_language"))
    # Who answers "English" to the topic means the session's language, not lessons.
    if answer and asked == "booking_topic" and "language" not in heard.entities and (topic := _topic_of(heard)):
        found["booking_topic"] = topic
    if "session_topic" in heard.entities and about("booking_topic"):
        found["booking_topic"] = heard.value("session_topic")
    if "meeting" in heard.entities and about("booking_meeting"):
        found["booking_meeting"] = heard.value("meeting", instead_of=slots.get("booking_meeting"))
    if "language" in heard.entities and about("booking_language"):
        found["booking_language"] = heard.value("language", instead_of=slots.get("booking_language"))
    if "date" in heard.entities and (about("booking_day") or about("booking_time")):
        found |= _window(heard.value("date"), slots)
    if after := _day(heard.value("booking_after")):
        found |= {"booking_day": None, "booking_window": {"from": after.isoformat()}}
    if day := _day(heard.value("booking_day")):
        kept = {key: one for key, one in (slots.get("booking_window") or {}).items() if key.startswith("time")}
        found |= {"booking_day": day.isoformat(), "booking_window": kept or None}
    if moment := moment_of(heard.value("booking_time")):
        found |= {"booking_time": moment.isoformat(), "booking_day": moment.astimezone(HELSINKI).date().isoformat()}
    if not found and asked == "booking_confirmed":
        return _verdict(heard, slots)
    return found


def _verdict(heard: Heard, slots: Mapping[str, Any]) -> dict[str, Any]:
    """What is said to the summary. A yes counts only while the summary is what was asked."""
    menu = slots.get("booking_change") == CHANGE_MENU
    if heard.value("booking_change") == CHANGE_MENU or (heard.intent == "deny" and not menu):
        return {"booking_change": CHANGE_MENU}
    if heard.value("booking_confirmed") or (heard.intent == "affirm" and not menu):
        return {"booking_change": None, "booking_confirmed": "yes"}
    return {}


def wish_of(slots: Mapping[str, Any]) -> Wish | None:
    """What the office is asked for; None until topic, language and way to meet are known."""
    if any(not slots.get(slot) for slot in WISH):
        return None
    wish = Wish(topic=slots["booking_topic"], language=slots["booking_language"], meeting=slots["booking_meeting"])
    counsellor = slots.get("booking_counsellor")
    return replace(wish, counsellor_id=int(counsellor)) if counsellor else wish


def window_days(slots: Mapping[str, Any]) -> tuple[date, date] | None:
    """First and last day of what was named; the last is far away when only a first was."""
    window = slots.get("booking_window") or {}
    first = _day(window.get("from"))
    return (first, _day(window.get("to")) or date.max) if first else None


def within_hours(times: list[FreeTime], slots: Mapping[str, Any]) -> list[FreeTime]:
    """Those that begin in the hours that were named; all if none were. An exact time is a range of one."""
    window = slots.get("booking_window") or {}
    opens, closes = _hour(window.get("time_from")), _hour(window.get("time_to"))
    if opens is None and closes is None:
        return times

    def fits(one: FreeTime) -> bool:
        start = one.starts_at.astimezone(HELSINKI).time()
        return start == opens if opens == closes else (opens or time.min) <= start < (closes or time.max)

    return [one for one in times if fits(one)]


def has_exact_hour(slots: Mapping[str, Any]) -> bool:
    window = slots.get("booking_window") or {}
    return window.get("time_from") is not None and window.get("time_from") == window.get("time_to")


def _window(named: Mapping[str, Any], slots: Mapping[str, Any]) -> dict[str, Any]:
    """A named day asks for another day; hours alone keep the day that was chosen."""
    window = {key: one for key, one in named.items() if one is not None}
    undone: dict[str, Any] = {"booking_time": None, "booking_counsellor": None}
    if "from" in window:
        return {**undone, "booking_day": None, "booking_window": window}
    return {**undone, "booking_window": {**(slots.get("booking_window") or {}), **window}}


def _topic_of(heard: Heard) -> str | None:
    """The booking topic of the likeliest question; a single word is often a question that was not understood."""
    likely = heard.likely[:LIKELY_ENOUGH] if heard.intent == NOT_UNDERSTOOD else (heard.intent,)
    topics = (TOPIC_OF_THEME.get(intent.split("_")[0]) for intent in likely)
    return next((topic for topic in topics if topic), None)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def moment_of(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _hour(value: Any) -> time | None:
    return time.fromisoformat(value) if value else None
