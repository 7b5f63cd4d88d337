"""All content as it is on disk: a new file is tested without touching Python."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content_check import check
from bot.settings import ROOT
from bot.texts import Texts


def test_the_content_keeps_the_rules_of_the_house():
    """The day is the newest that a topic was checked on: a stale review is `polku check`'s to say, not a test's."""
    today = max(topic.checked_on for topic in Texts.load().topics.values())
    problems = check(ROOT, today)
    if problems:
        pytest.fail(f"{len(problems)} problems:\n" + "\n".join(map(str, problems)), pytrace=False)


def test_every_answer_can_be_given_in_every_language_and_register():
    texts = Texts.load()
    for topic in texts.topics:
        for language in ("fi", "sv", "en"):
            for register in ("normal", "plain"):
                answer = texts.answer(topic, language, register, date(2026, 11, 23))
                assert answer["text"]
                assert answer["metadata"]["source_line"]
