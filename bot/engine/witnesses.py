"""What speaks for a text's language: each witness is heard alone and says so in nats for each language.

A nat more is e times as likely. Witnesses are detectors of others, letters, little words, dictionaries, and the
vocabulary of our own examples. `bot.engine.language_rule` adds up what they say and decides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from simplemma import is_known

from bot.engine.detectors import BY_SCRIPT, Detector
from bot.engine.telling import OF_ONE_LANGUAGE, Telling, script_of, telling
from bot.languages import LANGUAGES

LONGEST_READ = 1_000  # characters; more tells nothing new
WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)
ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
DICTIONARIES = ("fi", "sv", "en", "nb", "da", "et")

DOUBT = 0.001  # no detector may rule a language out
UNHEARD = 0.1  # the probability that stands for "this detector has no view of that language"
STRANGE_LETTER, LITTLE_WORD = -2.5, 1.5
KNOWN_WORD = 1.5
MOST = 6  # letters and little words: then enough is said
MOST_KNOWN = 4  # words, so that a foreign text with a few words of ours stays foreign
LOOKED_UP = 10  # words; a look-up takes a twentieth of a millisecond in each dictionary
LONG_WORD, LEFT = 7, 2  # letters; words
OWN_VOCABULARY, OWN_DOUBT = 0.7, 0.02
SURE = 0.9


@dataclass(frozen=True)
class Heard:
    """`nats`: witness → language → nats. `clear` counts words that our examples have in one language of ours only,
    `little` the little words of each language."""

    script: str | None
    words: Sequence[str]
    nats: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    clear: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(LANGUAGES, 0))
    little: Mapping[str, int] = field(default_factory=dict)

    @property
    def languages(self) -> Sequence[str]:
        """Those that the text may be in."""
        return [*dict.fromkeys(code for view in self.nats.values() for code in view)]


class Vocabulary:
    """How often a word was seen in our own examples of each language."""

    def __init__(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        self.counts = {language: dict(counts.get(language, {})) for language in LANGUAGES}
        self._totals = {language: sum(words.values()) + 1 for language, words in self.counts.items()}

    @classmethod
    def learn(cls, examples: Iterable[tuple[str, str]]) -> Vocabulary:
        """From (language, text) pairs."""
        counts: dict[str, dict[str, int]] = {}
        for language, text in examples:
            words = counts.setdefault(language, {})
            for word in words_of(text):
                words[word] = words.get(word, 0) + 1
        return cls(counts)

    def view(self, words: Sequence[str]) -> tuple[dict[str, float], dict[str, int]]:
        """How probable each language is by these words, and how many of them speak clearly for it."""
        scores, clear = dict.fromkeys(LANGUAGES, 0.0), dict.fromkeys(LANGUAGES, 0)
        for word in words:
            if not any(word in self.counts[language] for language in LANGUAGES):
                continue
            rates = {
                language: (self.counts[language].get(word, 0) + OWN_DOUBT) / self._totals[language]
                for language in LANGUAGES
            }
            whole = sum(rates.values())
            for language in LANGUAGES:
                share = rates[language] / whole
                scores[language] += math.log(max(share, OWN_DOUBT))
                clear[language] += share > SURE
        return normal(scores), clear


class Witnesses:
    """All witnesses of a text. Loading them takes seconds, hearing them a millisecond or two."""

    def __init__(self, detectors: Sequence[Detector], vocabulary: Vocabulary, marks: Telling | None = None) -> None:
        self._detectors, self._vocabulary, self._marks = detectors, vocabulary, marks or telling()
        for language in DICTIONARIES:  # read at the first question, which should not be a person's
            _knows("a", language)

    def hear(self, text: str) -> Heard:
        text = self._without_terms(ADDRESS.sub(" ", text[:LONGEST_READ]))
        script, words = script_of(text), words_of(text)
        if script is None:
            return Heard(None, words)
        if script not in BY_SCRIPT:
            # A script that we know no language of stands for its language.
            return Heard(script, words, {"script": {OF_ONE_LANGUAGE.get(script, script): -math.log(DOUBT)}})
        languages = BY_SCRIPT[script]
        little = self._marks.little_words(text, languages)
        strange = self._marks.strange_letters(text, languages)
        nats = {detector.name: _of_detector(detector, text, languages) for detector in self._detectors}
        nats["letters"] = {code: STRANGE_LETTER * min(MOST, count) for code, count in strange.items()}
        nats["little words"] = {code: LITTLE_WORD * min(MOST, count) for code, count in little.items()}
        if script != "latin":
            return Heard(script, words, nats, little=little)
        nats["dictionary"] = _of_dictionaries(words)
        shares, clear = self._vocabulary.view(words)
        nats["vocabulary"] = {code: OWN_VOCABULARY * math.log(3 * shares[code] + OWN_DOUBT) for code in LANGUAGES}
        return Heard(script, words, nats, clear, little)

    def _without_terms(self, text: str) -> str:
        """The text without words that say nothing, and without long ones that our examples have in several languages:
        a Finnish office's name in an English question. Unless hardly anything would be left."""
        text = WORD.sub(lambda found: "" if found[0].lower() in self._marks.everywhere else found[0], text)
        rest = WORD.sub(lambda found: "" if self._is_term(found[0].lower()) else found[0], text)
        return rest if len(words_of(rest)) >= LEFT else text

    def _is_term(self, word: str) -> bool:
        return len(word) >= LONG_WORD and sum(word in own for own in self._vocabulary.counts.values()) > 1


def words_of(text: str) -> list[str]:
    """The words of two letters or more, lower case; numbers, signs and initials are no witnesses."""
    return [word.lower() for word in WORD.findall(text)]


def normal(nats: Mapping[str, float]) -> dict[str, float]:
    """Probabilities that sum to 1."""
    highest = max(nats.values())
    weights = {code: math.exp(value - highest) for code, value in nats.items()}
    whole = sum(weights.values())
    return {code: weight / whole for code, weight in weights.items()}


def _of_detector(detector: Detector, text: str, languages: Iterable[str]) -> dict[str, float]:
    found = detector.of(text)
    return {
        code: math.log(found.get(code, 0.0) + DOUBT if code in detector.knows else UNHEARD) for code in languages
    }


def _of_dictionaries(words: Sequence[str]) -> dict[str, float]:
    """By the share of words that a language's dictionary has; of many words as much as of a few."""
    words = words[:LOOKED_UP]
    weight = KNOWN_WORD * min(MOST_KNOWN, len(words)) / max(1, len(words))
    return {code: weight * sum(_knows(word, code) for word in words) for code in DICTIONARIES}


@lru_cache(maxsize=20_000)
def _knows(word: str, language: str) -> bool:
    # The low_memory form is the one that bot.engine.word_forms has in memory already for our own languages.
    return is_known(word, language, low_memory=True)
