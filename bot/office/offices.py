"""The offices of content/offices.yml: when somebody is at the desk, and demo counsellors if there are any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.office.days import is_holiday, local, moment

CONTENT = Path(__file__).resolve().parents[2] / "content"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
# An office that is closed for longer than this has forgotten to write its hours.
LONGEST_CLOSURE = timedelta(days=60)


class BrokenOffice(Exception):
    """content/offices.yml says something that cannot be meant; the message names the file and the key."""


@dataclass(frozen=True)
class Span:
    """From `opens` to `closes`, Helsinki time, on one day."""

    opens: time
    closes: time


Week = dict[int, tuple[Span, ...]]  # 0 = Monday


@dataclass(frozen=True)
class DemoCounsellor:
    name: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    meetings: tuple[str, ...]
    place: str
    week: Week


@dataclass(frozen=True)
class Office:
    id: str
    demo: bool
    week: Week
    closed: frozenset[date]  # days of its own, besides public holidays
    counsellors: tuple[DemoCounsellor, ...]

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """When the office is open on that day, in UTC."""
        if day in self.closed or is_holiday(day):
            return []
        spans = [(moment(day, s.opens), moment(day, s.closes)) for s in self.week.get(day.weekday(), ())]
        return [(opens, closes) for opens, closes in spans if opens and closes]

    def is_open(self, now: datetime) -> bool:
        return any(opens <= now < closes for opens, closes in self.spans(local(now).date()))

    def opens_at(self, now: datetime) -> datetime | None:
        """The next opening after `now`, in UTC, also while the office is open; None if there is none in sight."""
        first = local(now).date()
        for day in (first + timedelta(days=n) for n in range(LONGEST_CLOSURE.days)):
            for opens, _closes in self.spans(day):
                if opens > now:
                    return opens.astimezone(UTC)
        return None


def load(path: Path = CONTENT / "offices.yml") -> dict[str, Office]:
    """The offices by id, in the file's order.

    Raises:
        BrokenOffice: names file and key.
    """
    try:
        written = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BrokenOffice(f"{path.name} cannot be read: {error}") from error
    if not isinstance(written, dict) or not written:
        raise BrokenOffice(f"{path.name} must hold at least one office")
    return {id_: _office(path.name, id_, entry) for id_, entry in written.items()}


def _office(file: str, id_: str, entry: Any) -> Office:
    where = f"{file}: {id_}"
    _expect(where, entry, {"demo", "hours", "closed", "counsellors"})
    closed = entry.get("closed", [])
    for day in closed:
        if not isinstance(day, date):
            raise BrokenOffice(f"{where}.closed: {day!r} is not a date")
    return Office(
        id=id_,
        demo=bool(entry.get("demo", False)),
        week=_week(f"{where}.hours", entry.get("hours")),
        closed=frozenset(closed),
        counsellors=tuple(
            _counsellor(f"{where}.counsellors[{n}]", one) for n, one in enumerate(entry.get("counsellors", []))
        ),
    )


def _counsellor(where: str, entry: Any) -> DemoCounsellor:
    keys = {"name", "languages", "topics", "meetings", "place", "hours"}
    _expect(where, entry, keys)
    if missing := keys - entry.keys():
        raise BrokenOffice(f"{where}: {', '.join(sorted(missing))} missing")
    return DemoCounsellor(
        name=str(entry["name"]),
        languages=tuple(entry["languages"]),
        topics=tuple(entry["topics"]),
        meetings=tuple(entry["meetings"]),
        place=str(entry["place"]),
        week=_week(f"{where}.hours", entry["hours"]),
    )


def _week(where: str, entry: Any) -> Week:
    _expect(where, entry, set(WEEKDAYS))
    return {WEEKDAYS.index(day): tuple(_span(f"{where}.{day}", span) for span in spans) for day, spans in entry.items()}


def _span(where: str, written: Any) -> Span:
    found = SPAN.fullmatch(str(written))
    try:
        span = Span(*map(time.fromisoformat, found.groups())) if found else None
    except ValueError:
        span = None
    if span is None or span.opens >= span.closes:
        raise BrokenOffice(f'{where}: {written!r} is not a span of hours such as "09:00-16:00"')
    return span


def _expect(where: str, entry: Any, keys: set[str]) -> None:
    if not isinstance(entry, dict):
        raise BrokenOffice(f"{where}: keys expected, {entry!r} found")
    if unknown := entry.keys() - keys:
        raise BrokenOffice(f"{where}: unknown {', '.join(sorted(map(str, unknown)))}")
