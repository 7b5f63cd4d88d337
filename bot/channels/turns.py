"""The gate's transactions: keeps what came, says what is next, keeps what was answered.

Everything here is synchronous and short; the gate calls it in worker threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels import choices
from bot.channels.cleaning import NothingWritten, clean
from bot.channels.engine import Answer, Question
from bot.languages import LANGUAGES
from bot.office import conversations, handoff, inbox, notices, offices
from bot.office.database import Database
from bot.office.tables import Message

HANDOFF = "/handoff_request"


@dataclass(frozen=True)
class Kept:
    """A message of a person, stored. `new` is False if the channel had delivered it before."""

    message_id: int
    new: bool


@dataclass(frozen=True)
class Turn:
    """The message that is next in its conversation, and the question that it puts to the engine."""

    message_id: int
    question: Question


class Turns:
    def __init__(self, database: Database, wordings: notices.Wordings, clock: Callable[[], datetime]) -> None:
        self._database, self._wordings, self._clock = database, wordings, clock

    def start(self, channel: str, language: str | None, locale: str | None) -> str:
        """A new conversation's id. A `language` that is given was chosen by the person."""
        with self._database.session() as session:
            return conversations.start(
                session,
                channel,
                language=language or notices.language_of_locale(locale),
                language_chosen=language is not None,
                locale=locale,
                now=self._clock(),
            ).id

    def exists(self, conversation_id: str) -> None:
        """Raises UnknownConversation."""
        with self._database.reading() as session:
            conversations.find(session, conversation_id)

    def choose_language(self, conversation_id: str, language: str) -> bool:
        """The person's own choice, in force at once. Returns whether the engine must hear of it."""
        with self._database.session() as session:
            known = conversations.lock(session, conversation_id)
            is_new = (known.language, known.language_chosen) != (language, True)
            conversations.set_language(session, conversation_id, language, chosen=True)
            begun = bool(conversations.messages_after(session, conversation_id, limit=1))
            return is_new and begun and not conversations.with_human(session, conversation_id)

    def keep(self, conversation_id: str, message_id: str, text: str, payload: str | None) -> Kept:
        """Store what the person wrote or pressed; `message_id` is the channel's own.

        Raises:
            UnknownConversation, NothingWritten, TooLong, NotOffered: nothing was stored.
        """
        text = clean(text)
        with self._database.session() as session:
            conversations.lock(session, conversation_id)
            if payload is None:
                payload = choices.typed(text, _last_buttons(session, conversation_id))
                if payload is None and not choices.harmless(text):
                    raise NothingWritten("nothing but slashes")
            else:
                payload = choices.pressed(payload, _all_buttons(session, conversation_id))
            message = conversations.receive(
                session,
                conversation_id,
                text,
                channel_message_id=message_id,
                payload=payload,
                now=self._clock(),
            )
            if message is None:
                return Kept(conversations.received(session, conversation_id, message_id).id, new=False)
            if conversations.with_human(session, conversation_id):
                # At once: what is said to a human must not be the bot's because the human has left a moment later.
                inbox.mark_with_human(session, message.id, now=self._clock())
            return Kept(message.id, new=True)

    def unanswered(self) -> list[str]:
        """Conversations in which somebody waits for an answer, the longest wait first."""
        with self._database.reading() as session:
            return inbox.conversations_pending(session, limit=10_000)

    def said_by_office(self, last_id: int | None) -> tuple[int, list[tuple[int, str]]]:
        """The newest message's id, and what counsellors and the office have said after `last_id` (None: nothing)."""
        with self._database.reading() as session:
            newest = conversations.newest_id(session)
            return newest, [] if last_id is None else conversations.said_by_office(session, last_id)

    def next(self, conversation_id: str) -> Turn | None:
        """The oldest message that waits for the engine."""
        with self._database.session() as session:
            conversation = conversations.lock(session, conversation_id)
            first = next(iter(inbox.pending(session, conversation_id, limit=1)), None)
            if first is None:
                return None
            question = Question(
                conversation_id=conversation_id,
                message_id=str(first.id),
                text=first.payload or choices.harmless(first.text),
                language=conversation.language,
                language_chosen=conversation.language_chosen,
                register=conversation.register,
                locale=conversation.locale,
                channel=conversation.channel,
            )
            return Turn(first.id, question)

    def answered(self, turn: Turn, answer: Answer) -> None:
        """Keep the engine's words. An answer without words becomes a notice: nobody is met with silence."""
        with self._database.session() as session:
            conversation = conversations.lock(session, turn.question.conversation_id)
            # Who has chosen another language or register while the engine thought keeps that choice.
            asked = turn.question
            if (conversation.language, conversation.language_chosen) == (asked.language, asked.language_chosen):
                conversation.language_chosen = answer.language_chosen or asked.language_chosen
                if answer.language in LANGUAGES:
                    conversation.language = answer.language
            if conversation.register == asked.register and answer.register in ("normal", "plain"):
                conversation.register = answer.register
            replies = [
                inbox.Reply(
                    said["text"],
                    {"buttons": said["buttons"], "metadata": self._metadata(session, turn, said["metadata"])},
                    said["metadata"].get("language") or answer.language,
                )
                for said in answer.messages
                if said["text"].strip()
            ] or [notices.notice(self._wordings(), notices.NO_ANSWER, conversation)]
            self._settle(session, turn, replies)

    def given_up(self, turn: Turn) -> None:
        """The engine is well and yet fails at this message: say so, and go on with the next."""
        with self._database.session() as session:
            conversation = conversations.lock(session, turn.question.conversation_id)
            self._settle(session, turn, [notices.notice(self._wordings(), notices.NO_ANSWER, conversation)])

    def engine_away(self, turn: Turn) -> bool:
        """Tell the person, once, that the answer comes later. A request for a human needs no engine: do it.

        Returns whether anything was said.
        """
        conversation_id = turn.question.conversation_id
        with self._database.session() as session:
            conversation = conversations.lock(session, conversation_id)
            waiting = inbox.pending(session, conversation_id)
            texts = self._wordings()
            asks = [message for message in waiting if message.payload == HANDOFF]
            for message in asks:
                handoff.request(
                    session,
                    conversation_id,
                    reason="asked",
                    language=notices.language_of(conversation),
                    topic=None,
                    now=self._clock(),
                )
                said = [notices.notice(texts, notices.HUMAN_ASKED, conversation)]
                if next(iter(offices.load().values())).demo:
                    said.append(notices.notice(texts, notices.DEMO, conversation))
                inbox.mark_answered(session, message.id, said, now=self._clock())
            if asks or not waiting or inbox.was_told(session, conversation_id, notices.ENGINE_AWAY):
                return bool(asks)
            said = notices.notice(texts, notices.ENGINE_AWAY, conversation)
            conversations.say(
                session,
                conversation_id,
                said.author,
                said.text,
                extra=said.extra,
                language=said.language,
                in_reply_to=turn.message_id,
                now=self._clock(),
            )
            return True

    def _metadata(self, session: Session, turn: Turn, metadata: dict) -> dict:
        """`late`: something else was said since (wait; a human came and went), so the page shows the question."""
        said_since = session.scalar(
            select(Message.id)
            .where(
                Message.conversation_id == turn.question.conversation_id,
                Message.id > turn.message_id,
                Message.author == "system",
            )
            .limit(1)
        )
        return metadata if said_since is None else {**metadata, "late": True}

    def _settle(self, session: Session, turn: Turn, replies: list[inbox.Reply]) -> None:
        try:
            inbox.mark_answered(session, turn.message_id, replies, now=self._clock())
        except inbox.AlreadyHandled:
            # A human took the message while the engine thought; the human answers.
            return


def _all_buttons(session: Session, conversation_id: str) -> list[choices.Button]:
    said = conversations.messages_after(session, conversation_id, limit=100_000)
    return [b for message in said if message.author != "person" for b in message.extra.get("buttons", ())]


def _last_buttons(session: Session, conversation_id: str) -> list[choices.Button]:
    """Those shown since the person last wrote."""
    mine = select(Message.id).where(Message.conversation_id == conversation_id, Message.author == "person")
    last = session.scalar(mine.order_by(Message.id.desc()).limit(1)) or 0
    said = conversations.messages_after(session, conversation_id, last)
    return [button for message in said for button in message.extra.get("buttons", ())]
