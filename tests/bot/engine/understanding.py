"""The real word lists and the sentences of tests/nlu, for the tests of what is found in a message."""

from functools import lru_cache
from pathlib import Path

import yaml

from bot.engine.importer import words_of
from bot.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[3]


@lru_cache
def all_words() -> dict:
    return words_of(ROOT / "nlu")


def sentences(kind: str) -> list[tuple[str, dict]]:
    """(language, entry) of every file in tests/nlu."""
    files = sorted((ROOT / "tests" / "nlu").glob("*.yml"))
    return [(file.stem, entry) for file in files for entry in yaml.safe_load(file.read_text("utf-8"))[kind]]


def others(language: str) -> list[str]:
    return [language, *(one for one in LANGUAGES if one != language)]
