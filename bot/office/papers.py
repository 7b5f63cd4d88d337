"""Papers: what Polku and a person have written together, kept for the person, and given to a counsellor with a yes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.office import conversations
from bot.office.refusals import UnknownBooking
from bot.office.tables import Booking, Paper


def keep(
    session: Session,
    conversation_id: str,
    kind: str,
    *,
    text: str,
    content: Mapping[str, Any],
    language: str,
    now: datetime,
) -> Paper:
    """Keep a paper; it takes the place of the person's last one of the kind, but not of one that was given away.

    Raises:
        UnknownConversation: …
    """
    conversations.lock(session, conversation_id)
    last = newest(session, conversation_id, kind)
    if last and (last.content, last.language, last.text) == (dict(content), language, text):
        return last
    forget(session, conversation_id, kind)
    paper = Paper(
        conversation_id=conversation_id, kind=kind, language=language, text=text, content=dict(content), created_at=now
    )
    session.add(paper)
    session.flush()
    return paper


def newest(session: Session, conversation_id: str, kind: str) -> Paper | None:
    """The person's last paper of the kind, given away or not."""
    return session.scalar(
        select(Paper)
        .where(Paper.conversation_id == conversation_id, Paper.kind == kind)
        .order_by(Paper.id.desc())
        .limit(1)
    )


def to_offer(session: Session, conversation_id: str, *, now: datetime) -> list[Paper]:
    """The newest paper of each kind, unless a session to come has it already."""
    kinds = session.scalars(select(Paper.kind).where(Paper.conversation_id == conversation_id).distinct())
    found = [newest(session, conversation_id, kind) for kind in sorted(kinds)]
    return [paper for paper in found if paper and not _with_a_booking(session, paper, now)]


def attach(session: Session, code: str, conversation_id: str, *, now: datetime) -> list[Paper]:
    """Give what is on offer to the counsellor of the booking: the person has said yes. Twice is no mistake.

    Raises:
        UnknownBooking: also if it is cancelled, or somebody else's.
        UnknownConversation: …
    """
    conversations.lock(session, conversation_id)
    booking = session.scalar(
        select(Booking).where(
            Booking.code == code, Booking.conversation_id == conversation_id, Booking.state == "booked"
        )
    )
    if booking is None:
        raise UnknownBooking(code)
    given = to_offer(session, conversation_id, now=now)
    for paper in given:
        paper.booking_id, paper.attached_at = booking.id, now
    session.flush()
    return given


def of_booking(session: Session, booking_id: int) -> list[Paper]:
    """What the counsellor of a booking may see: nothing any more once it is cancelled."""
    return list(
        session.scalars(
            select(Paper)
            .join(Booking, Booking.id == Paper.booking_id)
            .where(Paper.booking_id == booking_id, Booking.state == "booked")
            .order_by(Paper.id)
        )
    )


def forget(session: Session, conversation_id: str, kind: str) -> None:
    """Delete the person's papers of a kind that no counsellor was given."""
    session.execute(
        delete(Paper).where(Paper.conversation_id == conversation_id, Paper.kind == kind, Paper.booking_id.is_(None))
    )


def _with_a_booking(session: Session, paper: Paper, now: datetime) -> bool:
    """Whether a counsellor still expects the person with it; a session that is cancelled or over frees it."""
    booking = session.get(Booking, paper.booking_id) if paper.booking_id else None
    return booking is not None and booking.state == "booked" and booking.ends_at > now
