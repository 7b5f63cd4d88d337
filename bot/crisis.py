"""Recognises that somebody is in danger, hurt, exploited or wants to die, from nlu/<language>/crisis.yml.

It must not depend on a model being sure: it reads words and phrases in all our languages, whatever language the
conversation is held in, over the whole text however long. Plain Python, for the app and for the engine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.languages import LANGUAGES
from bot.settings import ROOT

FILE = "crisis.yml"
# What must be said first comes first.
KINDS = ("danger", "self_harm", "violence", "exploitation")
# One weak sign counts where the intent model thinks of danger as well; how much it must think so, of 1.
NEAR_ENOUGH = 0.3
GAPS = {"..": 3, "...": 6}  # how many words may stand between two of a phrase
SENTENCE_END = re.compile(r"[.!?\n;]+")
NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Phrases:
    """One language's phrases. `harmless` is taken out of a text before the others are looked for."""

    spellings: Mapping[str, str]
    harmless: re.Pattern[str]
    sure: Mapping[str, re.Pattern[str]]
    weak: Mapping[str, tuple[re.Pattern[str], ...]]

    def read(self, plain: str) -> str:
        """A flattened text as this language spells it, without what is harmless."""
        for one, meant in self.spellings.items():
            plain = plain.replace(f" {one}", f" {meant}")
        return self.harmless.sub(" , ", plain)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Phrases:
        """From a crisis.yml; raises ValueError for a word list that is not there."""
        words = given.get("words") or {}
        return cls(
            spellings={_form(one): _form(meant) for one, meant in (given.get("spellings") or {}).items()},
            harmless=_any(given.get("harmless") or [], words),
            sure={kind: _any(given["sure"].get(kind) or [], words) for kind in KINDS},
            weak={
                kind: tuple(_any([one], words) for one in (given.get("weak") or {}).get(kind) or []) for kind in KINDS
            },
        )


class CrisisWords:
    """The phrases of all languages."""

    def __init__(self, phrases: Iterable[Phrases]) -> None:
        self._phrases = list(phrases)

    @classmethod
    def load(cls, folder: Path = ROOT / "nlu") -> CrisisWords:
        """Raises ValueError if a file names a word list that it does not have."""
        files = [folder / language / FILE for language in LANGUAGES]
        return cls(Phrases.of(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files if file.is_file())

    def kinds(self, text: str, nearness: float = 0.0) -> list[str]:
        """What kinds of crisis the text speaks of, the most urgent first; empty for nearly all texts.

        Args:
            nearness: how much the intent model thinks that this is about danger or exploitation, 0 to 1.
        """
        plain = flattened(text)
        found = set()
        for phrases in self._phrases:
            rest = phrases.read(plain)
            found |= {kind for kind, pattern in phrases.sure.items() if pattern.search(rest)}
            for kind, patterns in phrases.weak.items():
                signs = sum(bool(pattern.search(rest)) for pattern in patterns)
                if signs >= 2 or (signs and nearness >= NEAR_ENOUGH):
                    found.add(kind)
        return [kind for kind in KINDS if kind in found]


@lru_cache(maxsize=1)
def crisis_words() -> CrisisWords:
    """Those of nlu/, read once."""
    return CrisisWords.load()


def flattened(text: str) -> str:
    """Small letters without dots, rings and accents, one blank around each word, " . " between sentences."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("\u2019", ""))
    bare = "".join(letter for letter in parts if unicodedata.category(letter) not in ("Mn", "Cf"))
    sentences = (NO_LETTER.sub(" ", one).strip() for one in SENTENCE_END.split(bare))
    return f" {' . '.join(one for one in sentences if one)} "


def _any(phrases: Iterable[str], words: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    return re.compile("|".join(_phrase(one, words) for one in phrases) or r"(?!)")


def _phrase(phrase: str, words: Mapping[str, Iterable[str]]) -> str:
    """`hit|beat .. {people}`: words, `*` for any ending, `a|b` for either, `..` for up to three words between,
    `...` for up to six, `{list}` for the words of a list, `word?` for one that may be missing."""
    pattern = "(?<= )"
    for part in phrase.split():
        if part in GAPS:
            pattern += rf"(?:[a-z0-9]+ ){{0,{GAPS[part]}}}"
            continue
        missing = part.endswith("?")
        pattern += _word(part.rstrip("?"), words) + ("?" if missing else "")
    return pattern


def _word(part: str, words: Mapping[str, Iterable[str]]) -> str:
    if part.startswith("{"):
        name = part.strip("{}")
        if name not in words:
            raise ValueError(f"there is no word list {name!r}")
        choices = [str(one) for one in words[name]]
    else:
        choices = part.split("|")
    return f"(?:{'|'.join(_form(one) for one in choices)})"


def _form(word: str) -> str:
    """One word or several ("my boss") with `*` for any ending, followed by its blank."""
    ends = (("[a-z0-9]*" if one.endswith("*") else "", one.rstrip("*")) for one in word.split())
    forms = (flattened(start).strip() + end for end, start in ends)
    return "".join(f"{one} " for one in forms)
