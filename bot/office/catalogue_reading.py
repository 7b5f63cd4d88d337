"""What the readers of the language-free catalogues in content/ share: complaints that name the entry, keys, dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml


class BrokenCatalogue(Exception):
    """A catalogue says something that cannot be meant; the message names the entry."""


def changed_at(path: Path) -> int:
    """When the file was written, ns since 1970: part of the key under which its content is remembered.

    Raises:
        BrokenCatalogue: there is no such file.
    """
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise BrokenCatalogue(f"{path.name} cannot be read: {error}") from error


def read(path: Path, parts: set[str]) -> dict[str, Any]:
    """The file's content, which has exactly these parts.

    Raises:
        BrokenCatalogue: …
    """
    try:
        # The C loader reads the file ten times as fast; both make plain values only.
        written = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, OSError) as error:
        raise BrokenCatalogue(f"{path.name} cannot be read: {error}") from error
    expect(path.name, written, required=parts, allowed=parts)
    found: dict[str, Any] = written
    return found


def day(name: str, written: Mapping[str, Any]) -> date:
    found = written[name]
    if type(found) is not date:
        raise BrokenCatalogue(f"{name} must be a date such as 2026-11-22")
    return found


def expect(where: str, entry: Any, *, required: set[str], allowed: set[str]) -> None:
    if not isinstance(entry, dict):
        raise BrokenCatalogue(f"{where}: keys expected, {entry!r} found")
    if missing := required - entry.keys():
        raise BrokenCatalogue(f"{where}: {', '.join(sorted(missing))} missing")
    if unknown := entry.keys() - allowed:
        raise BrokenCatalogue(f"{where}: unknown {', '.join(sorted(map(str, unknown)))}")
