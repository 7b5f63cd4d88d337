"""The rules that the recognition navigator's catalogue and wording keep. Pure: files in, a list of problems out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.content_facts import Fact, read_facts, unsupported
from bot.content_files import ContentError, read_mapping
from bot.languages import LANGUAGES
from bot.office.recognition_catalogue import BrokenCatalogue, Catalogue, Road, load
from bot.problem import Problem

FILE = "content/recognition.yml"
# What a road names → how the pieces of that kind begin.
KINDS = {"notes": "note", "steps": "step", "meanwhile": "meanwhile"}
ONE_OF = {"status": "verdict", "language": "language", "documents": "documents", "cost": "cost"}
# Pieces that the rules add by themselves (bot/office/recognition.py).
ADDED_BY_RULES = {
    "note_not_citizen",
    "note_not_citizen_oph",
    "note_unfinished",
    "note_finland_licence",
    "step_origin_matters",
    "step_ask_authority",
    "step_papers_school",
    "step_papers_study",
    "step_papers_employer",
    "meanwhile_ukraine",
}
Sentences = Mapping[tuple[str, str], tuple[str, Mapping[str, Any]]]


def check_recognition(
    root: Path, today: date, sentences: Sentences, topics: Collection[str], glossary: Mapping[str, Any]
) -> Iterator[Problem]:
    """Every broken rule of content/recognition.yml and of the sentences that belong to it.

    Args:
        sentences: file and sentence by language and key; topics: ids of all topics.
        glossary: content/glossary.yml.
    """
    path = root / FILE
    if not path.is_file():
        return
    try:
        catalogue = load(path)
        facts = read_facts(root / "content")
    except BrokenCatalogue as error:
        yield Problem(FILE, "", str(error))
        return
    except ContentError:
        return  # said by the check of the facts
    yield from _dates(catalogue, today)
    yield from _pages(catalogue)
    yield from _roads(catalogue, topics)
    yield from _pieces(catalogue, facts)
    yield from _wording(catalogue, facts, sentences, glossary)
    yield from _professions(root, catalogue, sentences)


def _dates(catalogue: Catalogue, today: date) -> Iterator[Problem]:
    for checked, review in ((catalogue.checked_on, catalogue.review_by), catalogue.area.dates):
        if review < today:
            yield Problem(FILE, "review_by", f"should have been reviewed by {review}")
        if checked > today:
            yield Problem(FILE, "checked_on", f"{checked} has not come yet")


def _pages(catalogue: Catalogue) -> Iterator[Problem]:
    used = {page for _, road in _all_roads(catalogue) for page in road.pages}
    for name, page in catalogue.pages.items():
        for language in LANGUAGES:
            source = page.get(language) or {}
            if not source.get("title") or not str(source.get("url", "")).startswith("https://"):
                yield Problem(FILE, f"pages.{name}", f"needs a title and an https address for {language}")
            if source.get("language", language) not in LANGUAGES:
                yield Problem(FILE, f"pages.{name}", f"in {source['language']!r}, a language that we cannot name")
        if name not in used:
            yield Problem(FILE, f"pages.{name}", "belongs to no road")
    for name in sorted(used - catalogue.pages.keys()):
        yield Problem(FILE, name, "is on a road, but not among the pages")


def _roads(catalogue: Catalogue, topics: Collection[str]) -> Iterator[Problem]:
    for name, road in _all_roads(catalogue):
        for piece in sorted(pieces_of(road) - catalogue.pieces.keys()):
            yield Problem(FILE, name, f"{piece} is not among the pieces")
        for topic in road.related:
            if topic not in topics:
                yield Problem(FILE, name, f"the related topic {topic} does not exist")
    used = {piece for _, road in _all_roads(catalogue) for piece in pieces_of(road)} | ADDED_BY_RULES
    for piece in sorted(catalogue.pieces.keys() - used):
        yield Problem(FILE, piece, "belongs to no road")


def pieces_of(road: Road) -> set[str]:
    """The names under which the catalogue lists what a road says."""
    many = {f"{kind}_{one}" for name, kind in KINDS.items() for one in getattr(road, name)}
    return many | {f"{kind}_{getattr(road, name)}" for name, kind in ONE_OF.items()}


def _pieces(catalogue: Catalogue, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    named = [*catalogue.pieces.items(), *((name, road.facts) for name, road in _all_roads(catalogue))]
    for piece, its_facts in named:
        for fact in its_facts:
            if fact not in facts:
                yield Problem(FILE, piece, f"the fact {fact} is not in content/facts.yml")
    for piece, its_facts in catalogue.pieces.items():
        if not its_facts:
            yield Problem(FILE, piece, "rests on no fact")


def _wording(
    catalogue: Catalogue, facts: Mapping[str, Fact], sentences: Sentences, glossary: Mapping[str, Any]
) -> Iterator[Problem]:
    authorities = {f"authority_{road.authority}" for _, road in _all_roads(catalogue)}
    for language in LANGUAGES:
        for name in sorted({*catalogue.pieces, *authorities}):
            if (language, f"recognition_{name}") not in sentences:
                yield Problem(f"content/{language}/route.yml", f"recognition_{name}", f"is missing in {language}")
        words, units = glossary["numbers"].get(language, {}), glossary["units"].get(language, [])
        for piece, names in catalogue.pieces.items():
            file, sentence = sentences.get((language, f"recognition_{piece}"), ("", {}))
            its_facts = [facts[name] for name in names if name in facts]
            for part in ("text", "plain"):
                for figure in unsupported(sentence.get(part, ""), its_facts, words, units):
                    what = f"{part} says {figure}, which stands in none of its facts"
                    yield Problem(file, f"recognition_{piece}", what)


def _professions(root: Path, catalogue: Catalogue, sentences: Sentences) -> Iterator[Problem]:
    """Whoever can be found in what people write can be said back, and is on a road or goes the general one."""
    for language in LANGUAGES:
        file = f"nlu/{language}/words.yml"
        words = read_mapping(root / file).get("profession") or {} if (root / file).is_file() else {}
        for profession in sorted({*catalogue.professions, *words}):
            if (language, f"profession_{profession}") not in sentences:
                yield Problem(
                    f"content/{language}/professions.yml", f"profession_{profession}", f"is missing in {language}"
                )
        for profession in catalogue.professions:
            if not words.get(profession):
                yield Problem(file, profession, "no word of everyday language leads to this profession")


def _all_roads(catalogue: Catalogue) -> Iterator[tuple[str, Road]]:
    yield from ((f"roads.{name}", road) for name, road in catalogue.roads.items())
    for group in catalogue.groups.values():
        yield from ((f"groups.{group.id}.{origin}", road) for origin, road in group.roads.items())
