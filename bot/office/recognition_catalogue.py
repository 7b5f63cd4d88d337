"""Reads content/recognition.yml: the groups of professions, their authorities and their roads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.office.catalogue_reading import BrokenCatalogue, changed_at, day, expect, read

__all__ = ["Area", "BrokenCatalogue", "Catalogue", "Group", "Road", "load"]

CATALOGUE = Path(__file__).resolve().parents[2] / "content" / "recognition.yml"
REGULATED = ("licence", "title", "post", "task", "permit", "check")
STATUSES = (*REGULATED, "employer", "public", "study", "finland", "other_work")
ORIGINS = ("nordic", "eea", "other", "any")
# The roads that do not depend on the profession; the rules ask for them by these names.
ROADS = ("general", "other_work", "public", "public_vocational", "public_unknown", "study", "finland")


@dataclass(frozen=True)
class Road:
    """Names of pieces (content/<language>/route.yml) and pages, in the order in which they are told."""

    status: str
    authority: str
    language: str
    documents: str
    cost: str
    steps: tuple[str, ...]
    pages: tuple[str, ...]
    meanwhile: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    counsellor: bool = False


@dataclass(frozen=True)
class Group:
    """Professions that go the same roads. `roads` is keyed by origin: nordic, eea, other, or any alone."""

    id: str
    professions: tuple[str, ...]
    roads: Mapping[str, Road]
    needs_origin: bool
    citizens_only: bool

    @property
    def status(self) -> str:
        return next(iter(self.roads.values())).status


@dataclass(frozen=True)
class Area:
    """Countries by ISO 3166 code. `eea` holds the EU, the EEA and those of `like_eea`, which are treated like it."""

    eea: frozenset[str]
    like_eea: frozenset[str]
    nordic: frozenset[str]
    dates: tuple[date, date]  # checked on, to be reviewed by


@dataclass(frozen=True)
class Catalogue:
    """`pages` is page → language → {title, url, language}; `pieces` is piece → ids of its facts."""

    groups: Mapping[str, Group]
    roads: Mapping[str, Road]
    area: Area
    pages: Mapping[str, Mapping[str, Mapping[str, str]]]
    pieces: Mapping[str, tuple[str, ...]]
    checked_on: date
    review_by: date

    def group_of(self, profession: str | None) -> Group | None:
        return next((one for one in self.groups.values() if profession in one.professions), None)

    @property
    def professions(self) -> tuple[str, ...]:
        return tuple(name for one in self.groups.values() for name in one.professions)


def load(path: Path = CATALOGUE) -> Catalogue:
    """The catalogue as it is on disk now; read anew only when the file has changed.

    Raises:
        BrokenCatalogue: …
    """
    return _read(path, changed_at(path))


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Catalogue:
    written = read(path, {"area", "pages", "pieces", "groups", "roads", "checked_on", "review_by"})
    groups = {id_: _group(id_, entry) for id_, entry in written["groups"].items()}
    _refuse_twice([name for one in groups.values() for name in one.professions])
    roads = {name: _road(f"roads.{name}", entry) for name, entry in written["roads"].items()}
    if missing := set(ROADS) - roads.keys():
        raise BrokenCatalogue(f"roads: {', '.join(sorted(missing))} missing")
    area = written["area"]
    keys = {"eu", "eea", "like_eea", "nordic", "facts", "source", "checked_on", "review_by"}
    expect("area", area, required=keys, allowed=keys)
    return Catalogue(
        groups=groups,
        roads=roads,
        area=Area(
            eea=frozenset(area["eu"] + area["eea"] + area["like_eea"]),
            like_eea=frozenset(area["like_eea"]),
            nordic=frozenset(area["nordic"]),
            dates=(day("checked_on", area), day("review_by", area)),
        ),
        pages=written["pages"],
        pieces={name: tuple(facts) for name, facts in written["pieces"].items()},
        checked_on=day("checked_on", written),
        review_by=day("review_by", written),
    )


OWN_KEYS = {"professions", "routes", "needs_origin", "citizens_only"}


def _group(id_: str, entry: Any) -> Group:
    where = f"groups.{id_}"
    expect(where, entry, required={"professions", "routes"}, allowed=OWN_KEYS | _ROAD_KEYS)
    shared = {name: value for name, value in entry.items() if name not in OWN_KEYS}
    routes = entry["routes"]
    if set(routes) != {"any"} and not {"eea", "other"} <= set(routes) <= set(ORIGINS) - {"any"}:
        raise BrokenCatalogue(f"{where}.routes: either any alone, or eea and other")
    if entry.get("needs_origin", True) != ("any" not in routes):
        raise BrokenCatalogue(f"{where}: the origin matters where there is a route for each, and only there")
    return Group(
        id=id_,
        professions=tuple(entry["professions"]),
        roads={origin: _road(f"{where}.{origin}", {**shared, **own}, shared) for origin, own in routes.items()},
        needs_origin=entry.get("needs_origin", True),
        citizens_only=bool(entry.get("citizens_only", False)),
    )


_ROAD_KEYS = {field.name for field in fields(Road)}


def _road(where: str, entry: Any, shared: Mapping[str, Any] | None = None) -> Road:
    """A route's notes come after those of its group; all else that it says replaces what the group says."""
    required = {"status", "authority", "language", "documents", "cost", "steps", "pages"}
    expect(where, entry, required=required, allowed=_ROAD_KEYS)
    if entry["status"] not in STATUSES:
        raise BrokenCatalogue(f"{where}: no such status: {entry['status']}")
    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    before = tuple((shared or {}).get("notes", ()))
    made["notes"] = tuple(dict.fromkeys([*before, *made.get("notes", ())]))
    return Road(**made)


def _refuse_twice(professions: list[str]) -> None:
    twice = {name for name in professions if professions.count(name) > 1}
    if twice:
        raise BrokenCatalogue(f"groups: in two groups: {', '.join(sorted(twice))}")
