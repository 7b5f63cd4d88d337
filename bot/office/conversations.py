"""Conversations and what is said in them.

Whoever writes into a conversation locks its row first. So its messages' ids grow in the order in which they
become visible, and `messages_after` never skips one; and a reply of the bot cannot slip in while a human
takes over.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.office import statements
from bot.office.database import Transaction
from bot.office.tables import Conversation, Message


class UnknownConversation(LookupError):
    """There is no such conversation (any more)."""


@dataclass(frozen=True)
class News:
    """What was just said that the person may see, oldest first, as rows of their table. Complete for who has seen
    everything up to message `after`."""

    after: int
    messages: Sequence[Row[Any]]


@dataclass(frozen=True)
class Received:
    """The number of a person's message, and the news that it is. None: the channel had delivered it before."""

    id: int
    news: News | None


def start(
    session: Session,
    channel: str,
    *,
    now: datetime,
    channel_user: str | None = None,
    language: str | None = None,
    language_chosen: bool = False,
    locale: str | None = None,
) -> Conversation:
    """A new conversation, whose id nobody can guess."""
    conversation = Conversation(
        id=secrets.token_urlsafe(32),
        channel=channel,
        channel_user=channel_user,
        language=language,
        language_chosen=language_chosen,
        locale=locale,
        created_at=now,
        last_seen_at=now,
    )
    session.add(conversation)
    session.flush()
    return conversation


def meet(
    session: Session, channel: str, channel_user: str, *, now: datetime, locale: str | None = None
) -> Conversation:
    """The conversation of this person of this channel, started if new; safe when called twice at once."""
    known = select(Conversation).filter_by(channel=channel, channel_user=channel_user)
    if conversation := session.scalar(known):
        return conversation
    try:
        with session.begin_nested():
            return start(session, channel, now=now, channel_user=channel_user, locale=locale)
    except IntegrityError:
        # Somebody else met them in the same moment.
        return session.scalars(known).one()


def find(session: Session, conversation_id: str) -> Conversation:
    """Raises UnknownConversation."""
    if conversation := session.get(Conversation, conversation_id):
        return conversation
    raise UnknownConversation(conversation_id)


def lock(session: Session, conversation_id: str) -> Conversation:
    """The conversation, for this transaction alone. Raises UnknownConversation."""
    conversation = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if conversation is None:
        raise UnknownConversation(conversation_id)
    return conversation


def standing(transaction: Transaction, conversation_id: str) -> Row[Any]:
    """language, language_chosen, register, locale, with_human: what a page shows of it. Raises UnknownConversation."""
    found = transaction.execute(statements.STANDING, {"conversation": conversation_id}).one_or_none()
    if found is None:
        raise UnknownConversation(conversation_id)
    return found


def learn_language(
    transaction: Transaction, conversation_id: str, asked: tuple[str | None, bool], found: tuple[str | None, bool]
) -> None:
    """language and language_chosen are `found`, if they still are as they were when the engine was asked."""
    known = {"conversation": conversation_id, "asked": asked[0], "asked_chosen": asked[1]}
    transaction.execute(statements.LEARN_LANGUAGE, {**known, "found": found[0], "found_chosen": found[1]})


def learn_register(transaction: Transaction, conversation_id: str, asked: str, found: str) -> None:
    """The register is `found`, if it still is as it was when the engine was asked."""
    transaction.execute(statements.LEARN_REGISTER, {"conversation": conversation_id, "asked": asked, "found": found})


def set_language(session: Session, conversation_id: str, language: str, *, chosen: bool) -> Conversation:
    """What we answer in from now on. A language that was only recognised never replaces a chosen one."""
    conversation = lock(session, conversation_id)
    if chosen or not conversation.language_chosen:
        conversation.language = language
        conversation.language_chosen = chosen
    return conversation


def receive(
    transaction: Transaction,
    conversation_id: str,
    text: str,
    *,
    channel_message_id: str,
    now: datetime,
    payload: str | None = None,
    extra: dict[str, Any] | None = None,
) -> Received:
    """Keep what the person wrote, before anybody handles it. What is said to a human is the human's at once: it must
    not become the bot's because the human has left a moment later.

    Raises:
        UnknownConversation: …
    """
    locked = transaction.execute(
        statements.LOCK_AND_SEE, {"conversation": conversation_id, "moment": now}
    ).one_or_none()
    if locked is None:
        raise UnknownConversation(conversation_id)
    known = transaction.execute(
        statements.KNOWN, {"conversation": conversation_id, "channel_message": channel_message_id}
    ).one()
    if known.id is not None:
        return Received(known.id, None)
    message = transaction.execute(
        statements.SAID,
        {
            "conversation_id": conversation_id,
            "author": "person",
            "channel_message_id": channel_message_id,
            "text": text,
            "payload": payload,
            "extra": extra or {},
            "language": locked.language,
            "state": "with_human" if known.with_human else "received",
            "created_at": now,
            "handled_at": now if known.with_human else None,
        },
    ).one()
    return Received(message.id, News(known.newest, [message]))


def say(
    session: Session,
    conversation_id: str,
    author: str,
    text: str,
    *,
    now: datetime,
    extra: dict[str, Any] | None = None,
    language: str | None = None,
    in_reply_to: int | None = None,
) -> Row[Any]:
    """Put something into the outbox: `author` is bot, counsellor or system. Returns the row, state `queued`.

    While a human is in the conversation the bot is silent: its words are kept as `withheld`, which the desk
    may show and the person never sees.

    Raises:
        UnknownConversation: …
    """
    session.flush()  # what this transaction has changed in objects, a statement does not see by itself
    locked = session.execute(statements.LOCK, {"conversation": conversation_id}).one_or_none()
    if locked is None:
        raise UnknownConversation(conversation_id)
    silent = author == "bot" and with_human(session, conversation_id)
    return put(
        session,
        conversation_id,
        author,
        text,
        now=now,
        extra=extra,
        language=language or locked.language,
        in_reply_to=in_reply_to,
        state="withheld" if silent else "queued",
    )


def put(
    transaction: Transaction,
    conversation_id: str,
    author: str,
    text: str,
    *,
    now: datetime,
    extra: dict[str, Any] | None,
    language: str | None,
    in_reply_to: int | None,
    state: str,
) -> Row[Any]:
    """`say`, for who has locked the conversation and knows whether a human is in it."""
    return transaction.execute(
        statements.SAID,
        {
            "conversation_id": conversation_id,
            "author": author,
            "text": text,
            "extra": extra or {},
            "language": language,
            "in_reply_to": in_reply_to,
            "state": state,
            "created_at": now,
        },
    ).one()


def with_human(session: Session, conversation_id: str) -> bool:
    """Whether a human is in the conversation now, so that the bot must be silent."""
    return bool(session.execute(statements.WITH_HUMAN, {"conversation": conversation_id}).scalar_one())


def transcript(session: Session, conversation_id: str) -> list[Message]:
    """All that was said, oldest first, with what was withheld."""
    return list(session.scalars(select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id)))


def newest_id(session: Session) -> int:
    """The highest id of all messages of all conversations; 0 without any."""
    return session.scalar(select(func.max(Message.id))) or 0


def said_by_office(session: Session, last_id: int) -> list[tuple[int, str]]:
    """What counsellors and the office itself have said after `last_id`: ids of message and conversation."""
    rows = session.execute(
        select(Message.id, Message.conversation_id).where(
            Message.id > last_id, Message.author.in_(("counsellor", "system"))
        )
    )
    return [(message_id, conversation_id) for message_id, conversation_id in rows]


def messages_after(
    transaction: Transaction, conversation_id: str, last_id: int = 0, *, limit: int = 200
) -> Sequence[Row[Any]]:
    """What the person may see and has not seen yet, oldest first: messages with an id above `last_id`, as rows of
    their table."""
    wanted = {"conversation": conversation_id, "after": last_id, "limit": limit}
    return transaction.execute(statements.MESSAGES_AFTER, wanted).all()
