"""Figures are found however they are written, and only those that a fact holds pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content_facts import Fact, read_facts, unsupported

WORDS = {"kuusi": 6, "six": 6, "one": 1}
UNITS = ["kuukau", "month"]


def missing(text: str, *figures: str) -> list[str]:
    return unsupported(text, [Fact(frozenset(figures))], WORDS, UNITS)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("It costs 12 000 euros", ["12000"]),
        ("It costs 12,000 euros", ["12000"]),
        ("It costs 12\u00a0000 euros", ["12000"]),
        ("37,21 e", ["37.21"]),
        ("37.21 e", ["37.21"]),
        ("levels 3–4", ["3", "4"]),
        ("from 1.1.2026", ["1", "2026"]),
        ("klo 8.00", ["8", "0"]),
        ("at 8:00", ["8", "0"]),
        ("after that 2.5. Then", ["2.5"]),
        ("by 14.5. at the latest", ["14", "5"]),
        ("0295 256 932", ["358295256932"]),
        ("P.O. Box 20, 13035 LVV", ["20", "13035"]),
        ("kuusi kuukautta", ["6"]),
        ("Six months", ["6"]),
        ("S1 or B2", ["1", "2"]),
        ("1. Write\n2. Call 112", ["112"]),
    ],
)
def test_figures_are_recognised_as_they_are_written(text: str, figures: list[str]):
    assert missing(text, *figures) == []
    for figure in set(figures) - {"0"}:
        assert missing(text, *(other for other in figures if other != figure)), figure


def test_a_number_in_words_is_a_figure_before_a_unit_only():
    assert missing("one of them, six people") == []


def test_a_short_number_is_not_found_inside_a_longer_one():
    assert missing("14 days", "140", "214") == ["14"]


def test_each_missing_figure_is_told_once_and_in_order():
    assert missing("9 and 7 and 9") == ["9", "7"]


def facts(tmp_path: Path, text: str) -> dict[str, Fact]:
    (tmp_path / "facts.yml").write_text(text, encoding="utf-8")
    return read_facts(tmp_path)


def test_a_fact_supports_what_it_says_lists_and_writes_in_words(tmp_path: Path):
    says = "In three parts from 14 May 2026, EUR 14.20 at 8:00"
    text = f'F: {{says: "{says}", confidence: medium, figures: ["fee: 12 000 EUR"]}}'
    assert {"3", "14", "5", "2026", "14.20", "8", "12000"} <= facts(tmp_path, text)["F"].figures


def test_a_fact_of_low_confidence_supports_no_figure(tmp_path: Path):
    assert facts(tmp_path, "F: {says: 99 euros, confidence: low}")["F"].figures == frozenset()
