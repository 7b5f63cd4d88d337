"""What we have said and not delivered: a row first, then sent, then marked; a sender resumes after a crash.

A channel that people read by themselves (the widget) needs none of this: its outbox is
`conversations.messages_after`. And what buttons people were shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.office import statements
from bot.office.database import Transaction
from bot.office.tables import Conversation, Message


def buttons_shown_last(transaction: Transaction, conversation_id: str) -> list[dict[str, str]]:
    """Those shown since the person last wrote, in their order."""
    shown = transaction.execute(statements.SHOWN_LAST, {"conversation": conversation_id})
    return [button for (extra,) in shown for button in extra.get("buttons", ())]


def buttons_shown(transaction: Transaction, conversation_id: str) -> Iterator[dict[str, str]]:
    """All that were ever shown, the newest message's first; read as far as they are asked for."""
    few = {"yield_per": 50}
    shown = transaction.execute(statements.SHOWN, {"conversation": conversation_id}, execution_options=few)
    return (button for (extra,) in shown for button in extra.get("buttons", ()))


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
