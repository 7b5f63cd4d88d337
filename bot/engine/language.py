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

from bot.engine.detectors import maker_of
from bot.engine.importer import language_of
from bot.engine.language_rule import NEIGHBOURS, Verdict, decide
from bot.engine.witnesses import Vocabulary, Witnesses

DETECTORS_KEY = "detectors"
TEXT_LANGUAGE = "text_language"
VOCABULARY_FILE = "vocabulary.json"

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LanguageIdentifier(GraphComponent, EntityExtractorMixin):
    """Sets `text_language` on each message and adds entities that slots are filled from:

    `conversation_language`: the language of ours to go on in, when there is evidence for another;
    `other_language`: what the person writes, if it surely is no language of ours;
    `conversation_register`: "plain", the first time that somebody writes another language that is not our neighbours'.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # of lingua, fasttext and langdetect; what they say is multiplied
            DETECTORS_KEY: ["lingua", "fasttext"],
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Without a vocabulary it can be trained, but not asked.

        Raises:
            InvalidConfigException: a detector is not known.
        """
        self._model_storage, self._resource = model_storage, resource
        makers = [maker_of(name) for name in config[DETECTORS_KEY]]
        # Nothing is detected in training, and loading takes seconds.
        self._witnesses = Witnesses([make() for make in makers], vocabulary) if vocabulary else None

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
        vocabulary = Vocabulary.learn((tag, text) for tag, text in tagged if tag and text)
        with self._model_storage.write_to(self._resource) as folder:
            words = json.dumps(vocabulary.counts, ensure_ascii=False)
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
                self._witnesses.hear(text),
                current=metadata.get("language"),
                chosen=bool(metadata.get("language_chosen")),
                locale=metadata.get("locale"),
                other=metadata.get("other_language"),
            )
            logger.info("language %s", verdict.reason)
            message.set(TEXT_LANGUAGE, verdict.text_language, add_to_output=True)
            entities = [
                {"entity": name, "value": value, "start": 0, "end": len(text)}
                for name, value in _found(verdict, metadata.get("other_language")).items()
            ]
            if entities:
                found = [*message.get(ENTITIES, []), *self.add_extractor_name(entities)]
                message.set(ENTITIES, found, add_to_output=True)
        return messages


def _found(verdict: Verdict, other_before: str | None) -> dict[str, str]:
    """Entity → value."""
    found = {}
    if verdict.language:
        found["conversation_language"] = verdict.language
    if verdict.other:
        found["other_language"] = verdict.other
        if verdict.other != other_before and verdict.other not in NEIGHBOURS:
            found["conversation_register"] = "plain"
    return found
