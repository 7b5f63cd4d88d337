"""The trained model on questions that it has never seen, written for these tests in languages it was not taught."""

import asyncio
import json

import pytest

from bot.engine.evaluate import answered_themes, ask_model, report
from bot.model import NoModel, model_to_serve
from bot.settings import ROOT, Settings

QUESTIONS = ROOT / "tests" / "nlu" / "other_languages.jsonl"
pytestmark = pytest.mark.slow

LEAST = 0.75  # of the questions the right theme is among the three nearest


def questions():
    return [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


def test_every_question_names_a_theme_that_there_is():
    for question in questions():
        assert set(question["themes"]) <= answered_themes(), question["id"]


def test_questions_in_languages_it_was_not_taught_are_placed_near_the_right_theme():
    try:
        model = model_to_serve(Settings.from_environment())
    except NoModel:
        pytest.fail("No trained model: ./polku train", pytrace=False)
    figures = report(asyncio.run(ask_model(questions(), str(model))))["languages"]
    assert set(figures) == {"ar", "es", "fa", "ru", "tr", "uk"}
    assert {language: own["top3"] for language, own in figures.items() if own["top3"] < LEAST} == {}
