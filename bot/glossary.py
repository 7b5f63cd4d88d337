"""content/glossary.yml: names that are gone, and how each language writes numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.content_files import read_mapping
from bot.problem import Problem

SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


def read_glossary(root: Path) -> dict[str, Any]:
    """The glossary of a project; without the file, one that forbids nothing. Raises ContentError."""
    file = root / "content" / "glossary.yml"
    empty: dict[str, Any] = {"forbidden": [], "over": {}, "numbers": {}, "units": {}}
    return empty | (read_mapping(file) if file.is_file() else {})


def check_names(glossary: dict[str, Any], texts: Iterable[tuple[str, str, str, str]]) -> Iterator[Problem]:
    """Offices and the like that are gone, in sentences that do not say so.

    Args:
        texts: language, file, key and text.
    """
    for language, file, key, text in texts:
        over = [word.casefold() for word in glossary["over"].get(language, [])]
        for sentence in SENTENCE_END.split(text.casefold()):
            for rule in glossary["forbidden"]:
                if rule["term"].casefold() in sentence and not any(word in sentence for word in over):
                    yield Problem(file, key, f"{rule['term']} is no longer there; say {rule['instead']}")
