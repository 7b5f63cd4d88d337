"""What we have said and not delivered: a row first, then sent, then marked; a sender resumes after a crash.

A channel that people read by themselves (the widget) needs none of this: its outbox is
`conversations.messages_after`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.office.tables import Conversation, Message


def queued(session: Session, channel: str, *, limit: int = 100) -> list[tuple[Message, Conversation]]:
    """Undelivered messages of a channel, oldest first, each with whom it is for."""
    rows = session.execute(
        select(Message, Conversation)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(Message.state == "queued", Conversation.channel == channel)
        .order_by(Message.id)
        .limit(limit)
    )
    return [(message, conversation) for message, conversation in rows]


def mark_sent(session: Session, message_id: int, *, now: datetime) -> bool:
    """Returns False if it was marked before."""
    return _mark(session, message_id, "sent", now)


def mark_failed(session: Session, message_id: int, *, now: datetime) -> bool:
    """It will never be delivered (the person has blocked us, for example). False if it was marked before."""
    return _mark(session, message_id, "failed", now)


def _mark(session: Session, message_id: int, state: str, now: datetime) -> bool:
    marked = session.scalars(
        update(Message)
        .where(Message.id == message_id, Message.state == "queued")
        .values(state=state, handled_at=now)
        .returning(Message.id)
    )
    return marked.one_or_none() is not None
