"""The texts as the conversation is held: in its language and register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from actions.context import language_of
from bot.content_files import REGISTERS
from bot.texts import Texts


@dataclass(frozen=True)
class Voice:
    """The texts in one language and register."""

    texts: Texts
    language: str
    register: str

    @classmethod
    def of(cls, tracker: Tracker, texts: Texts) -> Voice:
        register = tracker.get_slot("register")
        return cls(texts, language_of(tracker), register if register in REGISTERS else REGISTERS[0])

    @property
    def plainly(self) -> Voice:
        """The same in plain words."""
        return Voice(self.texts, self.language, "plain")

    def text(self, name: str, /, **fields: Any) -> str:
        """Raises MissingText."""
        text: str = self.texts.utterance(name, self.language, self.register, **fields)["text"]
        return text
