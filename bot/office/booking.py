"""Booking a session: make, move, cancel. Whether two sessions overlap is decided by the database.

Everything here first locks the conversation, so that one person's taps are handled one after the other, and then,
for each counsellor that is tried, the counsellor. The locks make waiting orderly; what makes double booking
impossible are the constraints in the migrations (docs/decisions/0003-no-double-booking.md).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.office import conversations
from bot.office.calendar import (
    BUFFER,
    HORIZON,
    NOTICE,
    SESSION,
    FreeTime,
    busy,
    free_days,
    free_times,
    is_free,
    starts_of,
)
from bot.office.counsellors import BOOKING_TOPICS, MEETINGS, Wish, languages_spoken, matching
from bot.office.days import local
from bot.office.refusals import (
    AlreadyBooked,
    BookingRefused,
    NotOffered,
    TimePassed,
    TimeTaken,
    TooLateToCancel,
    TooManyBookings,
    UnknownBooking,
)
from bot.office.tables import Booking, Counsellor

__all__ = [
    "BOOKING_TOPICS",
    "MEETINGS",
    "AlreadyBooked",
    "BookingRefused",
    "FreeTime",
    "NotOffered",
    "TimePassed",
    "TimeTaken",
    "TooLateToCancel",
    "TooManyBookings",
    "UnknownBooking",
    "Wish",
    "book",
    "bookings_of",
    "cancel",
    "free_days",
    "free_times",
    "languages_spoken",
    "move",
]

MOST_BOOKINGS = 3
# Without letters and digits that are easily taken for each other, on screen or on the phone.
CODE_LETTERS = "ACDEFHJKMNPRTUVWXY34679"
CODE_LENGTH = 7


def book(session: Session, wish: Wish, *, starts_at: datetime, conversation_id: str, now: datetime) -> Booking:
    """Book the least busy of those who fit the wish and are free at `starts_at`.

    Five taps are one booking: who asks for what they have booked already gets that booking again.

    Raises:
        AlreadyBooked, NotOffered, TimePassed, TimeTaken, TooManyBookings: nothing was booked.
        UnknownConversation: …
    """
    conversations.lock(session, conversation_id)
    own = bookings_of(session, conversation_id, now=now)
    for booking in own:
        if booking.starts_at == starts_at and _answers(booking, wish):
            return booking
    _refuse_overlap(own, starts_at)
    _refuse_past(starts_at, now)
    if len(own) >= MOST_BOOKINGS:
        raise TooManyBookings

    def keep(counsellor: Counsellor) -> Booking:
        booking = Booking(
            code=_new_code(),
            counsellor=counsellor,
            conversation_id=conversation_id,
            topic=wish.topic,
            language=wish.language,
            meeting=wish.meeting,
            state="booked",
            created_at=now,
        )
        _place(booking, starts_at)
        session.add(booking)
        return booking

    return _first_free(session, wish, starts_at, now, (), keep)


def move(session: Session, code: str, conversation_id: str, *, starts_at: datetime, now: datetime) -> Booking:
    """The same session at another time, with the same counsellor if they are free then.

    Raises:
        UnknownBooking, TooLateToCancel, AlreadyBooked, NotOffered, TimePassed, TimeTaken: it stays where it was.
    """
    booking = _own_booking(session, code, conversation_id)
    if booking.state != "booked":
        raise UnknownBooking(code)
    if booking.starts_at == starts_at:
        return booking
    if now >= booking.starts_at:
        raise TooLateToCancel(code)
    others = [one for one in bookings_of(session, conversation_id, now=now) if one.id != booking.id]
    _refuse_overlap(others, starts_at)
    _refuse_past(starts_at, now)

    def keep(counsellor: Counsellor) -> Booking:
        booking.counsellor = counsellor
        _place(booking, starts_at)
        return booking

    same = Wish(booking.topic, booking.language, booking.meeting, booking.counsellor_id)
    try:
        return _first_free(session, same, starts_at, now, (booking,), keep)
    except (NotOffered, TimeTaken):
        anybody = Wish(booking.topic, booking.language, booking.meeting)
        return _first_free(session, anybody, starts_at, now, (booking,), keep)


def cancel(session: Session, code: str, conversation_id: str, *, now: datetime) -> Booking:
    """Until the session begins: a late word is better than an empty chair. Cancelling twice is no mistake.

    Raises:
        UnknownBooking: also if the code is somebody else's.
        TooLateToCancel: …
    """
    booking = _own_booking(session, code, conversation_id)
    if booking.state == "cancelled":
        return booking
    if now >= booking.starts_at:
        raise TooLateToCancel(code)
    booking.state, booking.cancelled_at, booking.cancelled_by = "cancelled", now, "person"
    session.flush()
    return booking


def bookings_of(session: Session, conversation_id: str, *, now: datetime) -> list[Booking]:
    """The person's sessions that are not over, the next one first."""
    return list(
        session.scalars(
            select(Booking)
            .where(Booking.conversation_id == conversation_id, Booking.state == "booked", Booking.ends_at > now)
            .order_by(Booking.starts_at)
        )
    )


def _own_booking(session: Session, code: str, conversation_id: str) -> Booking:
    conversations.lock(session, conversation_id)
    # People may type a code in small letters, or with spaces.
    typed = "".join(code.split()).upper()
    booking = session.scalar(
        select(Booking)
        .where(Booking.code == typed, Booking.conversation_id == conversation_id)
        .execution_options(populate_existing=True)
    )
    if booking is None:
        raise UnknownBooking(code)
    return booking


def _first_free(
    session: Session,
    wish: Wish,
    starts_at: datetime,
    now: datetime,
    leaving: Sequence[Booking],
    keep: Callable[[Counsellor], Booking],
) -> Booking:
    """Try those who fit, least busy first. `leaving`: bookings that would give their time up."""
    day = local(starts_at).date()
    offered = [one for one in matching(session, wish, now=now) if starts_at in starts_of(one, day)]
    if not offered or starts_at > now + HORIZON:
        raise NotOffered
    for counsellor in offered:
        try:
            # A savepoint each: a refused try gives its lock back, so no two wait for each other in a circle.
            with session.begin_nested():
                session.refresh(counsellor, ["name"], with_for_update={"key_share": True})
                booked = busy(session, [counsellor], now)[counsellor.id]
                if not is_free(starts_at, [one for one in booked if one not in leaving]):
                    raise TimeTaken
                booking = keep(counsellor)
                session.flush()
                return booking
        except IntegrityError as error:
            _refuse_as_database(error)
        except TimeTaken:
            continue
    raise TimeTaken


def _refuse_as_database(error: IntegrityError) -> None:
    """Returns if the next counsellor may be tried; anything that is not an overlap is no refusal but a fault."""
    reason = str(error.orig)
    if "no_overlap_for_person" in reason:
        raise AlreadyBooked from error
    if "no_overlap_for_counsellor" not in reason:
        raise error


def _refuse_overlap(own: Sequence[Booking], starts_at: datetime) -> None:
    if any(one.starts_at < starts_at + SESSION and starts_at < one.ends_at for one in own):
        raise AlreadyBooked


def _refuse_past(starts_at: datetime, now: datetime) -> None:
    if starts_at < now + NOTICE:
        raise TimePassed


def _answers(booking: Booking, wish: Wish) -> bool:
    return (booking.topic, booking.language, booking.meeting) == (
        wish.topic,
        wish.language,
        wish.meeting,
    ) and wish.counsellor_id in (None, booking.counsellor_id)


def _place(booking: Booking, starts_at: datetime) -> None:
    booking.starts_at = booking.blocked_from = starts_at
    booking.ends_at = starts_at + SESSION
    booking.blocked_to = booking.ends_at + BUFFER


def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
