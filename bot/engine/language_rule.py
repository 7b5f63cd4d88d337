"""In which language is the conversation? The rule, free of Rasa and of any detector.

Several witnesses are heard: what the person chose, the conversation so far, the locale, a detector's view of
the text, and our own vocabulary. What they say is multiplied into one probability a language:

    chosen            -> stays, whatever is written, until it is changed explicitly
    no conversation   -> the best language if it is LIKELY, else the locale's, else nothing is said
    a conversation    -> another language only if it is SURE and the text is more than a word or two
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.languages import LANGUAGES

# Close enough to be answered in the neighbour's language.
NEIGHBOURS = {"da": "sv", "nb": "sv", "no": "sv", "nn": "sv"}
LIKELY, SURE = 0.6, 0.9
WORDS_TO_SWITCH = 3
KNOWN_TO_SWITCH = 2
STAYING = 4.0  # the conversation's language, or the locale's, counts this many times another
FOREIGN = 0.3  # a language that we don't answer in is that much rarer than one that we do
DOUBT = 0.02  # no witness may rule a language out
WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)


@dataclass(frozen=True)
class Verdict:
    """`language` is set only when the conversation's language should be set; `text_language` is always the
    best guess among our languages. `reason` names the witnesses and never holds a word of the text."""

    language: str | None
    text_language: str
    reason: str


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

    def view(self, words: list[str]) -> tuple[dict[str, float], dict[str, int]]:
        """How probable each language is by these words, and how many of them speak clearly for it."""
        scores, clear = dict.fromkeys(LANGUAGES, 0.0), dict.fromkeys(LANGUAGES, 0)
        for word in words:
            rates = {
                language: (self.counts[language].get(word, 0) + DOUBT) / self._totals[language]
                for language in LANGUAGES
            }
            if not any(word in self.counts[language] for language in LANGUAGES):
                continue
            whole = sum(rates.values())
            for language in LANGUAGES:
                share = rates[language] / whole
                scores[language] += math.log(max(share, DOUBT))
                clear[language] += share > SURE
        best = max(scores.values())  # in a long text all are tiny, and still one is a thousand times another
        return _normal({language: math.exp(max(score - best, -30)) for language, score in scores.items()}), clear


def words_of(text: str) -> list[str]:
    """The words of two letters or more, lower case; numbers, signs and initials are no witnesses."""
    return [word.lower() for word in WORD.findall(text)]


def ours(code: str | None) -> str | None:
    """The language of ours that a code or locale stands for: "sv-FI" → sv, "nb" → sv, "de" → None."""
    base = (code or "").replace("_", "-").split("-")[0].lower()
    base = NEIGHBOURS.get(base, base)
    return base if base in LANGUAGES else None


def decide(
    text: str,
    seen: Mapping[str, float],
    vocabulary: Vocabulary,
    *,
    current: str | None = None,
    chosen: bool = False,
    locale: str | None = None,
) -> Verdict:
    """Hear the witnesses.

    Args:
        seen: the detector's probabilities by ISO code, any languages; empty if it has no view.
        current: the conversation's language, None in a conversation that has none yet.
        chosen: that language was chosen by the person.
        locale: of the device or channel, e.g. "sv-FI".
    """
    words = words_of(text)
    spoken, clear = vocabulary.view(words)
    detected = dict.fromkeys(LANGUAGES, 0.0)
    foreign = 0.0
    for code, probability in seen.items():
        language = ours(code)
        if language:
            detected[language] += probability
        else:
            foreign = max(foreign, probability * FOREIGN)
    home = ours(current) or ours(locale)
    weights = {
        language: (detected[language] + DOUBT) * spoken[language] * (STAYING if language == home else 1.0)
        for language in LANGUAGES
    }
    posterior = _normal(weights)
    best = max(LANGUAGES, key=lambda language: posterior[language])
    known = sum(clear.values())
    # Little words of ours ("de", "en") are in other languages too: a foreign text has a few of them.
    elsewhere = foreign > detected[best] and clear[best] * 3 < len(words)
    speaks = clear[best] or len(words) >= WORDS_TO_SWITCH or (len(words) > 1 and posterior[best] >= SURE)
    enough = len(words) >= WORDS_TO_SWITCH or clear[best] >= KNOWN_TO_SWITCH
    text_language = best if words and not elsewhere else home or best

    def verdict(language: str | None, why: str) -> Verdict:
        witnesses = (
            f"{why}: best={best} p={posterior[best]:.2f} detector={detected[best]:.2f} "
            f"vocabulary={spoken[best]:.2f} words={len(words)} known={known} "
            f"current={current} chosen={chosen} locale={ours(locale)}"
        )
        return Verdict(language, text_language, witnesses)

    if chosen and ours(current):
        return verdict(None, "chosen")
    if not ours(current):
        if elsewhere or not words or posterior[best] < LIKELY or not speaks:
            return verdict(ours(locale), "locale" if ours(locale) else "too little")
        return verdict(best, "first words")
    if best == current:
        return verdict(None, "same")
    if elsewhere or not enough:
        return verdict(None, "another language" if elsewhere else "too little")
    return verdict(best, "switch") if posterior[best] >= SURE else verdict(None, "not sure")


def _normal(weights: dict[str, float]) -> dict[str, float]:
    whole = sum(weights.values())
    return {language: weight / whole for language, weight in weights.items()}
