"""A conversation handed to a human, and back.

While a handoff is active the bot is silent (`conversations.say` sees to it); while it waits the bot goes on
helping. Each move is one conditional update of the row, so of two who try, one wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.office import conversations, inbox
from bot.office.offices import Office
from bot.office.tables import Handoff

OPEN = ("waiting", "active")
URGENT = "crisis"  # the reason that goes to the front of the queue
COUNSELLOR, PERSON, SYSTEM = "counsellor", "person", "system"

# (from, to) → who may make the move. What is not here is not allowed.
MOVES: dict[tuple[str, str], frozenset[str]] = {
    ("waiting", "active"): frozenset({COUNSELLOR}),
    ("waiting", "expired"): frozenset({SYSTEM}),
    ("waiting", "closed"): frozenset({COUNSELLOR, PERSON}),
    ("active", "waiting"): frozenset({COUNSELLOR, SYSTEM}),  # somebody else should take it
    ("active", "returned"): frozenset({COUNSELLOR, PERSON, SYSTEM}),  # the bot goes on
    ("active", "closed"): frozenset({COUNSELLOR}),  # all is said; the bot is there for what comes next
}
# Ends after which the bot answers what no human has answered. Who closes a handoff has said all there is to say.
LEFT_TO_THE_BOT = ("returned", "expired")


class HandoffRefused(Exception):
    """Nothing was changed."""


class UnknownHandoff(HandoffRefused):
    """There is no such handoff."""


class AlreadyClaimed(HandoffRefused):
    """Another counsellor was faster."""


class NotYours(HandoffRefused):
    """The conversation is with another counsellor."""


class MoveNotAllowed(HandoffRefused):
    """The handoff's state has no such move, or not for this actor."""


@dataclass(frozen=True)
class Outlook:
    """What somebody who asks for a human can expect.

    `opens_at`: the next opening in UTC, None while the office is open or if none is in sight.
    `waiting_before`: how many others come first: who were here earlier, and who is in danger.
    """

    open_now: bool
    opens_at: datetime | None
    waiting_before: int


def request(
    session: Session, conversation_id: str, *, reason: str, language: str, topic: str | None, now: datetime
) -> Handoff:
    """Ask for a human; the open handoff if there is one already. `reason`: asked, not_understood, topic or crisis."""
    conversations.lock(session, conversation_id)
    if already := open_handoff(session, conversation_id):
        return already
    handoff = Handoff(
        conversation_id=conversation_id,
        state="waiting",
        reason=reason,
        language=language,
        topic=topic,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(handoff)
    except IntegrityError as error:
        # The lock makes this rare; the unique index makes it harmless.
        if already := open_handoff(session, conversation_id):
            return already
        raise error
    return handoff


def hurry(session: Session, conversation_id: str) -> bool:
    """Somebody who waits for a human is in danger: to the front of the queue. False if nobody waits here."""
    conversations.lock(session, conversation_id)
    handoff = open_handoff(session, conversation_id)
    if handoff is None or handoff.state != "waiting":
        return False
    handoff.reason = URGENT
    session.flush()
    return True


def claim(session: Session, handoff_id: int, counsellor: str, *, now: datetime) -> Handoff:
    """The counsellor takes the conversation, and every message that nobody has answered with it.

    Claiming again what one has already changes nothing.

    Raises:
        AlreadyClaimed: another counsellor has it.
        MoveNotAllowed: it is over.
        UnknownHandoff: …
    """
    handoff = locked(session, handoff_id)
    if handoff.state == "active":
        if handoff.claimed_by == counsellor:
            return handoff
        raise AlreadyClaimed(handoff_id)
    _move(session, handoff, "active", COUNSELLOR, claimed_by=counsellor, claimed_at=now)
    inbox.hand_over_pending(session, handoff.conversation_id, now=now)
    return handoff


def reply(session: Session, handoff_id: int, counsellor: str, text: str, *, now: datetime) -> Row[Any]:
    """What the counsellor says to the person. Raises NotYours, MoveNotAllowed, UnknownHandoff."""
    handoff = _held(session, handoff_id, counsellor)
    return conversations.say(
        session,
        handoff.conversation_id,
        "counsellor",
        text,
        extra={"counsellor": counsellor},
        language=handoff.language,
        now=now,
    )


def put_back(session: Session, handoff_id: int, counsellor: str) -> Handoff:
    """Back into the queue, in its old place, for another counsellor. Raises NotYours, MoveNotAllowed …"""
    handoff = _held(session, handoff_id, counsellor)
    return _move(session, handoff, "waiting", COUNSELLOR, claimed_by=None, claimed_at=None)


def give_back(session: Session, handoff_id: int, counsellor: str, *, now: datetime) -> Handoff:
    """The human leaves; the bot speaks again, and answers what the person wrote after the human's last words.

    Raises:
        NotYours, MoveNotAllowed, UnknownHandoff: nothing was changed.
    """
    return _move(session, _held(session, handoff_id, counsellor), "returned", COUNSELLOR, closed_at=now)


def close(session: Session, handoff_id: int, counsellor: str, *, now: datetime) -> Handoff:
    """Nothing is left to do; whoever has it, or anybody while it waits. Raises as `give_back`."""
    handoff = locked(session, handoff_id)
    if handoff.state == "active" and handoff.claimed_by != counsellor:
        raise NotYours(handoff_id)
    return _move(session, handoff, "closed", COUNSELLOR, closed_at=now)


def withdraw(session: Session, conversation_id: str, *, now: datetime) -> Handoff:
    """The person needs no human any more: out of the queue, or back to the bot. Raises UnknownHandoff."""
    conversations.lock(session, conversation_id)
    handoff = open_handoff(session, conversation_id)
    if handoff is None:
        raise UnknownHandoff(conversation_id)
    return _move(session, handoff, "closed" if handoff.state == "waiting" else "returned", PERSON, closed_at=now)


def expire(session: Session, *, now: datetime, after: timedelta) -> list[Handoff]:
    """End the waiting of those whom nobody has claimed for `after`; the caller tells them."""
    stale = session.execute(
        select(Handoff.id, Handoff.conversation_id)
        .where(Handoff.state == "waiting", Handoff.created_at <= now - after)
        .order_by(Handoff.conversation_id)  # locks in one order, so that two who expire at once do not cross
    )
    expired = []
    for handoff_id, _conversation in stale.all():
        handoff = locked(session, handoff_id)
        if handoff.state == "waiting":
            expired.append(_move(session, handoff, "expired", SYSTEM, closed_at=now))
    return expired


def open_handoff(session: Session, conversation_id: str) -> Handoff | None:
    """The one that waits or is active."""
    return session.scalar(
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id, Handoff.state.in_(OPEN))
        .execution_options(populate_existing=True)
    )


def asked_before(session: Session, conversation_id: str, *, than: datetime | None) -> list[Handoff]:
    """All handoffs of the conversation, also those that are over; with `than`, those that are older."""
    found = select(Handoff).where(Handoff.conversation_id == conversation_id).order_by(Handoff.id)
    return list(session.scalars(found if than is None else found.where(Handoff.created_at < than)))


def is_with_human(session: Session, conversation_id: str) -> bool:
    """Whether a human is in the conversation now; false while it only waits."""
    return conversations.with_human(session, conversation_id)


def queue(session: Session) -> list[Handoff]:
    """Who waits: those in danger first, then the longest wait."""
    waiting = select(Handoff).where(Handoff.state == "waiting")
    return list(session.scalars(waiting.order_by(Handoff.reason != URGENT, Handoff.created_at, Handoff.id)))


def outlook(session: Session, office: Office, *, now: datetime, conversation_id: str | None = None) -> Outlook:
    """For somebody in the queue (`conversation_id`), or for somebody who would join it now."""
    earlier = select(func.count()).select_from(Handoff).where(Handoff.state == "waiting")
    own = open_handoff(session, conversation_id) if conversation_id else None
    if own is not None:
        before = (Handoff.created_at < own.created_at) | (
            (Handoff.created_at == own.created_at) & (Handoff.id < own.id)
        )
        urgent = Handoff.reason == URGENT
        earlier = earlier.where(urgent & before if own.reason == URGENT else urgent | before)
    open_now = office.is_open(now)
    return Outlook(open_now, None if open_now else office.opens_at(now), session.scalar(earlier) or 0)


def _held(session: Session, handoff_id: int, counsellor: str) -> Handoff:
    """The active handoff that this counsellor has."""
    handoff = locked(session, handoff_id)
    if handoff.state != "active":
        raise MoveNotAllowed(f"handoff {handoff_id} is {handoff.state}")
    if handoff.claimed_by != counsellor:
        raise NotYours(handoff_id)
    return handoff


def locked(session: Session, handoff_id: int) -> Handoff:
    """The handoff as it is now, its conversation for this transaction alone. Raises UnknownHandoff."""
    handoff = session.get(Handoff, handoff_id)
    if handoff is None:
        raise UnknownHandoff(handoff_id)
    conversations.lock(session, handoff.conversation_id)
    session.refresh(handoff)
    return handoff


def _move(session: Session, handoff: Handoff, to: str, by: str, **values: Any) -> Handoff:
    if by not in MOVES.get((handoff.state, to), frozenset()):
        raise MoveNotAllowed(f"a {by} cannot make handoff {handoff.id} {to}: it is {handoff.state}")
    moved = session.scalars(
        update(Handoff)
        .where(Handoff.id == handoff.id, Handoff.state == handoff.state)
        .values(state=to, **values)
        .returning(Handoff.id)
    )
    if moved.one_or_none() is None:
        raise AlreadyClaimed(handoff.id) if to == "active" else MoveNotAllowed(handoff.id)
    if to in LEFT_TO_THE_BOT:
        inbox.hand_back_unanswered(session, handoff.conversation_id, since=handoff.created_at)
    session.refresh(handoff)
    return handoff
