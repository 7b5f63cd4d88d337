"""Invented counsellors, so that a fresh Polku has somebody to book."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.office.offices import Office
from bot.office.tables import Counsellor, WorkingHours


def ensure_demo(session: Session, offices: Iterable[Office]) -> list[Counsellor]:
    """Make the demo counsellors of the offices if there is no counsellor at all; returns those made.

    Where there is anybody already, real or demo, nothing is done.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Two processes that start at once must not both find the table empty.
        session.execute(text("LOCK TABLE counsellors IN SHARE ROW EXCLUSIVE MODE"))
    if session.scalar(select(Counsellor.id).limit(1)) is not None:
        return []
    made = [
        Counsellor(
            name=one.name,
            languages=list(one.languages),
            topics=list(one.topics),
            meetings=list(one.meetings),
            place=one.place,
            demo=True,
            hours=[
                WorkingHours(weekday=weekday, opens=span.opens, closes=span.closes)
                for weekday, spans in one.week.items()
                for span in spans
            ],
        )
        for office in offices
        if office.demo
        for one in office.counsellors
    ]
    session.add_all(made)
    session.flush()
    return made
