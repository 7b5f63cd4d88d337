"""Graph component: a message that speaks of danger is intent `crisis`, whatever else it could be."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.crisis import KINDS, CrisisWords, crisis_words
from bot.engine.crisis_model import NEAR, CrisisModel
from bot.engine.importer import crisis_kind_of
from bot.engine.sentence_vectors import VECTOR, SentenceVectors

CRISIS = "crisis"  # the intent, and the entity that carries each kind
THRESHOLD_KEY = "threshold"
TOPICS_KEY = "about"

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CrisisDetector(GraphComponent, IntentClassifier, EntityExtractorMixin):
    """Comes last, so that no doubt of another classifier and no other intent stands in its way.

    Three witnesses, each enough: the words of nlu/<language>/crisis.yml in the text; the same words in the whole text,
    where the app has cut it (`metadata.crisis`); and examples that it resembles, in any language.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [SentenceVectors]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # how much a text must resemble the examples where no word is found
            THRESHOLD_KEY: 0.6,
            # topics whose examples are of crises too, so that they are no examples of ordinary texts
            TOPICS_KEY: ["discrimination_abuse_help_danger", "discrimination_abuse_help_exploitation"],
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        words: CrisisWords,
        model: CrisisModel | None = None,
    ) -> None:
        """Without a `model` the words alone decide."""
        self._threshold, self._topics = config[THRESHOLD_KEY], set(config[TOPICS_KEY])
        self._model_storage, self._resource, self._words, self._model = model_storage, resource, words, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> CrisisDetector:
        """Creates a new component (see parent class for full docstring)."""
        return cls(config, model_storage, resource, crisis_words())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
        **kwargs: Any,  # noqa: ARG003 - Rasa's signature
    ) -> CrisisDetector:
        """Loads a trained component (see parent class for full docstring)."""
        # The words are read from their files, as the app does, so that both always read the same ones.
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, crisis_words(), CrisisModel.read(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the crisis examples beside all others."""
        vectors, kinds = [], []
        for example in training_data.training_examples:
            if example.get(VECTOR) is not None and example.get(INTENT) not in self._topics:
                vectors.append(example.get(VECTOR))
                kinds.append(crisis_kind_of(example))
        self._model = CrisisModel.train(np.stack(vectors), kinds)
        near = sum(kind == NEAR for kind in kinds)
        logger.info("learned crises from %d examples and %d near ones", len(kinds) - kinds.count(None) - near, near)
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after this component learns from its guesses."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent of what speaks of a crisis, and adds an entity for each kind; leaves all else as it is."""
        for message in messages:
            text = message.get(TEXT) or ""
            kinds = [] if text.startswith("/") else self._kinds(message, text)
            if kinds:
                intent = {"name": CRISIS, "confidence": 1.0}
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [intent, *message.get(INTENT_RANKING_KEY, [])], add_to_output=True)
                found = [{"entity": CRISIS, "value": kind, "start": 0, "end": len(text)} for kind in kinds]
                entities = [*message.get(ENTITIES, []), *self.add_extractor_name(found)]
                message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _kinds(self, message: Message, text: str) -> list[str]:
        chance, likely = 0.0, ""
        if self._model and message.get(VECTOR) is not None:
            chance, likely = self._model.judged(message.get(VECTOR))
        told = (message.get(METADATA) or {}).get(CRISIS) or []
        found = {*self._words.kinds(text, chance), *told}
        if chance >= self._threshold and not found:
            found = {likely}
        return [kind for kind in KINDS if kind in found]
