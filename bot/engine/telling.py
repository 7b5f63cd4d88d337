"""What a text's letters and little words tell of its language, by the hand-written telling.yml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("telling.yml")
WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*", re.UNICODE)
# Scripts that one language of those that are written here has for itself; which, by Unicode's names of letters.
OF_ONE_LANGUAGE = {
    "cjk": "zh",
    "hiragana": "ja",
    "katakana": "ja",
    "hangul": "ko",
    "thai": "th",
    "greek": "el",
    "hebrew": "he",
    "georgian": "ka",
    "armenian": "hy",
    "bengali": "bn",
    "tamil": "ta",
    "devanagari": "hi",
    "ethiopic": "am",
}


@dataclass(frozen=True)
class Telling:
    """`letters`: letter → languages that use it; `words`: word → languages that have it; `everywhere`: no witnesses."""

    letters: Mapping[str, frozenset[str]]
    words: Mapping[str, frozenset[str]]
    everywhere: frozenset[str]

    def strange_letters(self, text: str, languages: Iterable[str]) -> dict[str, int]:
        """How many of the text's telling letters each language does not use, twice if only one language uses it."""
        used_by = [self.letters[letter] for letter in set(text.lower()) & self.letters.keys()]
        return {
            language: sum(2 if len(users) == 1 else 1 for users in used_by if language not in users)
            for language in languages
        }

    def little_words(self, text: str, languages: Iterable[str]) -> dict[str, int]:
        """How many little words of each language are in the text."""
        found = [self.words[word] for word in WORD.findall(text.lower()) if word in self.words]
        return {language: sum(language in owners for owners in found) for language in languages}


@lru_cache(maxsize=1)
def telling() -> Telling:
    """Read from the file beside this one, once."""
    # Strings only: YAML would read the words "no", "yes" and "on" as truth values.
    found = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    letters = {letter: frozenset(users) for group, users in found["letters"].items() for letter in group.lower()}
    words: dict[str, set[str]] = {}
    for language, own in found["words"].items():
        for word in own:
            words.setdefault(word, set()).add(language)
    return Telling(letters, {word: frozenset(owners) for word, owners in words.items()}, frozenset(found["everywhere"]))


def script_of(text: str) -> str | None:
    """The script of most letters, in lower case ("latin", "arabic" …); None without a letter."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return None
    scripts = [unicodedata.name(letter, "UNKNOWN").split()[0].lower() for letter in letters]
    if "hiragana" in scripts:  # most letters of a Japanese text may be Chinese
        return "hiragana"
    return max(set(scripts), key=scripts.count)
