"""Graph component: entities that are found by their names (languages, countries, municipalities …)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.importer import words_in
from bot.engine.language import TEXT_LANGUAGE
from bot.engine.word_finder import find_in_all, finders_of

WORDS_FILE = "words.json"


def languages_of(message: Message) -> list[str]:
    """In which languages to read a message: its own first, then the conversation's."""
    current = (message.get(METADATA) or {}).get("language")
    return [*dict.fromkeys(filter(None, (message.get(TEXT_LANGUAGE), current)))]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class WordEntities(GraphComponent, EntityExtractorMixin):
    """Adds the entities of `word_lists.ENTITIES`, each with a canonical value."""

    def __init__(
        self,
        config: dict[str, Any],  # noqa: ARG002 - nothing to choose yet
        model_storage: ModelStorage,
        resource: Resource,
        words: Mapping[str, Any] | None = None,
    ) -> None:
        """`words` is language → words.yml."""
        self._model_storage, self._resource = model_storage, resource
        self._finders = finders_of(words or {})

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
    ) -> WordEntities:
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
    ) -> WordEntities:
        """Loads a trained component (see parent class for full docstring)."""
        return cls(config, model_storage, resource, load_words(model_storage, resource))

    def train(self, training_data: TrainingData) -> Resource:
        """Puts the words into the model, so that it needs no other file."""
        words = words_in(training_data)
        save_words(words, self._model_storage, self._resource)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples need no entities: nothing is learned from them."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Finds names in each message that a person wrote."""
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith("/"):
                continue
            found = [
                {"entity": one.entity, "value": one.value, "start": one.start, "end": one.end}
                for one in find_in_all(self._finders, text, languages_of(message))
            ]
            entities = [*message.get(ENTITIES, []), *self.add_extractor_name(found)]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages


def save_words(words: Mapping[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
    with model_storage.write_to(resource) as folder:
        (folder / WORDS_FILE).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def load_words(model_storage: ModelStorage, resource: Resource) -> dict[str, Any]:
    with model_storage.read_from(resource) as folder:
        return json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
