"""Asks the pages that the content names whether they are still there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from bot.content_facts import FACTS
from bot.content_files import read_mapping, topic_files
from bot.problem import Problem

AT_ONCE = 4  # pages of many offices: gently
LONGEST_WAIT = 20.0  # seconds
OURSELVES = {"User-Agent": "Polku link check"}
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}

# The page's HTTP status; raises OSError when nobody answers.
Ask = Callable[[str], int]


class NoNetwork(Exception):
    """None of the pages answered: that is this machine's fault, not theirs."""


def dead_links(root: Path, ask: Ask | None = None) -> list[Problem]:
    """Pages that are gone or whose server does not answer, each at the first place that names it.

    A server that answers but refuses a program (403, 429, 5xx …) is not held to be dead.

    Raises:
        ContentError: a file of content/ cannot be read.
        NoNetwork: no server answered at all.
    """
    named = dict(_pages(root))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        statuses = dict(zip(named, threads.map(lambda url: _status(url, ask or ask_page), named), strict=True))
    if named and not any(statuses.values()):
        raise NoNetwork
    return [
        Problem(*named[url], f"{url} is gone ({status})" if status else f"{url} does not answer")
        for url, status in statuses.items()
        if status is None or status in GONE
    ]


def ask_page(url: str) -> int:
    """Its status after redirections.

    Raises:
        OSError: nobody answered, or not in HTTP.
    """
    try:
        with httpx.stream("GET", url, headers=OURSELVES, timeout=LONGEST_WAIT, follow_redirects=True) as answer:
            return answer.status_code
    except httpx.HTTPError as error:
        raise OSError(str(error)) from error


def _status(url: str, ask: Ask) -> int | None:
    try:
        return ask(url)
    except OSError:
        return None


def _pages(root: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Address → the file and key that name it first, of all pages that people are shown: not of the facts."""
    content = root / "content"
    catalogues = sorted(file for file in content.glob("*.yml") if file.name != FACTS)
    seen: set[str] = set()
    for file in [*topic_files(content), *catalogues]:
        for key, entry in read_mapping(file).items():
            for url in _urls(entry):
                if url not in seen:
                    seen.add(url)
                    yield url, (file.relative_to(root).as_posix(), key)


def _urls(entry: Any) -> Iterator[str]:
    if isinstance(entry, str) and entry.startswith("https://"):
        yield entry
    parts = entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ()
    for part in parts:
        yield from _urls(part)
