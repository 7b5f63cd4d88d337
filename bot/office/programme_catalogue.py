"""Reads content/programmes.yml: the programmes and services, for whom each is, and whether it still runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.office.catalogue_reading import BrokenCatalogue, changed_at, day, expect, read

__all__ = ["ANSWERS", "BrokenCatalogue", "Catalogue", "Programme", "load"]

CATALOGUE = Path(__file__).resolve().parents[2] / "content" / "programmes.yml"
STATES = ("running", "ended", "unconfirmed")
# Condition → the answers that it can name; those of the municipality are names of municipalities.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "situation": ("jobseeker", "looking", "working", "studying", "home"),
    "education": ("basic", "upper_secondary", "vocational", "higher"),
    "field": ("health", "technology", "business", "education", "other"),
    "municipality": (),
    "goal": ("job", "own_field", "language", "study", "business", "guidance"),
    "work_ability": ("reduced", "full"),
}
DAY_OR_YEAR = re.compile(r"20\d\d(-\d\d(-\d\d)?)?")


@dataclass(frozen=True)
class Programme:
    """`conditions` is condition → the answers that fit. `evidence` is a year, month or day, ISO 8601."""

    id: str
    topic: str
    facts: tuple[str, ...]
    state: str
    evidence: str
    conditions: Mapping[str, frozenset[str]]
    also: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    abroad: str | None = None

    @property
    def can_be_suggested(self) -> bool:
        return self.state != "ended" and self.abroad is None


@dataclass(frozen=True)
class Catalogue:
    """`programmes` in the order of the file; `field_of` is profession → field."""

    programmes: Mapping[str, Programme]
    field_of: Mapping[str, str]
    checked_on: date
    review_by: date


def load(path: Path = CATALOGUE) -> Catalogue:
    """The catalogue as it is on disk now; read anew only when the file has changed.

    Raises:
        BrokenCatalogue: …
    """
    return _read(path, changed_at(path))


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Catalogue:
    written = read(path, {"checked_on", "review_by", "regions", "fields", "programmes"})
    made = {id_: _programme(id_, entry, written["regions"]) for id_, entry in written["programmes"].items()}
    for one in made.values():
        if wrong := [other for other in one.instead if other not in made or not made[other].can_be_suggested]:
            raise BrokenCatalogue(f"programmes.{one.id}.instead: cannot be had today: {', '.join(wrong)}")
    if wrong := written["fields"].keys() - set(ANSWERS["field"]):
        raise BrokenCatalogue(f"fields: no such field: {', '.join(sorted(wrong))}")
    return Catalogue(
        programmes=made,
        field_of={name: field for field, names in written["fields"].items() for name in names},
        checked_on=day("checked_on", written),
        review_by=day("review_by", written),
    )


def _programme(id_: str, entry: Any, regions: Mapping[str, list[str]]) -> Programme:
    where, required = f"programmes.{id_}", {"topic", "facts", "state", "evidence", "for"}
    expect(where, entry, required=required, allowed=required | {"also", "instead", "abroad"})
    if entry["state"] not in STATES:
        raise BrokenCatalogue(f"{where}: no such state: {entry['state']}")
    if not DAY_OR_YEAR.fullmatch(str(entry["evidence"])):
        raise BrokenCatalogue(f"{where}: evidence must be a year, month or day such as 2025-08")
    if bool(entry.get("instead")) != (entry["state"] == "ended"):
        raise BrokenCatalogue(f"{where}: what ended says what is there instead, and nothing else does")
    conditions = entry["for"]
    expect(f"{where}.for", conditions, required=set(), allowed=set(ANSWERS))
    if not conditions:
        raise BrokenCatalogue(f"{where}.for: would fit everybody")
    for name, values in conditions.items():
        if wrong := [value for value in values if ANSWERS[name] and value not in ANSWERS[name]]:
            raise BrokenCatalogue(f"{where}.for.{name}: no such answer: {', '.join(wrong)}")
    return Programme(
        id=id_,
        topic=entry["topic"],
        facts=tuple(entry["facts"]),
        state=entry["state"],
        evidence=str(entry["evidence"]),
        conditions={
            name: frozenset(place for value in values for place in regions.get(value, [value]))
            for name, values in conditions.items()
        },
        also=tuple(entry.get("also", ())),
        instead=tuple(entry.get("instead", ())),
        abroad=entry.get("abroad"),
    )
