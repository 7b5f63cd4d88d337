"""Names in spellings that the dictionaries don't know: without dots and rings, in two words, with one slip.

"jyvaskylassa", "lahi hoitajana", "sairanhoitaja", "sjukskoterskan". Pure: no Rasa, no dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SHORTEST = 4  # letters of a stem; shorter ones are other words too often
SHORTEST_WITH_SLIP = 8  # letters in which one may be wrong

# Endings as they are written without dots and rings, longest first.
ENDINGS: dict[str, tuple[str, ...]] = {
    "fi": (
        "issa", "ista", "illa", "ilta", "ille", "iksi", "seen", "jen", "ien", "iin", "ina", "ksi", "ssa", "sta", "lla",
        "lta", "lle", "hun", "hin", "han", "an", "en", "in", "on", "un", "yn", "na", "ta", "ja", "ia", "n", "t", "a",
        "",
    ),
    "sv": ("arna", "erna", "orna", "ens", "ans", "ar", "er", "or", "en", "et", "na", "ns", "n", "s", ""),
    "en": ("es", "s", ""),
}  # fmt: skip
# The strong grade → the weak one, before the last vowels of a Finnish word: "koki-n" of "kokki".
GRADES = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("mp", "mm"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"),
    ("k", ""), ("p", "v"), ("t", "d"),
)  # fmt: skip
GRADED = re.compile(r"(kk|pp|tt|nk|mp|nt|lt|rt|k|p|t)([aeiouy]{1,2})$")
CHANGED_ENDS = (("nen", "se"), ("mies", "miehe"), ("us", "ukse"), ("us", "uude"), ("as", "aa"), ("is", "ii"))


def folded(word: str) -> str:
    """In lower case and without dots, rings and accents."""
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@dataclass
class Stems:
    """The stems of one language's names; `learn` them once, then look words up."""

    language: str
    _exact: dict[str, tuple[str, str]] = field(default_factory=dict)
    _slipped: dict[str, tuple[str, str]] = field(default_factory=dict)

    def learn(self, name: str, entity: str, value: str) -> None:
        """One name, of one or more words."""
        whole = re.sub(r"[\s-]+", "", folded(name))
        if len(whole) < SHORTEST:
            return
        for stem in {whole, *(_other_stems(whole) if self.language == "fi" else ())}:
            if len(stem) >= SHORTEST:
                self._exact.setdefault(stem, (entity, value))
        if len(whole) >= SHORTEST_WITH_SLIP:
            for shorter in _without_a_letter(whole):
                self._slipped.setdefault(shorter, (entity, value))

    def find(self, word: str, *, slips: bool = True) -> tuple[str, str, str] | None:
        """(entity, value, ending) of a word; with `slips` also of one that has a letter wrong, missing or too many."""
        bare = re.sub(r"[\s-]+", "", folded(word))
        candidates = [
            (bare[: len(bare) - len(ending)], ending) for ending in ENDINGS[self.language] if bare.endswith(ending)
        ]
        for stem, ending in candidates:
            if found := self._exact.get(stem):
                return *found, ending
        for stem, ending in candidates if slips else ():
            if found := self._one_slip(stem):
                return *found, ending
        return None

    def _one_slip(self, stem: str) -> tuple[str, str] | None:
        if len(stem) < SHORTEST_WITH_SLIP - 1:
            return None
        if found := self._slipped.get(stem):  # one letter is missing
            return found
        shorter = list(_without_a_letter(stem))
        for one in shorter:  # one is too many
            if len(one) >= SHORTEST_WITH_SLIP and (found := self._exact.get(one)):
                return found
        # One is another, or two have changed places.
        return next((self._slipped[one] for one in shorter if len(stem) >= SHORTEST_WITH_SLIP and one in self._slipped),
                    None)  # fmt: skip


def _without_a_letter(word: str) -> Iterator[str]:
    # The first letter is hardly ever the wrong one, and most other words differ in it.
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]


def _other_stems(word: str) -> Iterable[str]:
    """The stems that a Finnish word has besides its base form."""
    weak = GRADED.sub(lambda match: dict(GRADES)[match[1]] + match[2], word)
    yield weak
    if word.endswith("i"):
        yield from (word[:-1] + "e", weak[:-1] + "e")
    for end, instead in CHANGED_ENDS:
        if word.endswith(end):
            yield word[: -len(end)] + instead
