"""What is done at the counsellors' desk: the moves of a handoff, each told to the person in the same transaction.

A person is never left to guess who is listening: who comes, who goes, and that the bot speaks again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.dates_spoken import spell_date
from bot.office import conversations, handoff, notices
from bot.office.tables import Handoff
from bot.texts import Texts

TAKEN = "notice_handoff_taken"
PUT_BACK = "notice_handoff_put_back"
RETURNED = "notice_handoff_returned"
CLOSED = "notice_handoff_closed"
DROPPED = "notice_handoff_dropped"  # closed while it still waited
EXPIRED = "notice_handoff_expired"


def take(session: Session, handoff_id: int, counsellor: str, texts: Texts, *, now: datetime) -> Handoff:
    """Taking again what one has changes nothing and is not told again. Raises as `handoff.claim`."""
    had = handoff.locked(session, handoff_id).claimed_by
    taken = handoff.claim(session, handoff_id, counsellor, now=now)
    if had is None:
        _tell(session, taken, TAKEN, texts, now, counsellor=counsellor)
    return taken


def put_back(session: Session, handoff_id: int, counsellor: str, texts: Texts, *, now: datetime) -> Handoff:
    """Raises as `handoff.put_back`."""
    waiting = handoff.put_back(session, handoff_id, counsellor)
    return _tell(session, waiting, PUT_BACK, texts, now, counsellor=counsellor)


def give_back(session: Session, handoff_id: int, counsellor: str, texts: Texts, *, now: datetime) -> Handoff:
    """Raises as `handoff.give_back`."""
    returned = handoff.give_back(session, handoff_id, counsellor, now=now)
    return _tell(session, returned, RETURNED, texts, now, counsellor=counsellor)


def close(session: Session, handoff_id: int, counsellor: str, texts: Texts, *, now: datetime) -> Handoff:
    """Raises as `handoff.close`."""
    waited = handoff.locked(session, handoff_id).state == "waiting"
    closed = handoff.close(session, handoff_id, counsellor, now=now)
    if waited:
        return _tell(session, closed, DROPPED, texts, now)
    return _tell(session, closed, CLOSED, texts, now, counsellor=counsellor)


def expire(session: Session, texts: Texts, *, now: datetime, after: timedelta) -> list[Handoff]:
    """End the waiting of those whom nobody has taken for `after`, and say so to each."""
    expired = handoff.expire(session, now=now, after=after)
    for one in expired:
        language = notices.language_of(conversations.find(session, one.conversation_id))
        _tell(session, one, EXPIRED, texts, now, day=spell_date(one.created_at, language))
    return expired


def _tell(session: Session, moved: Handoff, notice: str, texts: Texts, now: datetime, **fields: Any) -> Handoff:
    conversation = conversations.find(session, moved.conversation_id)
    said = notices.notice(texts, notice, conversation, **fields)
    conversations.say(
        session, conversation.id, said.author, said.text, extra=said.extra, language=said.language, now=now
    )
    return moved
