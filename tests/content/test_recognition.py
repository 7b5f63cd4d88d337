"""The routes as they are told: every one in every language and register, and every figure from the facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import pytest
import yaml

from actions.recognition_words import details, metadata, plan, said_lines, steps, verdict
from actions.voice import Voice
from bot.content_check import check
from bot.content_facts import read_facts, unsupported
from bot.languages import LANGUAGES
from bot.office.recognition import LEVELS, PURPOSES, UNKNOWN, Answers, Route, route
from bot.office.recognition_catalogue import Catalogue, load
from bot.settings import ROOT
from bot.texts import Texts

CATALOGUE = load()
TEXTS = Texts.load()
FACTS = read_facts(ROOT / "content")
GLOSSARY = yaml.safe_load((ROOT / "content" / "glossary.yml").read_text("utf-8"))
LONGEST_MESSAGE = 1500  # characters: two screens of a telephone; only a plan comes near


def all_routes(catalogue: Catalogue) -> Iterator[Route]:
    """One route for each combination that the rules tell apart."""
    professions = [UNKNOWN, "other", "pilot", *(group.professions[0] for group in catalogue.groups.values())]
    purposes, countries = [UNKNOWN, *PURPOSES], [UNKNOWN, "FI", "SE", "EE", "UA"]
    for profession, purpose, country in product(professions, purposes, countries):
        for citizen, level in product(["yes", "no"], [UNKNOWN, *LEVELS] if purpose == "public" else [None]):
            for documents in ("all", "none"):
                yield route(Answers(profession, purpose, country, citizen, level, documents), catalogue)


# Routes that say the same are told once.
ROUTES = list({(made.pieces, made.authority, made.pages): made for made in all_routes(CATALOGUE)}.values())


@pytest.mark.parametrize("register", ["normal", "plain"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_route_can_be_told(language: str, register: str) -> None:
    voice = Voice(TEXTS, language, register)
    for made in ROUTES:
        told = [
            said_lines(made.answers, voice, CATALOGUE),
            verdict(made, voice),
            steps(made, voice),
            *details(made, voice).values(),
            plan(made, CATALOGUE, voice, made.checked_on),
        ]
        for text in told:
            assert text.strip()
            assert "{" not in text
            assert len(text) <= LONGEST_MESSAGE, text
        extra = metadata(made, CATALOGUE, voice, made.checked_on)
        assert extra["sources"]
        assert extra["source_line"]
        assert not extra["overdue"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", CATALOGUE.pieces)
def test_every_figure_of_a_route_stands_in_one_of_its_facts(piece: str, language: str) -> None:
    facts = [FACTS[name] for name in CATALOGUE.pieces[piece]]
    for register in ("normal", "plain"):
        text = TEXTS.utterance(f"recognition_{piece}", language, register, authority="")["text"]
        assert unsupported(text, facts, GLOSSARY["numbers"][language], GLOSSARY["units"][language]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_amount_is_told_that_the_notes_on_the_facts_forbid(language: str) -> None:
    for name in CATALOGUE.pieces:
        text = TEXTS.utterance(f"recognition_{name}", language, authority="")["text"]
        assert not any(sign in text for sign in ("EUR", "euro", "\u20ac")), name


def test_a_route_past_its_review_says_so_in_the_plan() -> None:
    voice, late = Voice(TEXTS, "en", "normal"), date(2030, 1, 1)
    overdue = TEXTS.label("answer_overdue", "en")
    assert overdue in plan(ROUTES[0], CATALOGUE, voice, late)
    assert overdue not in plan(ROUTES[0], CATALOGUE, voice, ROUTES[0].review_by)
    assert metadata(ROUTES[0], CATALOGUE, voice, late)["overdue"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_least_forty_professions_have_a_name_and_everyday_words(language: str) -> None:
    words = yaml.safe_load((ROOT / "nlu" / language / "words.yml").read_text("utf-8"))["profession"]
    named = [one for one in CATALOGUE.professions if TEXTS.label(f"profession_{one}", language)]
    assert len(named) >= 40
    assert all(words[one] for one in named)
    assert sum(len(words[one]) > 1 for one in named) >= 40


# `polku check`, on a copy with one thing broken.


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("content", "nlu", "domain.yml", "stories"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "content").unlink()
    (tmp_path / "content").mkdir()
    for path in (ROOT / "content").iterdir():
        (tmp_path / "content" / path.name).symlink_to(path)
    return tmp_path


def edited(root: Path, name: str, old: str, new: str) -> None:
    """Replaces a link by the file with one thing changed."""
    file, source = root / "content" / name, ROOT / "content" / name
    folder = root / "content" / Path(name).parts[0]
    if folder.is_symlink() and folder.is_dir():
        folder.unlink()
        folder.mkdir()
        for path in (ROOT / "content" / folder.name).iterdir():
            (folder / path.name).symlink_to(path)
    text = source.read_text("utf-8")
    assert old in text, old
    file.unlink()
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("en/route.yml", "Pay the processing fee at once or within 14 days", "Pay EUR 100 within 14 days", "says 100"),
        ("fi/route.yml", "vähintään 120 oppituntia", "vähintään 140 oppituntia", "says 140"),
        ("sv/route.yml", "sex månader praktik", "nio månader praktik", "says 9"),
        ("en/route.yml", "recognition_step_guide:", "recognition_step_guides:", "is missing in en"),
        ("sv/professions.yml", "profession_nurse:", "profession_nurses:", "is missing in sv"),
        ("recognition.yml", "step_list: [rec-009]", "step_list: [rec-999]", "rec-999 is not in content/facts.yml"),
        ("recognition.yml", "step_list: [rec-009]", "step_list: []", "rests on no fact"),
        ("recognition.yml", "  step_list: [rec-009]\n", "", "step_list is not among the pieces"),
        ("recognition.yml", "[vet_apply, vet_conditional, vet_full]", "[vet_apply]", "belongs to no road"),
        ("recognition.yml", "pages: [police_card]", "pages: [police]", "not among the pages"),
        ("recognition.yml", "https://poliisi.fi", "http://poliisi.fi", "an https address"),
        ("recognition.yml", "[recognition_teacher_early,", "[recognition_teacher_earlier,", "does not exist"),
        ("recognition.yml", "professions: [doctor]", "professions: [doctor, alchemist]", "alchemist"),
        ("recognition.yml", "\nreview_by: 2027-01-31", "\nreview_by: 2026-01-31", "should have been reviewed"),
        ("recognition.yml", "\nchecked_on: 2026-11-22", "\nchecked_on: 2036-11-22", "has not come yet"),
        ("recognition.yml", "status: post", "status: perhaps", "no such status"),
    ],
)
def test_the_check_finds_what_is_broken(copy: Path, name: str, old: str, new: str, says: str) -> None:
    edited(copy, name, old, new)
    assert any(says in str(problem) for problem in check(copy, CATALOGUE.checked_on)), name


@pytest.mark.parametrize(
    ("country", "said"),
    [("UA", "Ukraine (outside the EU and EEA)"), ("EE", "Estonia (EU/EEA)"), ("SE", "Sweden (Nordic country)"),
     ("CH", "Switzerland"), ("FI", "Finland"), ("other", "outside the EU and EEA"), (UNKNOWN, "not known")],
)  # fmt: skip
def test_a_country_is_said_back_with_what_it_counts_to(country: str, said: str) -> None:
    answers = Answers(profession="nurse", purpose="profession", country=country)
    assert said_lines(answers, Voice(TEXTS, "en", "normal"), CATALOGUE).splitlines()[2].endswith(f": {said}")


def test_an_answer_that_the_route_does_not_depend_on_is_not_said_back() -> None:
    voice = Voice(TEXTS, "en", "normal")
    trained_outside = Answers("nurse", "profession", "BY", citizen="yes", documents="all")
    assert "Citizen" not in said_lines(trained_outside, voice, CATALOGUE)
    assert "Citizen" in said_lines(Answers("nurse", "profession", "EE", "yes", None, "all"), voice, CATALOGUE)
