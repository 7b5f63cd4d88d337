import numpy as np
import pytest

from bot.engine.intent_model import IntentModel

EXAMPLES = {
    "fee": ["what does it cost", "how much is the fee", "price of the permit", "is it free of charge"],
    "time": ["how long does it take", "when will it be ready", "waiting time", "how many weeks must i wait"],
    "place": ["where do i go", "which office is it", "the address please", "in which street are you"],
}
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
INTENTS = [intent for intent, texts in EXAMPLES.items() for _ in texts]


def vectors_of(texts):
    return np.random.default_rng(len(texts)).normal(size=(len(texts), 8)).astype(np.float32)


@pytest.fixture
def model():
    return IntentModel.train(TEXTS, vectors_of(TEXTS), INTENTS)


def test_what_was_learned_is_recognised(model):
    chances = model.probabilities(TEXTS, vectors_of(TEXTS))
    assert [model.classes[place] for place in chances.argmax(axis=1)] == INTENTS


def test_probabilities_of_a_text_sum_to_one(model):
    chances = model.probabilities(["entirely new"], vectors_of(["x"]))
    assert chances.shape == (1, 3)
    assert chances.sum() == pytest.approx(1)


def test_a_model_read_from_disk_says_the_same(model, tmp_path):
    model.save(tmp_path)
    texts = ["how long is the waiting", "price"]
    again = IntentModel.read(tmp_path).probabilities(texts, vectors_of(texts))
    assert again == pytest.approx(model.probabilities(texts, vectors_of(texts)), abs=1e-6)


def test_nothing_on_disk_is_a_pickle(model, tmp_path):
    model.save(tmp_path)
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".json", ".npz"]
    np.load(tmp_path / "intents.npz", allow_pickle=False).close()


def test_two_intents_are_enough():
    model = IntentModel.train(TEXTS[:8], vectors_of(TEXTS[:8]), INTENTS[:8])
    chances = model.probabilities(TEXTS[:8], vectors_of(TEXTS[:8]))
    assert [model.classes[place] for place in chances.argmax(axis=1)] == INTENTS[:8]
