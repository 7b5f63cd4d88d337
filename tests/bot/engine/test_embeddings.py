import numpy as np
import pytest
from rasa.shared.exceptions import InvalidConfigException

from bot.engine.embeddings import LONGEST, Embeddings, backend_named


class Counting:
    """A backend that remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, texts):
        self.asked.extend(texts)
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def test_a_repeated_sentence_is_reckoned_once():
    backend = Counting()
    embeddings = Embeddings(backend)
    first, second = embeddings.of(["hei"]), embeddings.of(["hei", "hei"])
    assert backend.asked == ["hei"]
    assert (first[0] == second[1]).all()


def test_rows_come_in_the_order_of_the_texts():
    assert Embeddings(Counting()).of(["ccc", "a", "bb"])[:, 0].tolist() == [3, 1, 2]


def test_only_so_many_sentences_are_remembered():
    backend = Counting()
    embeddings = Embeddings(backend, remembered=2)
    embeddings.of(["a", "b", "c"])
    embeddings.of(["a"])
    assert backend.asked.count("a") == 2


def test_more_texts_than_are_remembered_still_all_come_back():
    assert Embeddings(Counting(), remembered=2).of([str(number) for number in range(100)]).shape == (100, 2)


def test_a_long_message_is_cut():
    backend = Counting()
    Embeddings(backend).of(["x" * 5000])
    assert len(backend.asked[0]) == LONGEST


def test_an_unknown_backend_is_refused():
    with pytest.raises(InvalidConfigException, match="backend must be one of"):
        backend_named("word2vec")


def test_a_backend_that_is_not_installed_says_so():
    with pytest.raises(InvalidConfigException, match="not installed"):
        backend_named("sentence-transformers")


def test_the_embedded_model_puts_the_same_question_in_three_languages_side_by_side():
    embeddings = Embeddings(backend_named("onnx"))
    vectors = embeddings.of(["Miten haen töitä?", "Hur söker jag jobb?", "Where can I eat pizza?"])
    assert vectors.shape == (3, 384)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
