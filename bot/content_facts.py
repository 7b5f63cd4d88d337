"""What the answers rest on (content/facts.yml), and which figures of a text stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.content_files import ContentError, Topic, read_mapping
from bot.problem import Problem

FACTS = "facts.yml"
CONFIDENCES = ("high", "medium", "low")
LONGEST_SHORT_NUMBER = 6  # digits; a longer one is a telephone number, before which a country's code may stand
ENGLISH_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
ENGLISH_MONTHS = "january february march april may june july august september october november december"
IN_WORDS = {word: str(at) for row in (ENGLISH_NUMBERS, ENGLISH_MONTHS) for at, word in enumerate(row.split(), start=1)}

ORDINAL = re.compile(r"^\d+\.\s", re.MULTILINE)  # of a numbered list
THOUSANDS = re.compile(r"(?<=\d)[ ,.\u00a0\u202f](?=\d{3}(?!\d))")
# 1.1.2026, 14.5., 8:00 are several numbers; 2.5 at a sentence's end looks like a day, so either reading will do.
SEVERAL = re.compile(r"\b\d{1,2}\.\d{1,2}\.(?:\d{4})?|\b(?:[01]?\d|2[0-3])[:.][0-5]\d\b(?![.,]\d)")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Fact:
    """`figures` are the numbers that it supports: none when it is of low confidence."""

    figures: frozenset[str]


def read_facts(content: Path) -> dict[str, Fact]:
    """The facts by id.

    Raises:
        ContentError: the file is missing or broken, or an entry lacks what it must have.
    """
    file = content / FACTS
    if not file.is_file():
        raise ContentError(file, "", "is missing: the facts that the answers rest on")
    return {key: _fact(file, key, entry) for key, entry in read_mapping(file).items()}


def _fact(file: Path, key: str, entry: Any) -> Fact:
    if not isinstance(entry, dict) or not isinstance(entry.get("says"), str):
        raise ContentError(file, key, "a fact must be a mapping that says something")
    if entry.get("confidence") not in CONFIDENCES:
        raise ContentError(file, key, f"confidence must be one of {', '.join(CONFIDENCES)}")
    if not isinstance(entry.get("figures", []), list):
        raise ContentError(file, key, "figures must be a list")
    if entry["confidence"] == "low":
        return Fact(frozenset())
    text = "\n".join((entry["says"], *map(str, entry.get("figures", []))))
    in_words = {IN_WORDS[word] for word in WORD.findall(text.casefold()) if word in IN_WORDS}
    return Fact(frozenset({*(number for reading in _readings(text) for number in reading), *in_words}))


def check_facts(
    root: Path,
    topics: Mapping[str, tuple[str, Topic]],
    articles: Mapping[tuple[str, str], tuple[str, Mapping[str, str]]],
    glossary: Mapping[str, Any],
) -> Iterator[Problem]:
    """Each topic rests on facts that we hold, and each figure of its answers stands in one of them.

    Args:
        topics: file and topic by its id; articles: file and texts by language and topic.
        glossary: content/glossary.yml.
    """
    try:
        facts = read_facts(root / "content")
    except ContentError as error:
        yield Problem(error.file.relative_to(root).as_posix(), error.key, error.what)
        return
    for key, (file, topic) in topics.items():
        if not topic.facts:
            yield Problem(file, key, "rests on no fact")
        for fact in topic.facts:
            if fact not in facts:
                yield Problem(file, key, f"the fact {fact} is not in content/facts.yml")
    for (language, key), (file, article) in articles.items():
        named = topics[key][1].facts if key in topics else ()
        its_facts = [facts[fact] for fact in named if fact in facts]
        words, units = glossary["numbers"].get(language, {}), glossary["units"].get(language, [])
        for part, text in article.items():
            for figure in unsupported(text, its_facts, words, units):
                yield Problem(file, key, f"{part} says {figure}, which stands in none of the topic's facts")


def unsupported(text: str, facts: Iterable[Fact], words: Mapping[str, int], units: Sequence[str]) -> list[str]:
    """The figures of a text that stand in none of these facts, in their order, each once.

    Args:
        words, units: of the text's language, from content/glossary.yml. A number in words counts before a unit.
    """
    known = frozenset[str]().union(*(fact.figures for fact in facts))
    missing = [
        number
        for readings in (*_alternatives(ORDINAL.sub("", text)), *_spelled(text, words, units))
        for number in _first_missing(readings, known)
    ]
    return list(dict.fromkeys(missing))


def _first_missing(readings: Sequence[Sequence[str]], known: frozenset[str]) -> Sequence[str]:
    """Nothing when all numbers of one reading are known; else those that the first reading lacks."""
    lacking = [[number for number in reading if not _stands(number, known)] for reading in readings]
    return [] if not all(lacking) else lacking[0]


def _stands(number: str, known: frozenset[str]) -> bool:
    if len(number) > LONGEST_SHORT_NUMBER:
        return any(other.endswith(number) for other in known)
    return number in known


def _alternatives(text: str) -> Iterator[Sequence[Sequence[str]]]:
    """Each figure of a text as one or two readings, each of them a list of numbers."""
    for match in SEVERAL.finditer(text):
        yield [_plain(part) for part in re.findall(r"\d+", match[0])], [_plain(match[0].rstrip("."))]
    for number in NUMBER.findall(THOUSANDS.sub("", SEVERAL.sub(" ", text))):
        yield ([_plain(number)],)


def _readings(text: str) -> Iterator[Sequence[str]]:
    for readings in _alternatives(text):
        yield from readings


def _plain(number: str) -> str:
    """`12,50` → 12.50, `08` → 8."""
    return number.replace(",", ".").lstrip("0") or "0"


def _spelled(text: str, words: Mapping[str, int], units: Sequence[str]) -> Iterator[Sequence[Sequence[str]]]:
    found = WORD.findall(text.casefold())
    for word, following in pairwise(found):
        if word in words and following.startswith(tuple(units)):
            yield ([str(words[word])],)
