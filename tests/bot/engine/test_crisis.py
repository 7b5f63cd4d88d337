"""The detector in the pipeline: it comes last and decides alone. (The words are tested in tests/bot/test_crisis.py.)"""

import numpy as np
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.crisis import KINDS, crisis_words
from bot.engine.crisis import CrisisDetector
from bot.engine.crisis_model import NEAR, CrisisModel
from bot.engine.importer import crisis_examples
from bot.engine.sentence_vectors import VECTOR
from bot.languages import LANGUAGES
from tests.bot.engine.understanding import ROOT


def vector(*places):
    """Points apart from each other, a little blurred."""
    found = np.random.default_rng(sum(places)).normal(0, 0.01, 8)
    found[list(places)] += 1
    return (found / np.linalg.norm(found)).astype(np.float32)


def example(text, place, kind=None, intent=None):
    message = Message({"crisis_text" if kind else "text": text, "metadata": {"language": "en", "crisis": kind}})
    message.set(VECTOR, vector(place))
    if intent:
        message.set("intent", intent)
    return message


@pytest.fixture
def detector(tmp_path):
    config, storage = CrisisDetector.get_default_config(), LocalModelStorage.create(tmp_path)
    detector = CrisisDetector(config, storage, Resource("crisis"), crisis_words())
    examples = [example(f"a {n}", 0, "violence") for n in range(9)] + [example(f"b {n}", 1, "danger") for n in range(9)]
    examples += [example(f"c {n}", 2, NEAR) for n in range(9)] + [example(f"d {n}", 3, intent="ask") for n in range(99)]
    detector.train(TrainingData(examples))
    return CrisisDetector.load(config, storage, Resource("crisis"), None)


def read(detector, text, place=3, **metadata):
    message = Message({"text": text, "metadata": metadata or None, "intent": {"name": "ask", "confidence": 0.9}})
    message.set("intent_ranking", [{"name": "ask", "confidence": 0.9}])
    if not text.startswith("/"):
        message.set(VECTOR, vector(place))
    detector.process([message])
    kinds = [one["value"] for one in message.get("entities", []) if one["entity"] == "crisis"]
    return message.get("intent")["name"], kinds


def test_words_decide_whatever_the_classifiers_thought(detector):
    assert read(detector, "my husband beats me") == ("crisis", ["violence"])


def test_the_other_intents_stay_in_the_ranking(detector):
    message = Message({"text": "my husband beats me", "intent": {"name": "ask", "confidence": 0.9}})
    message.set("intent_ranking", [{"name": "ask", "confidence": 0.9}])
    detector.process([message])
    assert [one["name"] for one in message.get("intent_ranking")] == ["crisis", "ask"]


def test_what_resembles_the_examples_is_a_crisis_without_any_word(detector):
    assert read(detector, "\u0437\u043e\u0432\u0441\u0456\u043c", place=1) == ("crisis", ["danger"])
    assert read(detector, "qwerty", place=0) == ("crisis", ["violence"])


def test_what_is_only_near_and_what_is_ordinary_stay_what_they_are(detector):
    assert read(detector, "qwerty", place=2) == ("ask", [])
    assert read(detector, "qwerty", place=3) == ("ask", [])


def test_what_the_app_found_in_the_rest_of_a_long_text_counts(detector):
    assert read(detector, "the beginning of a story", crisis=["self_harm"]) == ("crisis", ["self_harm"])


def test_a_button_is_never_a_crisis(detector):
    assert read(detector, "/booking_make") == ("ask", [])


def test_a_model_is_stored_and_read_alike(tmp_path):
    vectors = np.stack([vector(n % 4) for n in range(40)])
    model = CrisisModel.train(vectors, [("danger", "violence", NEAR, None)[n % 4] for n in range(40)])
    model.save(tmp_path)
    assert CrisisModel.read(tmp_path).judged(vectors[0]) == pytest.approx(model.judged(vectors[0]))


def test_the_examples_of_every_language_have_every_kind_and_none_is_a_test_sentence():
    import yaml

    found = list(crisis_examples(ROOT / "nlu"))
    for language in LANGUAGES:
        own = [one for one in found if one.get("metadata")["language"] == language]
        assert {one.get("metadata")["crisis"] for one in own} == {*KINDS, NEAR}
        tests = yaml.safe_load((ROOT / f"tests/nlu/crisis/{language}.yml").read_text("utf-8"))
        tested = {text.casefold() for texts in tests.values() for text in texts}
        assert not tested & {one.get("crisis_text").casefold() for one in own}
