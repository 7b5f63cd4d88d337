"""Every figure of every answer, one by one, beside the facts that it must stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from bot.content_files import REGISTERS, read_mapping
from bot.languages import LANGUAGES
from bot.settings import ROOT
from bot.texts import Texts

TEXTS = Texts.load()
FACTS = read_mapping(ROOT / "content" / "facts.yml")
MONTHS = "January February March April May June July August September October November December"
NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
LIST_NUMBER = re.compile(r"^\d+\. ", re.MULTILINE)


def figures() -> Iterator[tuple[str, str, str, str]]:
    for topic in TEXTS.topics.values():
        for language in LANGUAGES:
            answers = {name: TEXTS.answer(topic.id, language, name, topic.checked_on)["text"] for name in REGISTERS}
            for part, text in {"title": TEXTS.title(topic.id, language), **answers}.items():
                for figure in dict.fromkeys(re.findall(r"\d+", LIST_NUMBER.sub("", text))):
                    yield topic.id, language, part, figure


@cache
def what_the_facts_say(topic: str) -> str:
    """Those of a sure enough source, with thousands joined and month names and numbers in words as digits too."""
    facts = [FACTS[name] for name in TEXTS.topics[topic].facts]
    said = " ".join(f"{fact['says']} {fact.get('figures')}" for fact in facts if fact["confidence"] != "low")
    for row in (MONTHS, NUMBERS):
        said += "".join(f" {at}" for at, word in enumerate(row.split(), start=1) if word in said)
    return said + " " + re.sub(r"(?<=\d)[ ,](?=\d{3})", "", said)


@pytest.mark.parametrize(("topic", "language", "part", "figure"), list(figures()))
def test_the_figure_stands_in_a_fact_of_its_topic(topic: str, language: str, part: str, figure: str):
    said = what_the_facts_say(topic)
    assert re.search(rf"(?<!\d)0*{figure.lstrip('0') or '0'}(?!\d)", said), f"{language}/{part}: {figure}"
