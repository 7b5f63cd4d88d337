"""What a press of a button, a typed number or a typed button title means to the engine.

To the engine, a text that begins with "/" is a command. Only buttons may command it: those that were
offered in the conversation, and the few that anybody may press at any time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.languages import LANGUAGES

Button = Mapping[str, str]  # title, payload


def language_switch(language: str) -> str:
    """The payload that makes the engine answer in `language` from now on."""
    return f'/language_switch{{"language":"{language}"}}'


# What the page itself offers, beside the buttons under messages.
PUBLIC = frozenset(
    {"/simpler", "/fuller", "/help", "/repeat", "/handoff_request", "/booking_make", "/booking_list"}
    | {language_switch(language) for language in LANGUAGES}
)

NUMBER = re.compile(r"\s*[(\[]?\s*(\d{1,2})\s*[).\]]?\s*")
COMMAND = re.compile(r"^[\s/]+")


class NotOffered(PermissionError):
    """The payload was never offered to this conversation."""


def pressed(payload: str, offered: Iterable[Button]) -> str:
    """The payload itself, if it may be used.

    Raises:
        NotOffered: neither public nor among `offered`, the buttons of the whole conversation.
    """
    if payload in PUBLIC or any(payload == button["payload"] for button in offered):
        return payload
    raise NotOffered("this button was not offered here")


def typed(text: str, last_offered: Sequence[Button]) -> str | None:
    """The payload that a typed text stands for: the number of a button just shown, or its title.

    `last_offered` are the buttons of the last turn, in the order shown. None: the text is free text.
    """
    number = NUMBER.fullmatch(text)
    if number and 1 <= int(number[1]) <= len(last_offered):
        return last_offered[int(number[1]) - 1]["payload"]
    said = _plain(text)
    same = (button["payload"] for button in last_offered if said and _plain(button["title"]) == said)
    return next(same, None)


def harmless(text: str) -> str:
    """Free text as the engine may read it: it can never be a command. May come out empty."""
    return COMMAND.sub("", text) if text.lstrip().startswith("/") else text


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title.casefold()).strip()
