"""What the office has free, around what a person wishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.booking_wish import moment_of, window_days, wish_of, within_hours
from actions.context import Office
from bot.office.booking import FreeTime, Wish, free_days, free_times
from bot.office.tables import Counsellor

DAYS_SHOWN, TIMES_SHOWN = 5, 6
FAR_AHEAD, ALL_OF_A_DAY = 100, 200


def who_helps(session: Session, topic: str, language: str | None = None) -> list[Counsellor]:
    """The counsellors of a topic, and of a language if one is named."""
    everybody = session.scalars(select(Counsellor).order_by(Counsellor.id))
    return [one for one in everybody if topic in one.topics and language in (None, *one.languages)]


def days_for(session: Session, slots: Mapping[str, Any], office: Office) -> tuple[list[date], bool]:
    """Free days, at most DAYS_SHOWN, and whether they are what was wished (else: the nearest to it)."""
    days = free_days(session, _wish(slots), now=office.clock(), limit=FAR_AHEAD)
    named = window_days(slots)
    if named is None:
        return days[:DAYS_SHOWN], True
    wished = [day for day in days if named[0] <= day <= named[1]]
    if wished:
        return wished[:DAYS_SHOWN], True
    return sorted(sorted(days, key=lambda day: abs((day - named[0]).days))[:DAYS_SHOWN]), False


def times_for(session: Session, slots: Mapping[str, Any], office: Office) -> tuple[list[FreeTime], bool]:
    """Free times of the chosen day, at most TIMES_SHOWN, and whether they are in the hours that were named."""
    times = times_of_day(session, slots, slots["booking_day"], office)
    wished = within_hours(times, slots)
    return (wished[:TIMES_SHOWN], True) if wished else (_spread(times), False)


def times_of_day(session: Session, slots: Mapping[str, Any], day: str, office: Office) -> list[FreeTime]:
    """All free times of a day; where several counsellors are free at once, the first of them."""
    wished = date.fromisoformat(day)
    times = free_times(session, _wish(slots), now=office.clock(), day=wished, limit=ALL_OF_A_DAY)
    first: dict[Any, FreeTime] = {}
    for one in times:
        first.setdefault(one.starts_at, one)
    return list(first.values())


def settled(session: Session, slots: Mapping[str, Any], office: Office) -> dict[str, Any]:
    """Day, time and counsellor as far as they are named and free; None where a question remains.

    A day without a free time becomes the wish around which other days are shown.
    """
    if wish_of(slots) is None:
        return {}
    named, day = window_days(slots), slots.get("booking_day")
    if day is None and named and named[0] == named[1]:
        day = named[0].isoformat()
    open_ = {"booking_day": None, "booking_time": None, "booking_counsellor": None}
    if day is None:
        return open_
    times = times_of_day(session, slots, day, office)
    if not times:
        return {**open_, "booking_window": {**(slots.get("booking_window") or {}), "from": day, "to": day}}
    start = moment_of(slots.get("booking_time"))
    chosen = [one for one in times if one.starts_at == start]
    if start is None and (slots.get("booking_window") or {}).get("time_from"):
        exact = within_hours(times, slots)
        chosen = exact if len(exact) == 1 else []
    if not chosen:
        return {**open_, "booking_day": day}
    return {
        "booking_day": day,
        "booking_time": chosen[0].starts_at.isoformat(),
        "booking_counsellor": str(chosen[0].counsellor_id),
    }


def _wish(slots: Mapping[str, Any]) -> Wish:
    wish = wish_of({**slots, "booking_counsellor": None})
    if wish is None:
        raise ValueError("free times can be asked for only when topic, language and way to meet are known")
    return wish


def _spread(times: list[FreeTime]) -> list[FreeTime]:
    """Some of the morning and some of the afternoon, rather than only the first hours."""
    step = max(1, -(-len(times) // TIMES_SHOWN))
    return times[::step]
