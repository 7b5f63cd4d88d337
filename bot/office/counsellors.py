"""Who can be booked for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bot.office.tables import Booking, Counsellor

BOOKING_TOPICS = ("jobsearch", "cv", "recognition", "training", "other")
MEETINGS = ("onsite", "phone", "video")


@dataclass(frozen=True)
class Wish:
    """What somebody wants to talk about, in which language and how; with whom, if that matters to them.

    `topic` is one of BOOKING_TOPICS, `meeting` one of MEETINGS, `language` an ISO code.
    """

    topic: str
    language: str
    meeting: str
    counsellor_id: int | None = None


def languages_spoken(session: Session) -> list[str]:
    """ISO codes of all languages that some counsellor speaks, most counsellors first."""
    spoken = [code for languages in session.scalars(select(Counsellor.languages)) for code in languages]
    return sorted(set(spoken), key=lambda code: (-spoken.count(code), code))


def matching(session: Session, wish: Wish, *, now: datetime) -> list[Counsellor]:
    """Who speaks the language, knows the topic and offers the way to meet; who has least to do comes first.

    Least to do = fewest sessions still to come; who has been here longer (lower id) wins a tie.
    """
    load = {
        counsellor_id: sessions
        for counsellor_id, sessions in session.execute(
            select(Booking.counsellor_id, func.count())
            .where(Booking.state == "booked", Booking.starts_at >= now)
            .group_by(Booking.counsellor_id)
        )
    }
    found = select(Counsellor).options(selectinload(Counsellor.hours))
    if wish.counsellor_id is not None:
        found = found.where(Counsellor.id == wish.counsellor_id)
    return sorted(
        (
            one
            for one in session.scalars(found)
            if wish.language in one.languages and wish.topic in one.topics and wish.meeting in one.meetings
        ),
        key=lambda one: (load.get(one.id, 0), one.id),
    )
