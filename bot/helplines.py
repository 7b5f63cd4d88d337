"""content/helplines.yml: the numbers that people in danger are given, each with where it was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.content_files import ContentError, Source, read_mapping, sources_of
from bot.languages import LANGUAGES
from bot.problem import Problem

FILE = "helplines.yml"
FIELD = "number_"  # in a sentence, {number_emergency} is the number of `emergency`
NUMBER = re.compile(rf"\{{({FIELD}[a-z_]+)\}}")


@dataclass(frozen=True)
class Helpline:
    """`numbers` and `sources` have an entry for each of our languages."""

    numbers: Mapping[str, str]
    sources: Mapping[str, tuple[Source, ...]]
    checked_on: date
    review_by: date


def read_helplines(root: Path) -> dict[str, Helpline]:
    """Field name → helpline; empty without the file. Raises ContentError for an entry that is not complete."""
    file = root / FILE
    entries = read_mapping(file) if file.is_file() else {}
    return {f"{FIELD}{key}": _helpline(file, key, entry) for key, entry in entries.items()}


def check_helplines(
    root: Path, today: date, sentences: Mapping[tuple[str, str], tuple[str, Mapping[str, Any]]]
) -> Iterator[Problem]:
    """What is wrong with content/helplines.yml, and the numbers in sentences that it does not have."""
    name = f"content/{FILE}"
    try:
        lines = read_helplines(root / "content")
    except ContentError as error:
        yield Problem(name, error.key, error.what)
        return
    for number, line in lines.items():
        if line.review_by < today:
            yield Problem(name, number.removeprefix(FIELD), f"should have been reviewed by {line.review_by}")
    for file, sentence in sentences.values():
        for used in set(NUMBER.findall(f"{sentence['text']} {sentence['plain']}")) - set(lines):
            yield Problem(file, used, f"is in no entry of {name}")


def _helpline(file: Path, key: str, entry: Any) -> Helpline:
    if not isinstance(entry, dict):
        raise ContentError(file, key, "must be a mapping")
    number = entry.get("number")
    numbers: dict[str, Any] = number if isinstance(number, dict) else dict.fromkeys(LANGUAGES, number)
    for language in LANGUAGES:
        if not isinstance(numbers.get(language), str):
            raise ContentError(file, key, f"the number for {language} must be a text in quotation marks")
    checked_on, review_by = entry.get("checked_on"), entry.get("review_by")
    if type(checked_on) is not date or type(review_by) is not date:
        raise ContentError(file, key, "checked_on and review_by must be dates such as 2026-11-22")
    sources = entry.get("sources")
    if not isinstance(sources, dict) or not set(LANGUAGES) <= set(sources):
        raise ContentError(file, key, "sources must have an entry for each language")
    found = {language: sources_of(file, key, language, sources[language]) for language in LANGUAGES}
    return Helpline(numbers, found, checked_on, review_by)
