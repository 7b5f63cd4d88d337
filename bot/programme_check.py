"""The rules that the catalogue of programmes and its wording keep. Pure: files in, a list of problems out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.content_files import ContentError, Topic, read_mapping
from bot.languages import LANGUAGES
from bot.office.programme_catalogue import ANSWERS, BrokenCatalogue, Catalogue, Programme, load
from bot.problem import Problem

FILE = "content/programmes.yml"
WORDED_BY_ANSWER = ("situation", "goal")  # reasons (actions/finder_words.py)
MUNICIPALITIES = "nlu/words.yml"


def check_programmes(
    root: Path,
    today: date,
    sentences: Mapping[tuple[str, str], tuple[str, Mapping[str, Any]]],
    topics: Mapping[str, tuple[str, Topic]],
) -> Iterator[Problem]:
    """Every broken rule of content/programmes.yml and of the sentences that belong to it.

    Args:
        sentences: file and sentence by language and key; topics: file and topic by id.
    """
    if not (root / FILE).is_file():
        return
    try:
        catalogue = load(root / FILE)
    except BrokenCatalogue as error:
        yield Problem(FILE, "", str(error))
        return
    if catalogue.review_by < today:
        yield Problem(FILE, "review_by", f"should have been reviewed by {catalogue.review_by}")
    if catalogue.checked_on > today:
        yield Problem(FILE, "checked_on", f"{catalogue.checked_on} has not come yet")
    for programme in catalogue.programmes.values():
        yield from _programme(programme, topics, today)
    yield from _municipalities(root, catalogue)
    for language in LANGUAGES:
        for name in sorted(names_needed(catalogue)):
            if (language, name) not in sentences:
                yield Problem(f"content/{language}/finder.yml", name, f"is missing in {language}")


def _programme(programme: Programme, topics: Mapping[str, tuple[str, Topic]], today: date) -> Iterator[Problem]:
    if programme.topic not in topics:
        yield Problem(FILE, programme.id, f"the topic {programme.topic} does not exist")
        return
    _, topic = topics[programme.topic]
    if not programme.facts:
        yield Problem(FILE, programme.id, "rests on no fact")
    for fact in programme.facts:
        if fact not in topic.facts:
            yield Problem(FILE, programme.id, f"the fact {fact} is not among those of {programme.topic}")
    if programme.evidence > today.isoformat():
        yield Problem(FILE, programme.id, f"evidence {programme.evidence} has not come yet")


def _municipalities(root: Path, catalogue: Catalogue) -> Iterator[Problem]:
    """A municipality that nobody's words lead to would exclude everybody."""
    try:
        known = read_mapping(root / MUNICIPALITIES).get("municipality") or {}
    except ContentError:
        return  # said by the check of the word lists
    for programme in catalogue.programmes.values():
        for place in sorted(programme.conditions.get("municipality", frozenset()) - known.keys()):
            yield Problem(FILE, programme.id, f"{place} is no municipality of {MUNICIPALITIES}")


def names_needed(catalogue: Catalogue) -> set[str]:
    """The sentences that the catalogue and its answers ask for."""
    needed = {f"finder_{name}_{value}" for name, values in ANSWERS.items() for value in values}
    needed |= {f"finder_because_{name}_{value}" for name in WORDED_BY_ANSWER for value in ANSWERS[name]}
    for one in catalogue.programmes.values():
        needed |= {f"finder_programme_{one.id}"}
        needed |= {f"finder_also_{name}" for name in one.also}
        needed |= {f"finder_{kind}_{name}" for name in one.conditions for kind in ("wants", "said")}
        needed |= {f"finder_because_{name}" for name in one.conditions if name not in WORDED_BY_ANSWER}
    return needed
