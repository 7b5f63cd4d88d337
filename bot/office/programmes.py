"""Which programmes and services suit a person. Pure: answers and catalogue in, suggestions out.

A question that was passed over excludes nothing: only an answer can speak against a programme. What nothing speaks for
is suggested when nothing better is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.office.programme_catalogue import ANSWERS, Catalogue, Programme

UNKNOWN = "unknown"  # asked, and skipped or not known: a question is put once
ELSEWHERE = "elsewhere"  # a municipality that no programme names
MOST_SUGGESTED = 4
MOST_NEAR = 2
# Another goal is another wish, not a lack; and nobody is told of a service as if their health were in its way.
NEVER_NEAR = frozenset({"goal", "work_ability"})


@dataclass(frozen=True)
class Answers:
    """What the person said, as programme_catalogue.ANSWERS names it; None or UNKNOWN where nothing was said.

    `municipality` is the Finnish name, or ELSEWHERE.
    """

    situation: str | None = None
    education: str | None = None
    field: str | None = None
    municipality: str | None = None
    goal: str | None = None
    work_ability: str | None = None

    def said(self, condition: str) -> str | None:
        """None also for UNKNOWN."""
        value: str | None = getattr(self, condition)
        return None if value == UNKNOWN else value


@dataclass(frozen=True)
class Suggestion:
    """`reasons` are the answers that speak for it, by name, in the order of the questions; `open` the conditions of
    which nothing was said."""

    programme: Programme
    reasons: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class NearMiss:
    """`missing` is the one answer that speaks against it."""

    programme: Programme
    missing: str


@dataclass(frozen=True)
class Past:
    """What ended and would have suited, and what serves the need today."""

    programme: Programme
    instead: tuple[Programme, ...]


@dataclass(frozen=True)
class Result:
    answers: Answers
    suggestions: tuple[Suggestion, ...]
    near: tuple[NearMiss, ...]
    past: tuple[Past, ...]


def find(answers: Answers, catalogue: Catalogue) -> Result:
    """At most MOST_SUGGESTED suggestions, best first, and MOST_NEAR near misses; no answer stands in both."""
    open_ = [one for one in catalogue.programmes.values() if one.can_be_suggested]
    fitting = [_suggestion(one, answers) for one in open_ if not _unmet(one, answers)]
    spoken_for = [one for one in fitting if one.reasons]
    suggested = _first_of_each_topic(sorted(spoken_for or fitting, key=_rank), MOST_SUGGESTED)
    shown = {one.programme.topic for one in suggested}
    nearly = [
        NearMiss(one, unmet[0])
        for one in sorted(open_, key=lambda one: -len(_met(one, answers)))
        if one.topic not in shown and _met(one, answers) and len(unmet := _unmet(one, answers)) == 1
    ]
    near = [one for one in nearly if _is_lack(one, answers)]
    past = [
        Past(one, tuple(catalogue.programmes[other] for other in one.instead))
        for one in catalogue.programmes.values()
        if one.state == "ended" and len(_met(one, answers)) == len(one.conditions)
    ]
    return Result(answers, suggested, tuple(near[:MOST_NEAR]), tuple(past))


def _suggestion(programme: Programme, answers: Answers) -> Suggestion:
    met = _met(programme, answers)
    return Suggestion(programme, met, tuple(name for name in programme.conditions if name not in met))


def _rank(one: Suggestion) -> tuple[bool, int, bool, int]:
    """What rests on an answer about health that was not given comes last; then the most reasons first, what is known
    to run, and what asks for the least besides."""
    still = len(one.open) + len(one.programme.also)
    return "work_ability" in one.open, -len(one.reasons), one.programme.state != "running", still


def _is_lack(near: NearMiss, answers: Answers) -> bool:
    """Whether what is missing can be told as a lack: one may become a job-seeker, but not a parent at home for a
    service; and who has more education than a programme is for misses nothing."""
    wanted = near.programme.conditions[near.missing]
    if near.missing == "situation":
        return "jobseeker" in wanted
    if near.missing == "education":
        order, has = ANSWERS["education"], answers.said("education")
        return any(order.index(str(has)) < order.index(one) for one in wanted)
    return near.missing not in NEVER_NEAR


def _first_of_each_topic(suggestions: Iterable[Suggestion], most: int) -> tuple[Suggestion, ...]:
    found: dict[str, Suggestion] = {}
    for one in suggestions:
        found.setdefault(one.programme.topic, one)
    return tuple(found.values())[:most]


def _met(programme: Programme, answers: Answers) -> tuple[str, ...]:
    return tuple(name for name, fitting in programme.conditions.items() if answers.said(name) in fitting)


def _unmet(programme: Programme, answers: Answers) -> tuple[str, ...]:
    said = ((name, answers.said(name), fitting) for name, fitting in programme.conditions.items())
    return tuple(name for name, value, fitting in said if value is not None and value not in fitting)
