"""The gate's transactions: keeps what came, says what is next, keeps what was answered.

Everything here is synchronous and short; the gate calls it in worker threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from bot.channels import choices
from bot.channels.cleaning import NothingWritten, clean
from bot.channels.engine import LONGEST_QUESTION, Answer, Question
from bot.channels.masking import SEARCHES, codes_in, masked
from bot.channels.other_language import told_of
from bot.crisis import crisis_words
from bot.languages import LANGUAGES
from bot.office import conversations, handoff, inbox, notices, offices, outbox
from bot.office.database import Database, Transaction
from bot.office.tables import Conversation, Message

HANDOFF = "/handoff_request"
MOST_HELP = 2  # more would be too much to read for somebody in danger


@dataclass(frozen=True)
class Turn:
    """The message that is next in its conversation, and the question that it puts to the engine."""

    message_id: int
    question: Question


@dataclass(frozen=True)
class Kept:
    """A message of a person, stored; no `news` if the channel had delivered it before. `next` is what waited for the
    engine in this conversation just then."""

    message_id: int
    news: conversations.News | None
    next: Turn | None


@dataclass(frozen=True)
class Settled:
    """A message that is done with: what there is to show for it, whether more about the conversation has changed, and
    what is next in it."""

    news: conversations.News | None
    learnt: bool
    next: Turn | None


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
        has_codes = bool(codes_in(text))
        with self._database.connection() as transaction:
            if has_codes:
                text = self._masked(transaction, conversation_id, text)
            if payload is None:
                payload = choices.typed(text, outbox.buttons_shown_last(transaction, conversation_id))
                if payload is None and not choices.harmless(text):
                    raise NothingWritten("nothing but slashes")
            else:
                payload = choices.pressed(payload, outbox.buttons_shown(transaction, conversation_id))
            received = conversations.receive(
                transaction,
                conversation_id,
                text,
                channel_message_id=message_id,
                payload=payload,
                now=self._clock(),
            )
            return Kept(received.id, received.news, _next(transaction, conversation_id))

    def _masked(self, transaction: Transaction, conversation_id: str, text: str) -> str:
        language = notices.language_of(conversations.standing(transaction, conversation_id))
        return masked(text, lambda kind: self._wordings().label(f"masked_{kind}", language))[0]

    def _masked_in(self, text: str) -> bool:
        """Whether something was hidden in a message that was kept."""
        texts = self._wordings()
        return any(texts.label(f"masked_{kind}", language) in text for kind in SEARCHES for language in LANGUAGES)

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
        with self._database.reading() as session:
            return _next(session, conversation_id)

    def answered(self, turn: Turn, answer: Answer) -> Settled:
        """Keep the engine's words. An answer without words becomes a notice: nobody is met with silence."""
        replies = [
            inbox.Reply(
                said["text"],
                {"buttons": said["buttons"], "metadata": said["metadata"]},
                said["metadata"].get("language") or answer.language,
            )
            for said in answer.messages
            if said["text"].strip()
        ]
        return self._settle(turn, replies, answer)

    def given_up(self, turn: Turn) -> Settled:
        """The engine is well and yet fails at this message: say so, and go on with the next."""
        return self._settle(turn, [], None)

    def engine_away(self, turn: Turn) -> bool:
        """Tell the person, once, that the answer comes later. A request for a human needs no engine: do it.
        Nor does somebody in danger: who can help is said at once, and once.

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
            warned = [self._help(session, message, conversation) for message in waiting if _crisis(message)]
            if asks or any(warned) or not waiting or inbox.was_told(session, conversation_id, notices.ENGINE_AWAY):
                return bool(asks) or any(warned)
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

    def _help(self, session: Session, message: Message, conversation: Conversation) -> bool:
        """The numbers for somebody in danger, without the engine. False if this message got them already."""
        if message.extra.get("helped"):
            return False
        message.extra = {**message.extra, "helped": True}
        handoff.hurry(session, conversation.id)
        for kind in _crisis(message)[:MOST_HELP]:
            said = notices.notice(self._wordings(), f"utter_crisis_{kind}", conversation)
            conversations.say(
                session,
                conversation.id,
                said.author,
                said.text,
                extra=said.extra,
                language=said.language,
                in_reply_to=message.id,
                now=self._clock(),
            )
        return True

    def _settle(self, turn: Turn, replies: list[inbox.Reply], answer: Answer | None) -> Settled:
        conversation_id = turn.question.conversation_id
        with self._database.connection() as transaction:
            learnt = answer is not None and _learn(transaction, turn.question, answer)
            if not replies:
                known = conversations.standing(transaction, conversation_id)
                replies = [notices.notice(self._wordings(), notices.NO_ANSWER, known)]
            if answer is not None and answer.other_language:
                told = told_of(transaction, self._wordings(), conversation_id, answer.other_language)
                said = [one.extra.get("metadata", {}).get("utter_action") or "" for one in replies]
                urgent = any(name.startswith("utter_crisis") for name in said)
                replies = [*replies, told] if told and urgent else [told, *replies] if told else replies
            if self._masked_in(turn.question.text):
                known = conversations.standing(transaction, conversation_id)
                replies = [*replies, notices.notice(self._wordings(), notices.MASKED, known)]
            try:
                news = inbox.mark_answered(transaction, turn.message_id, replies, now=self._clock())
            except inbox.AlreadyHandled:
                # A human took the message while the engine thought; the human answers.
                news = None
            return Settled(news, learnt, _next(transaction, conversation_id))


def _crisis(message: Message | Row[Any]) -> tuple[str, ...]:
    """What kinds of crisis a person's own words speak of; none for a button."""
    return () if message.payload else tuple(crisis_words().kinds(message.text))


def _next(transaction: Transaction, conversation_id: str) -> Turn | None:
    waiting = inbox.next_question(transaction, conversation_id)
    if waiting is None:
        return None
    question = Question(
        conversation_id=conversation_id,
        message_id=str(waiting.id),
        text=waiting.payload or choices.harmless(waiting.text),
        language=waiting.language,
        language_chosen=waiting.language_chosen,
        register=waiting.register,
        locale=waiting.locale,
        channel=waiting.channel,
        # The engine reads what it gets itself.
        crisis=_crisis(waiting) if len(waiting.text) > LONGEST_QUESTION else (),
    )
    return Turn(waiting.id, question)


def _learn(transaction: Transaction, asked: Question, answer: Answer) -> bool:
    """Keep what the engine has found out, if anything. Who has chosen another language or register while it thought
    keeps that choice."""
    before = (asked.language, asked.language_chosen)
    found = (
        answer.language if answer.language in LANGUAGES else asked.language,
        answer.language_chosen or asked.language_chosen,
    )
    if found != before:
        conversations.learn_language(transaction, asked.conversation_id, before, found)
    new_register = answer.register in ("normal", "plain") and answer.register != asked.register
    if new_register:
        conversations.learn_register(transaction, asked.conversation_id, asked.register, answer.register)
    return found != before or new_register
