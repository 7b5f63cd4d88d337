"""What people wrote and nobody has answered yet.

The order of work that survives a crash at any point: `conversations.receive` in a transaction of its own;
ask the engine, outside of any transaction, under the message's id; `mark_answered`, which keeps the replies
and the mark together or neither. After a crash `pending` still names the message, and the engine answers an
id it knows again without running the turn twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from bot.office import conversations, statements
from bot.office.conversations import News
from bot.office.database import Transaction
from bot.office.tables import Message


class AlreadyHandled(Exception):
    """Somebody else has answered this message, or a human has it."""


@dataclass(frozen=True)
class Reply:
    """`extra`: buttons, source, topic … as the engine gave them. `author` is bot or system."""

    text: str
    extra: dict[str, Any] = field(default_factory=dict)
    language: str | None = None
    author: str = "bot"


def conversations_pending(session: Session, *, limit: int = 100) -> list[str]:
    """Ids of the conversations with an unanswered message, the one that has waited longest first."""
    return list(
        session.scalars(
            select(Message.conversation_id)
            .where(Message.state == "received")
            .group_by(Message.conversation_id)
            .order_by(func.min(Message.id))
            .limit(limit)
        )
    )


def pending(session: Session, conversation_id: str | None = None, *, limit: int = 200) -> list[Message]:
    """Unanswered messages of a conversation, or of all, in the order in which they came."""
    unanswered = select(Message).where(Message.state == "received").order_by(Message.id).limit(limit)
    if conversation_id is not None:
        unanswered = unanswered.where(Message.conversation_id == conversation_id)
    return list(session.scalars(unanswered))


def next_question(transaction: Transaction, conversation_id: str) -> Row[Any] | None:
    """The oldest unanswered message: id, text, payload, and the conversation's language, language_chosen, register,
    locale, channel. None if all is answered."""
    return transaction.execute(statements.NEXT, {"conversation": conversation_id}).one_or_none()


def mark_answered(transaction: Transaction, message_id: int, replies: Sequence[Reply], *, now: datetime) -> News:
    """Keep the replies and mark the person's message, in one transaction. Exactly one caller wins.

    If a human has come in since, the bot's replies are `withheld` and no news. If the system has said something since
    (wait; a human came and went), the bot's `metadata` says `late`, so that the page shows the question again.

    Raises:
        AlreadyHandled: the message is no longer waiting; nothing was kept.
    """
    # The conversation's lock comes first everywhere, so that no two transactions wait for each other.
    conversation = transaction.execute(statements.LOCK_OF_MESSAGE, {"message": message_id}).one_or_none()
    taken = {"message": message_id, "taken_as": "answered", "moment": now}
    if conversation is None or transaction.execute(statements.TAKE, taken).one_or_none() is None:
        raise AlreadyHandled(message_id)
    before = transaction.execute(
        statements.BEFORE_ANSWER, {"conversation": conversation.id, "message": message_id}
    ).one()
    said = []
    for reply in replies:
        extra, is_bot = reply.extra, reply.author == "bot"
        if is_bot and before.overtaken:
            extra = {**extra, "metadata": {**extra.get("metadata", {}), "late": True}}
        said.append(
            conversations.put(
                transaction,
                conversation.id,
                reply.author,
                reply.text,
                extra=extra,
                language=reply.language or conversation.language,
                in_reply_to=message_id,
                state="withheld" if is_bot and before.with_human else "queued",
                now=now,
            )
        )
    return News(before.newest, [one for one in said if one.state != "withheld"])


def hand_over_pending(session: Session, conversation_id: str, *, now: datetime) -> int:
    """A human has come: all that nobody has answered is theirs. Returns how many messages that were."""
    taken = session.scalars(
        update(Message)
        .where(Message.conversation_id == conversation_id, Message.state == "received")
        .values(state="with_human", handled_at=now)
        .returning(Message.id)
    )
    return len(taken.all())


def hand_back_unanswered(session: Session, conversation_id: str, *, since: datetime) -> int:
    """The human is gone: what they got after `since` and did not answer waits for the bot. Returns how many."""
    last_words = (
        select(func.max(Message.id))
        .where(Message.conversation_id == conversation_id, Message.author == "counsellor")
        .scalar_subquery()
    )
    left = session.scalars(
        update(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.state == "with_human",
            Message.handled_at >= since,
            Message.id > func.coalesce(last_words, 0),
        )
        .values(state="received", handled_at=None)
        .returning(Message.id)
    )
    return len(left.all())


def was_told(session: Session, conversation_id: str, notice: str) -> bool:
    """Whether `notice` (`extra["notice"]` of a system message) is the last news that the person had from us.

    Anything that the bot or a counsellor says afterwards makes it old, so that it may be said again.
    """
    last = session.scalar(
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.author != "person",
            Message.state != "withheld",
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    return last is not None and last.extra.get("notice") == notice
