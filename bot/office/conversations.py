"""Conversations and what is said in them.

Whoever writes into a conversation locks its row first. So its messages' ids grow in the order in which they
become visible, and `messages_after` never skips one; and a reply of the bot cannot slip in while a human
takes over.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.office.tables import Conversation, Handoff, Message


class UnknownConversation(LookupError):
    """There is no such conversation (any more)."""


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


def set_language(session: Session, conversation_id: str, language: str, *, chosen: bool) -> Conversation:
    """What we answer in from now on. A language that was only recognised never replaces a chosen one."""
    conversation = lock(session, conversation_id)
    if chosen or not conversation.language_chosen:
        conversation.language = language
        conversation.language_chosen = chosen
    return conversation


def set_register(session: Session, conversation_id: str, register: str) -> Conversation:
    """`register` is normal or plain."""
    conversation = lock(session, conversation_id)
    conversation.register = register
    return conversation


def receive(
    session: Session,
    conversation_id: str,
    text: str,
    *,
    channel_message_id: str,
    now: datetime,
    payload: str | None = None,
    extra: dict[str, Any] | None = None,
) -> Message | None:
    """Keep what the person wrote, before anybody handles it.

    Returns:
        The message, in state `received`; None if the channel has delivered this id before.

    Raises:
        UnknownConversation: …
    """
    conversation = lock(session, conversation_id)
    message = Message(
        conversation_id=conversation_id,
        author="person",
        channel_message_id=channel_message_id,
        text=text,
        payload=payload,
        extra=extra or {},
        language=conversation.language,
        state="received",
        created_at=now,
    )
    conversation.last_seen_at = now
    session.flush()
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        # The only thing that can be wrong with this row: the channel's id is there already.
        return None
    return message


def received(session: Session, conversation_id: str, channel_message_id: str) -> Message:
    """The message that the channel delivered under this id. Raises LookupError."""
    message = session.scalar(
        select(Message).where(
            Message.conversation_id == conversation_id, Message.channel_message_id == channel_message_id
        )
    )
    if message is None:
        raise LookupError(channel_message_id)
    return message


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
) -> Message:
    """Put something into the outbox: `author` is bot, counsellor or system. The row is state `queued`.

    While a human is in the conversation the bot is silent: its words are kept as `withheld`, which the desk
    may show and the person never sees.

    Raises:
        UnknownConversation: …
    """
    conversation = lock(session, conversation_id)
    message = Message(
        conversation_id=conversation_id,
        author=author,
        text=text,
        extra=extra or {},
        language=language or conversation.language,
        in_reply_to=in_reply_to,
        state="withheld" if author == "bot" and with_human(session, conversation_id) else "queued",
        created_at=now,
    )
    session.add(message)
    session.flush()
    return message


def with_human(session: Session, conversation_id: str) -> bool:
    """Whether a human is in the conversation now, so that the bot must be silent."""
    active = select(Handoff.id).where(Handoff.conversation_id == conversation_id, Handoff.state == "active")
    return session.scalar(active) is not None


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


def messages_after(session: Session, conversation_id: str, last_id: int = 0, *, limit: int = 200) -> list[Message]:
    """What the person may see and has not seen yet, oldest first: messages with an id above `last_id`."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.conversation_id == conversation_id, Message.id > last_id, Message.state != "withheld")
            .order_by(Message.id)
            .limit(limit)
        )
    )
