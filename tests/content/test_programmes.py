"""The finder's sentences in every language and register, and `polku check` on a copy with one thing broken."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from actions.finder_words import near, paper, past, said_lines, suggestions
from actions.voice import Voice
from bot.content_check import check
from bot.languages import LANGUAGES
from bot.office.programme_catalogue import ANSWERS, load
from bot.office.programmes import ELSEWHERE, UNKNOWN, Answers, find
from bot.settings import ROOT
from bot.texts import Texts

CATALOGUE = load()
TEXTS = Texts.load()
LONGEST_MESSAGE = 1900  # characters; only four suggestions that all ask for much come near


@pytest.mark.parametrize("register", ["normal", "plain"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result_can_be_told(language: str, register: str) -> None:
    voice = Voice(TEXTS, language, register)
    situations, goals = [*ANSWERS["situation"], UNKNOWN], [*ANSWERS["goal"], None]
    rest = ["basic", "higher", None], ["health", UNKNOWN], ["Espoo", "Tampere", "Pori", ELSEWHERE, None], goals
    for answers in (Answers(*one) for one in product(situations, *rest, ["reduced", None])):
        result = find(answers, CATALOGUE)
        told = [said_lines(answers, voice), suggestions(result, voice)]
        kept = paper(result, CATALOGUE, voice, CATALOGUE.checked_on)
        for text in (*told, kept, near(result.near, voice), past(result.past, voice)):
            assert "{" not in text
            assert len(text) <= LONGEST_MESSAGE, text
        assert told[1].startswith("1. ")


def test_a_municipality_is_named_in_the_language_where_we_know_its_name() -> None:
    said = [said_lines(Answers(municipality=place), Voice(TEXTS, "sv", "normal")) for place in ("Turku", "Pori")]
    assert said == ["- Kommun: \u00c5bo", "- Kommun: Pori"]


def test_a_list_past_its_review_says_so() -> None:
    voice, result = Voice(TEXTS, "en", "normal"), find(Answers(), CATALOGUE)
    overdue = TEXTS.label("answer_overdue", "en")
    assert overdue in paper(result, CATALOGUE, voice, CATALOGUE.review_by.replace(year=2030))
    assert overdue not in paper(result, CATALOGUE, voice, CATALOGUE.review_by)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("nlu", "domain.yml", "stories"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "content").mkdir()
    for path in (ROOT / "content").iterdir():
        (tmp_path / "content" / path.name).symlink_to(path)
    (tmp_path / "content" / "programmes.yml").unlink()
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("topic: language_courses_where", "topic: language_courses_somewhere", "does not exist"),
        ("facts: [SRV-12]", "facts: [SRV-01, MEN-01]", "MEN-01 is not among those of partial_work_ability_services"),
        ("facts: [SRV-12]", "facts: []", "rests on no fact"),
        ("municipality: [Espoo]", "municipality: [Gotham]", "Gotham is no municipality"),
        ('evidence: "2025-08"', 'evidence: "2036-08"', "has not come yet"),
        ("  simhe:", "  simhe_new:", "finder_programme_simhe_new"),
        ("also: [permit]", "also: [visa]", "finder_also_visa"),
        ("review_by: 2027-01-31", "review_by: 2026-01-31", "should have been reviewed"),
        ("checked_on: 2026-11-22", "checked_on: 2036-11-22", "has not come yet"),
        ("state: running", "state: perhaps", "no such state"),
    ],
)
def test_the_check_finds_what_is_broken(copy: Path, old: str, new: str, says: str) -> None:
    text = (ROOT / "content" / "programmes.yml").read_text("utf-8")
    assert old in text
    (copy / "content" / "programmes.yml").write_text(text.replace(old, new, 1), "utf-8")
    assert any(says in str(problem) for problem in check(copy, CATALOGUE.checked_on))
