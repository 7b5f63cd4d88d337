"""Graph component: reads the message's language and says when the conversation's should be set."""

from __future__ import annotations

import json
import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.detectors import detector_named
from bot.engine.importer import language_of
from bot.engine.language_rule import Vocabulary, decide

DETECTOR_KEY = "detector"
TEXT_LANGUAGE = "text_language"
VOCABULARY_FILE = "vocabulary.json"

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LanguageIdentifier(GraphComponent, EntityExtractorMixin):
    """Sets `text_language` on each message; adds entity `conversation_language` when there is evidence."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # lingua or langdetect
            DETECTOR_KEY: "lingua",
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Raises InvalidConfigException if the detector is not known."""
        self._detect = detector_named(config[DETECTOR_KEY])
        self._model_storage, self._resource = model_storage, resource
        self._vocabulary = vocabulary or Vocabulary({})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> LanguageIdentifier:
        """Creates a new component (see parent class for full docstring)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
        **kwargs: Any,  # noqa: ARG003 - Rasa's signature
    ) -> LanguageIdentifier:
        """Loads a trained component (see parent class for full docstring)."""
        with model_storage.read_from(resource) as folder:
            counts = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, Vocabulary(counts))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the vocabulary of each language from the importer's tags."""
        tagged = ((language_of(example), example.get(TEXT)) for example in training_data.intent_examples)
        self._vocabulary = Vocabulary.learn((tag, text) for tag, text in tagged if tag and text)
        with self._model_storage.write_to(self._resource) as folder:
            words = json.dumps(self._vocabulary.counts, ensure_ascii=False)
            (folder / VOCABULARY_FILE).write_text(words, encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples carry their language already."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Hears the witnesses for each message that a person wrote."""
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith("/"):
                continue
            metadata = message.get(METADATA) or {}
            verdict = decide(
                text,
                self._detect(text),
                self._vocabulary,
                current=metadata.get("language"),
                chosen=bool(metadata.get("language_chosen")),
                locale=metadata.get("locale"),
            )
            logger.info("language %s", verdict.reason)
            message.set(TEXT_LANGUAGE, verdict.text_language, add_to_output=True)
            if verdict.language:
                entity = {"entity": "conversation_language", "value": verdict.language, "start": 0, "end": len(text)}
                found = [*message.get(ENTITIES, []), *self.add_extractor_name([entity])]
                message.set(ENTITIES, found, add_to_output=True)
        return messages
