"""Graph component: days and times that a message names, as entity `date`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.date_reader import parse
from bot.engine.date_words import DateWords
from bot.engine.entities import languages_of, load_words, save_words
from bot.engine.importer import words_in
from bot.languages import LANGUAGES


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class DateEntities(GraphComponent, EntityExtractorMixin):
    """Adds at most one `date`; its value is what `date_reader.parse` promises."""

    def __init__(
        self,
        config: dict[str, Any],  # noqa: ARG002 - nothing to choose yet
        model_storage: ModelStorage,
        resource: Resource,
        words: Mapping[str, Any] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`words` is language → words.yml; `clock` gives an aware time."""
        self._model_storage, self._resource, self._clock = model_storage, resource, clock
        self._words = {language: DateWords.of(one) for language, one in (words or {}).items()}

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> DateEntities:
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
    ) -> DateEntities:
        """Loads a trained component (see parent class for full docstring)."""
        return cls(config, model_storage, resource, load_words(model_storage, resource))

    def train(self, training_data: TrainingData) -> Resource:
        """Puts the words of time into the model, so that it needs no other file."""
        words = {language: {"dates": one.get("dates")} for language, one in words_in(training_data).items()}
        save_words(words, self._model_storage, self._resource)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples need no dates: nothing is learned from them."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Reads each message that a person wrote."""
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith("/"):
                continue
            order = [*dict.fromkeys([*languages_of(message), *LANGUAGES])]
            value = parse(text, order, self._words, self._clock())
            if value:
                entity = {"entity": "date", "value": value, "start": 0, "end": len(text)}
                entities = [*message.get(ENTITIES, []), *self.add_extractor_name([entity])]
                message.set(ENTITIES, entities, add_to_output=True)
        return messages
