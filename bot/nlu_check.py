"""Reads the examples of nlu/ and finds those that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.content_files import ContentError, read_mapping
from bot.languages import LANGUAGES
from bot.problem import Problem

# (language, intent) → lines of (file, example)
Examples = dict[tuple[str, str], list[tuple[str, str]]]
NOT_A_WORD = re.compile(r"[\W_]+")


def read_examples(root: Path) -> tuple[Examples, list[Problem]]:
    """All examples under nlu/ that can be read, and what is wrong with the rest."""
    examples: Examples = {}
    problems: list[Problem] = []
    for language in LANGUAGES:
        for file in sorted((root / "nlu" / language).glob("*.yml")):
            name = file.relative_to(root).as_posix()
            try:
                blocks = read_mapping(file).get("nlu") or []
            except ContentError as error:
                problems.append(Problem(name, error.key, error.what))
                continue
            for block in blocks:
                if not isinstance(block, dict) or "intent" not in block:
                    continue
                intent, lines = str(block["intent"]), list(_lines(block.get("examples")))
                if (language, intent) in examples and examples[language, intent][0][0] != name:
                    other = examples[language, intent][0][0]
                    problems.append(Problem(name, intent, f"has examples in {other} as well"))
                examples.setdefault((language, intent), []).extend((name, line) for line in lines)
                if not lines:
                    problems.append(Problem(name, intent, "has no examples"))
                    del examples[language, intent]
    return examples, problems


def _lines(examples: Any) -> Iterator[str]:
    for line in str(examples or "").splitlines():
        if line.strip().startswith("-") and line.strip(" -"):
            yield line.strip()[1:].strip()


def same_example_twice(examples: Examples) -> Iterator[Problem]:
    """Examples that are in two intents of a language, but for capitals and punctuation."""
    seen: dict[tuple[str, str], str] = {}
    for (language, intent), lines in sorted(examples.items()):
        for file, line in lines:
            same = language, NOT_A_WORD.sub(" ", line.casefold()).strip()
            other = seen.setdefault(same, intent)
            if other != intent:
                yield Problem(file, intent, f"the example {line!r} is in {other} as well")
