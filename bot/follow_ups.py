"""content/follow_ups.yml: what a short question after an answer means, by the theme of that answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.content_files import ContentError, Topic, read_mapping
from bot.problem import Problem

FILE = "follow_ups.yml"
KINDS = ("cost", "documents", "missing", "time", "next", "where", "who")
FollowUps = Mapping[str, Mapping[str, str]]


def read_follow_ups(root: Path) -> dict[str, dict[str, str]]:
    """Theme → kind of question → topic; empty without the file. Raises ContentError for what is no such group."""
    file = root / FILE
    found: dict[str, dict[str, str]] = {}
    for key, group in (read_mapping(file) if file.is_file() else {}).items():
        if not isinstance(group, dict) or not isinstance(group.get("themes"), list):
            raise ContentError(file, key, "must be a mapping with themes, a list, and topics by kind of question")
        topics = {str(kind): str(topic) for kind, topic in group.items() if kind != "themes"}
        if unknown := set(topics) - set(KINDS):
            raise ContentError(file, key, f"{', '.join(sorted(unknown))} is no kind of question")
        for theme in group["themes"]:
            if theme in found:
                raise ContentError(file, key, f"the theme {theme} is in another group as well")
            found[theme] = topics
    return found


def check_follow_ups(root: Path, topics: Mapping[str, tuple[Any, Topic]]) -> Iterator[Problem]:
    """Themes and topics that are named there and do not exist."""
    name = f"content/{FILE}"
    try:
        found = read_follow_ups(root / "content")
    except ContentError as error:
        yield Problem(name, error.key, error.what)
        return
    themes = {topic.theme for _, topic in topics.values()}
    for theme, answers in found.items():
        if theme not in themes:
            yield Problem(name, theme, "there is no such theme")
        for kind, topic in answers.items():
            if topic not in topics:
                yield Problem(name, theme, f"the topic {topic} for {kind} does not exist")
