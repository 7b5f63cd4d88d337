"""What the office itself has to say, when the engine cannot or a human comes and goes: replies of the system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row

from bot.languages import DEFAULT, LANGUAGES
from bot.office.inbox import Reply
from bot.office.tables import Conversation
from bot.texts import Texts

Wordings = Callable[[], Texts]  # the texts as they are on the disk now, so that an edit shows at once

ENGINE_AWAY = "notice_engine_away"
NO_ANSWER = "notice_no_answer"
HUMAN_ASKED = "notice_human_asked"
DEMO = "utter_handoff_demo"
MASKED = "notice_masked"


def language_of(conversation: Conversation | Row[Any]) -> str:
    """The language to address this person in, if nobody has found out better."""
    return conversation.language or language_of_locale(conversation.locale) or DEFAULT


def language_of_locale(locale: str | None) -> str | None:
    """`sv-FI` → `sv`; None for a locale whose language we do not answer in."""
    language = (locale or "").replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else None


def notice(texts: Texts, name: str, conversation: Conversation | Row[Any], **fields: Any) -> Reply:
    """Raises MissingText."""
    language = language_of(conversation)
    said = texts.utterance(name, language, conversation.register, **fields)
    extra = {"notice": name, "buttons": said["buttons"], "metadata": said["metadata"]}
    return Reply(said["text"], extra, language, author="system")
