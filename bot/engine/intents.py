"""Graph component: which topic, or which move of the dialogue, a message is about."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.importer import theme_of
from bot.engine.intent_model import IntentModel
from bot.engine.sentence_vectors import VECTOR, SentenceVectors

RANKING_KEY = "ranking_length"
CALIBRATE_KEY = "calibrate"
THRESHOLD_KEY = "threshold"
THEME_RANKING = "theme_ranking"
THEMES_RANKED = 6
NOT_SURE = "nlu_fallback"

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """One model for all languages: what is learned in one helps in the others.

    Rasa's FallbackClassifier is not used: it doubts where two topics of one theme are near each other. There an
    answer with its related topics serves better than a question back, so here the theme's chance decides.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [SentenceVectors]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # how many of the likeliest intents a message carries
            RANKING_KEY: 10,
            # make the probabilities honest; costs about a third of a training more
            CALIBRATE_KEY: True,
            # below this chance of the likeliest theme the intent is nlu_fallback
            THRESHOLD_KEY: 0.2,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._ranking, self._calibrate = config[RANKING_KEY], config[CALIBRATE_KEY]
        self._threshold = config[THRESHOLD_KEY]
        self._model_storage, self._resource, self._model = model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> TopicClassifier:
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
    ) -> TopicClassifier:
        """Loads a trained component (see parent class for full docstring)."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.read(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from every example that has an intent."""
        examples = [one for one in training_data.intent_examples if one.get(TEXT) and one.get(VECTOR) is not None]
        started = time.monotonic()
        self._model = IntentModel.train(
            [one.get(TEXT) for one in examples],
            np.stack([one.get(VECTOR) for one in examples]),
            [one.get(INTENT) for one in examples],
            [theme_of(one) for one in examples],
            calibrate=self._calibrate,
        )
        logger.info(
            "learned %d intents of %d themes from %d examples in %.0f s, temperature %.3f",
            len(self._model.intents),
            len(self._model.themes),
            len(examples),
            time.monotonic() - started,
            self._model.temperature,
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after this component learns from its guesses."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets `intent`, `intent_ranking` and `theme_ranking`; a payload gets none here, Rasa reads it afterwards."""
        for message in messages:
            vector = message.get(VECTOR)
            themes, ranking = ([], []) if vector is None else self._ranked(message.get(TEXT), vector)
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(THEME_RANKING, themes, add_to_output=True)
        return messages

    def _ranked(self, text: str, vector: np.ndarray) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        of_themes, of_intents = self._model.chances([text], vector[np.newaxis])
        themes = _ranking(self._model.themes, of_themes[0], np.argsort(-of_themes[0])[:THEMES_RANKED])
        # First the likeliest intent of the likeliest theme: one with a theme to itself may have a greater chance.
        own = self._model.theme_of == np.argmax(of_themes[0])
        first, others = np.argmax(of_intents[0] + own), np.argsort(-of_intents[0])
        places = [first, *others[others != first]][: self._ranking]
        ranking = _ranking(self._model.intents, of_intents[0], places)
        if themes[0]["confidence"] < self._threshold:
            ranking.insert(0, {"name": NOT_SURE, "confidence": 1 - themes[0]["confidence"]})
        return themes, ranking


def _ranking(names: list[str], chances: np.ndarray, places: Iterable[int]) -> list[dict[str, Any]]:
    return [{"name": names[place], "confidence": float(chances[place])} for place in places]
