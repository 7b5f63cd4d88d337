import numpy as np
import pytest

from bot.engine.embeddings import Embeddings
from bot.engine.vector_file import vectors_with_file


@pytest.fixture
def asked():
    return []


@pytest.fixture
def reckon(asked, tmp_path):
    def backend(texts):
        asked.extend(texts)
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)

    return lambda texts: vectors_with_file(Embeddings(backend), texts, tmp_path / "kept" / "vectors.npz", "test")


def test_only_new_texts_are_reckoned_in_the_next_training(reckon, asked):
    reckon(["a", "bb"])
    vectors = reckon(["ccc", "a", "bb", "a"])
    assert asked == ["a", "bb", "ccc"]
    assert vectors[:, 0].tolist() == [3, 1, 2, 1]


def test_texts_that_went_away_are_forgotten(reckon, asked):
    reckon(["a", "bb"])
    reckon(["ccc"])
    reckon(["a"])
    assert asked == ["a", "bb", "ccc", "a"]


def test_the_file_holds_no_text(reckon, tmp_path):
    reckon(["salaisuus"])
    assert b"salaisuus" not in (tmp_path / "kept" / "vectors.npz").read_bytes()


def test_a_broken_file_is_reckoned_anew(reckon, asked, tmp_path):
    reckon(["a"])
    (tmp_path / "kept" / "vectors.npz").write_bytes(b"broken")
    assert reckon(["a"]).shape == (1, 2)
    assert asked == ["a", "a"]


def test_a_file_that_is_not_to_be_kept_is_read_and_left_as_it_is(reckon, tmp_path):
    reckon(["a"])
    file = tmp_path / "kept" / "vectors.npz"
    before = file.read_bytes()

    def backend(texts):
        return np.array([[len(text), 2.0] for text in texts], dtype=np.float32)

    vectors = vectors_with_file(Embeddings(backend), ["a", "bb"], file, "test", keep=False)
    assert vectors.tolist() == [[1, 1], [2, 2]]  # what was kept is taken as it was
    assert file.read_bytes() == before
