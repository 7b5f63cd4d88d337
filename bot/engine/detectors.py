"""Language detectors behind one call: text → probability by ISO code."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from rasa.shared.exceptions import InvalidConfigException

Detector = Callable[[str], Mapping[str, float]]

# Beside our own: neighbours, and languages in Latin letters that people here write. Danish stands for Norwegian too:
# both are read as Swedish, and with both there a quarter more texts in other languages were.
LATIN = ("fi", "sv", "en", "da", "et", "so", "es", "fr", "tr", "vi")


def detector_named(name: str) -> Detector:
    """Make a detector.

    Raises:
        InvalidConfigException: there is none of that name.
    """
    makers = {"lingua": _lingua, "langdetect": _langdetect}
    if name not in makers:
        raise InvalidConfigException(f"LanguageIdentifier: detector must be one of {sorted(makers)}, not {name!r}")
    detect = makers[name]()

    def by_script_first(text: str) -> Mapping[str, float]:
        script = foreign_script(text)
        return {script: 1.0} if script else detect(text)

    return by_script_first


def foreign_script(text: str) -> str | None:
    """Which script most letters are in, if not in Latin letters: "arabic", "cyrillic" …"""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return None
    scripts = [unicodedata.name(letter, "UNKNOWN").split()[0].lower() for letter in letters]
    common = max(set(scripts), key=scripts.count)
    return None if common == "latin" else common


def _lingua() -> Detector:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in LATIN]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_preloaded_language_models().build()

    def detect(text: str) -> Mapping[str, float]:
        values = detector.compute_language_confidence_values(text)
        return {value.language.iso_code_639_1.name.lower(): value.value for value in values}

    return detect


def _langdetect() -> Detector:
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0  # it draws at random otherwise

    def detect(text: str) -> Mapping[str, float]:
        try:
            return {guess.lang: guess.prob for guess in detect_langs(text)}
        except LangDetectException:  # no letters
            return {}

    return detect
