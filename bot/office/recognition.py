"""Which road leads from a foreign qualification to work or study in Finland. Pure: answers in, route out.

What is asked depends on what was answered: `questions` names the answers that the route needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.office.recognition_catalogue import Area, Catalogue, Group, Road

PURPOSES = ("profession", "work", "public", "study")
LEVELS = ("basic", "upper_secondary", "vocational", "bachelor", "master", "doctoral", "unfinished")
PAPERS = ("all", "some", "none")
CITIZEN = ("yes", "no")
UNKNOWN = "unknown"  # asked, and skipped or not known: a question is put once
OTHER_PROFESSION = "other"  # named, but not one that we know
# Where a country is not named: a region that says as much as the rules need.
REGIONS = ("nordic", "eea", "other")
HIGHER = ("bachelor", "master", "doctoral")
UKRAINE = "UA"
PAPERS_FOR = {"school": "papers_study", "employer": "papers_employer"}  # to whom missing papers are explained


@dataclass(frozen=True)
class Answers:
    """What the person said; None where nothing was said yet, UNKNOWN where the question was passed over.

    `country` is an ISO 3166 code or one of REGIONS, `profession` an id of the catalogue or OTHER_PROFESSION.
    """

    profession: str | None = None
    purpose: str | None = None
    country: str | None = None
    citizen: str | None = None
    level: str | None = None
    documents: str | None = None


@dataclass(frozen=True)
class Route:
    """Names of pieces and pages; their wording is in content/<language>/route.yml.

    `origin` is nordic, eea, other, finland, or unknown where it was not said or does not matter.
    """

    answers: Answers
    group: str | None
    status: str
    authority: str
    origin: str
    notes: tuple[str, ...]
    steps: tuple[str, ...]
    language: str
    documents: str
    cost: str
    meanwhile: tuple[str, ...]
    pages: tuple[str, ...]
    related: tuple[str, ...]
    counsellor: bool  # a counsellor is needed, not only useful: something essential is not known
    checked_on: date
    review_by: date

    @property
    def pieces(self) -> tuple[str, ...]:
        """All sentences of the route, as content/<language>/route.yml names them without `recognition_`."""
        return (
            f"verdict_{self.status}",
            *(f"note_{one}" for one in self.notes),
            *(f"step_{one}" for one in self.steps),
            f"language_{self.language}",
            f"documents_{self.documents}",
            f"cost_{self.cost}",
            *(f"meanwhile_{one}" for one in self.meanwhile),
        )


def questions(answers: Answers, catalogue: Catalogue) -> tuple[str, ...]:
    """The answers that the route depends on, in the order in which they are asked."""
    group = catalogue.group_of(answers.profession)
    asked = ["profession", "purpose"]
    regulated = group is not None and group.status != "employer"
    if answers.purpose not in ("study", "work"):
        unknown_profession = group is None and answers.purpose != "public"
        if unknown_profession or (group is not None and group.needs_origin):
            asked.append("country")
            if regulated and origin_of(answers.country, catalogue.area) in ("eea", "nordic"):
                asked.append("citizen")
        if answers.purpose == "public" and not regulated:
            asked.append("level")
    return (*asked, "documents")


def origin_of(country: str | None, area: Area) -> str:
    """nordic, eea, other, finland or unknown."""
    if country is None or country == UNKNOWN:
        return UNKNOWN
    if country in REGIONS:
        return country
    if country == "FI":
        return "finland"
    if country in area.nordic:
        return "nordic"
    return "eea" if country in area.eea else "other"


def route(answers: Answers, catalogue: Catalogue) -> Route:
    """The route for these answers; where something is not known it says so and asks for a counsellor."""
    group = catalogue.group_of(answers.profession)
    origin = origin_of(answers.country, catalogue.area)
    road = _road(answers, group, origin, catalogue)
    steps, meanwhile, counsellor = road.steps, road.meanwhile, road.counsellor
    if answers.documents in ("some", "none"):
        steps = (PAPERS_FOR.get(road.authority, "papers_school"), *steps)
        counsellor = counsellor or answers.documents == "none"
    if answers.country == UKRAINE:
        meanwhile = ("ukraine", *meanwhile)
    return Route(
        answers=answers,
        group=group.id if group else None,
        status=road.status,
        authority=road.authority,
        origin=origin,
        notes=road.notes,
        steps=steps,
        language=road.language,
        documents=road.documents,
        cost=road.cost,
        meanwhile=meanwhile,
        pages=road.pages,
        related=road.related,
        counsellor=counsellor,
        checked_on=catalogue.checked_on,
        review_by=catalogue.review_by,
    )


def _road(answers: Answers, group: Group | None, origin: str, catalogue: Catalogue) -> Road:
    roads = catalogue.roads
    if answers.purpose == "study":
        return roads["study"]
    if answers.purpose == "work":
        return roads["other_work"]
    if origin == "finland":
        return _trained_in_finland(group, roads["finland"])
    if answers.purpose == "public" and (group is None or group.status == "employer"):
        return _public(answers.level, roads)
    if group is None:
        return roads["general"]
    if not group.needs_origin:
        return group.roads["any"]
    if origin == UNKNOWN:
        return _origin_unknown(group)
    if origin == "other":
        return group.roads["other"]
    return _trained_in_the_area(group, origin, answers.citizen)


def _trained_in_finland(group: Group | None, road: Road) -> Road:
    """Nothing to recognise; but a licence is applied for by those who are trained here too."""
    if group is None or group.status not in ("licence", "title"):
        return road
    licence = group.roads.get("eea") or group.roads["any"]
    return replace(
        road, authority=licence.authority, notes=("finland_licence",), steps=("ask_authority",), cost=licence.cost
    )


def _trained_in_the_area(group: Group, origin: str, citizen: str | None) -> Road:
    """Trained in the EU or EEA. Some roads there are for citizens of the area only, others merely ask more."""
    if citizen == "no" and group.citizens_only:
        road = group.roads["other"]
        return replace(road, notes=(*road.notes, "not_citizen_oph"))
    road = (group.roads.get("nordic") if origin == "nordic" else None) or group.roads["eea"]
    return replace(road, notes=(*road.notes, "not_citizen"), counsellor=True) if citizen == "no" else road


def _origin_unknown(group: Group) -> Road:
    """Neither road is guessed: who decides is known, the rest is for the authority and a counsellor."""
    road = group.roads["other"]
    pages = tuple(dict.fromkeys(page for one in group.roads.values() for page in one.pages))
    return replace(road, steps=("origin_matters", "ask_authority"), pages=pages, counsellor=True)


def _public(level: str | None, roads: Mapping[str, Road]) -> Road:
    """A post for which the law asks for a degree of a certain level: only degrees of higher education have one."""
    if level in HIGHER:
        return roads["public"]
    if level == "unfinished":
        road = roads["study"]
        return replace(road, notes=(*road.notes, "unfinished"))
    if level in LEVELS:
        return roads["public_vocational"]
    return roads["public_unknown"]
