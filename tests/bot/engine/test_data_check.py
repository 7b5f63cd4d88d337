import json

import numpy as np
import pytest

from bot.engine.data_check import LEAST, check, topics_of
from bot.engine.detectors import Detector
from bot.languages import LANGUAGES

# A detector that goes by one word a language.
HEARD = Detector("ear", frozenset(LANGUAGES), lambda text: {"fi": float("minä" in text), "en": float(" the " in text)})
MEANINGS = {"pay": 0, "wage": 0, "salary": 0, "permit": 1, "dog": 2, "cat": 3}


def vectors(texts):
    """One direction a meaning, and none for what has no word of MEANINGS; a little noise keeps others apart."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(len(texts), 40)).astype(np.float32)
    for point, text in zip(points, texts, strict=True):
        for word, place in MEANINGS.items():
            if word in text:
                point[:] = 0.1 * point
                point[place] = 10
    return points


@pytest.fixture
def nlu(tmp_path):
    """A folder in which nothing is wrong, and a way to write what is."""

    def write(language, theme, **intents):
        folder = tmp_path / "nlu" / language
        folder.mkdir(parents=True, exist_ok=True)
        blocks = [
            f"  - intent: {intent}\n    examples: |\n" + "".join(f"      - {text}\n" for text in texts)
            for intent, texts in intents.items()
        ]
        (folder / f"{theme}.yml").write_text('version: "3.1"\nnlu:\n' + "\n".join(blocks))
        return tmp_path

    return write


def found(root, *, tests=(), topics=()):
    return [str(one) for one in check(root, tests, vectors, [HEARD], topics)]


def test_different_questions_are_in_order(nlu):
    assert found(nlu("en", "work", work_pay=["is the pay good"], work_permit=["need a permit"])) == []


def test_the_same_question_in_other_words_in_two_intents_is_found(nlu):
    problem, = found(nlu("en", "work", work_pay=["what is the pay"], work_money=["how high is my wage"],
                         work_dog=["may my dog come", "is there a permit for it"]))
    assert "nlu/en/work.yml" in problem
    assert "'how high is my wage'" in problem
    assert "'what is the pay'" in problem


def test_the_same_question_may_be_asked_twice_in_one_intent_and_in_two_languages(nlu):
    nlu("en", "work", work_pay=["what is the pay", "what is my wage"])
    assert found(nlu("sv", "work", other_pay=["about the salary"])) == []


def test_a_sentence_of_another_language_is_found_but_not_a_short_mixed_one(nlu):
    root = nlu("en", "work", work_pay=["kuinka paljon minä saan palkkaa", "minä työ where", "how is the pay"])
    problem, = found(root)
    assert "'kuinka paljon minä saan palkkaa' is in fi" in problem


def test_what_one_detector_alone_hears_is_no_problem(nlu):
    deaf = Detector("deaf", frozenset(LANGUAGES), lambda _: {})
    root = nlu("en", "work", work_pay=["kuinka paljon minä saan palkkaa"])
    assert check(root, [], vectors, [HEARD, deaf], []) == []


@pytest.mark.parametrize("asked", ["What IS the pay, in this?", "how high is my wage here"])
def test_an_example_that_also_stands_in_a_test_is_found(nlu, tmp_path, asked):
    tests = tmp_path / "tests.jsonl"
    tests.write_text(json.dumps({"id": "1", "text": asked, "lang": "en", "themes": ["work"]}) + "\n")
    root = nlu("en", "work", work_pay=["what is the pay in this"], work_dog=["where is the dog"])
    problem, = found(root, tests=[tests])
    assert "'what is the pay in this' also stands in a test file" in problem


def test_a_word_or_two_may_stand_in_a_test_too(nlu, tmp_path):
    tests = tmp_path / "tests.jsonl"
    tests.write_text(json.dumps({"text": "my pay"}) + "\n")
    assert found(nlu("en", "work", work_pay=["my pay"], work_dog=["the dog"]), tests=[tests]) == []


def test_a_topic_with_few_examples_is_found_in_each_language_that_lacks_them(nlu):
    many = [f"question number {number}" for number in range(LEAST)]
    for language in LANGUAGES:
        # The same sentence in other capitals is not one more.
        nlu(language, "work", work_pay=many if language != "sv" else [*many[1:], "Question number 1!"])
    problem, = found(nlu("en", "work", work_pay=many), topics=["work_pay"])
    assert problem.startswith("nlu/sv")
    assert f"has {LEAST - 1} examples" in problem


def test_topics_are_read_from_their_files(tmp_path):
    (tmp_path / "work.yml").write_text("work_pay: {facts: []}\nwork_permit: {facts: []}\n")
    assert topics_of(tmp_path) == ["work_pay", "work_permit"]
