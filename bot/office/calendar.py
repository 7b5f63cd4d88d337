"""When somebody is free: weekly hours, minus holidays, minus what is booked, not too soon and not too far away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.office.counsellors import Wish, matching
from bot.office.days import is_holiday, local, moment
from bot.office.tables import Booking, Counsellor, WorkingHours

SESSION = timedelta(minutes=45)
BUFFER = timedelta(minutes=15)  # after each session, to write notes and to breathe
# Session and buffer fill a step, so that no booking leaves a gap that nobody can use.
STEP = SESSION + BUFFER
NOTICE = timedelta(hours=2)
HORIZON = timedelta(days=28)


@dataclass(frozen=True)
class FreeTime:
    """A session that can be booked now. Times are in UTC; `demo`: the counsellor is invented."""

    counsellor_id: int
    counsellor_name: str
    place: str
    demo: bool
    starts_at: datetime
    ends_at: datetime


def free_days(
    session: Session,
    wish: Wish,
    *,
    now: datetime,
    limit: int = 5,
    since: date | None = None,
    until: date | None = None,
    conversation_id: str | None = None,
) -> list[date]:
    """The first days (Helsinki) with a free time; `since` and `until` are inclusive."""
    days: list[date] = []
    for free in _free(session, wish, now, since, until, conversation_id):
        day = local(free.starts_at).date()
        if day not in days:
            if len(days) == limit:
                break
            days.append(day)
    return days


def free_times(
    session: Session,
    wish: Wish,
    *,
    now: datetime,
    day: date,
    limit: int = 6,
    conversation_id: str | None = None,
) -> list[FreeTime]:
    """The first free times of a day (Helsinki), one entry for each start: of those who are free then, the one
    who has least to do. With `conversation_id`, without times at which that person is booked already.
    """
    return list(_free(session, wish, now, day, day, conversation_id))[:limit]


def starts_of(counsellor: Counsellor, day: date) -> list[datetime]:
    """When sessions of this counsellor can begin on that day, booked or not, in UTC."""
    if is_holiday(day):
        return []
    return sorted({start for rule in counsellor.hours if _holds(rule, day) for start in _grid(rule, day)})


def busy(session: Session, counsellors: Iterable[Counsellor], since: datetime) -> dict[int, list[Booking]]:
    """What is booked with each of them and is not over by `since`."""
    found: dict[int, list[Booking]] = {one.id: [] for one in counsellors}
    booked = select(Booking).where(
        Booking.state == "booked", Booking.blocked_to > since, Booking.counsellor_id.in_(found)
    )
    for booking in session.scalars(booked):
        found[booking.counsellor_id].append(booking)
    return found


def is_free(start: datetime, booked: Iterable[Booking]) -> bool:
    """Whether a session and its buffer fit beside these bookings of one counsellor."""
    return not any(one.blocked_from < start + STEP and start < one.blocked_to for one in booked)


def is_in_reach(start: datetime, now: datetime) -> bool:
    return now + NOTICE <= start <= now + HORIZON


def _free(
    session: Session,
    wish: Wish,
    now: datetime,
    since: date | None,
    until: date | None,
    conversation_id: str | None,
) -> Iterator[FreeTime]:
    """Free times in order of start, one for each start."""
    counsellors = matching(session, wish, now=now)
    booked = busy(session, counsellors, now)
    own = _own(session, conversation_id, now)
    day = max(since or date.min, local(now + NOTICE).date())
    last = min(until or date.max, local(now + HORIZON).date())
    while day <= last:
        taken: dict[datetime, FreeTime] = {}
        for one in counsellors:
            for start in starts_of(one, day):
                if (
                    start not in taken
                    and is_in_reach(start, now)
                    and is_free(start, booked[one.id])
                    and not any(mine.starts_at < start + SESSION and start < mine.ends_at for mine in own)
                ):
                    taken[start] = FreeTime(one.id, one.name, one.place, one.demo, start, start + SESSION)
        for start in sorted(taken):
            yield taken[start]
        day += timedelta(days=1)


def _own(session: Session, conversation_id: str | None, now: datetime) -> list[Booking]:
    if conversation_id is None:
        return []
    return list(
        session.scalars(
            select(Booking).where(
                Booking.conversation_id == conversation_id, Booking.state == "booked", Booking.ends_at > now
            )
        )
    )


def _holds(rule: WorkingHours, day: date) -> bool:
    return (
        rule.weekday == day.weekday()
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    )


def _grid(rule: WorkingHours, day: date) -> Iterator[datetime]:
    # Counted in UTC from the opening, so that a night on which the clocks change has as many sessions as hours.
    start, closes = moment(day, rule.opens), moment(day, rule.closes)
    while start and closes and start + SESSION <= closes:
        yield start
        start += STEP
