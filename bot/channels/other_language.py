"""Somebody writes a language that we do not answer in: told once, in that language, which ones we speak."""

from __future__ import annotations

from sqlalchemy import select

from bot.languages import DEFAULT
from bot.office import conversations
from bot.office.database import Transaction
from bot.office.inbox import Reply
from bot.office.tables import Message
from bot.texts import Texts

NOTICE = "other_language"


def told_of(transaction: Transaction, texts: Texts, conversation_id: str, code: str) -> Reply | None:
    """What to say before the answer to a message in the language `code`; None if it was said or there is nothing.

    Which of our languages they want is asked until they have chosen one, once for each language they write.

    Raises:
        UnknownConversation: there is none of that id.
    """
    name = f"{NOTICE}:{code}" if code in texts.others else NOTICE
    said_before = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.author == "bot",
        Message.extra["notice"].as_string() == name,
    )
    if transaction.execute(said_before.limit(1)).first() is not None:
        return None
    known = conversations.standing(transaction, conversation_id)
    said = texts.other_language(code, known.language or DEFAULT, ask=not known.language_chosen)
    if said is None:
        return None
    extra = {"notice": name, "buttons": said["buttons"], "metadata": said["metadata"]}
    return Reply(said["text"], extra, said["metadata"]["language"])
