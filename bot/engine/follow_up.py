"""Graph component: a short question about the last answer is one only where there is a last answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.intents import NOT_SURE, THEME_RANKING, THRESHOLD_KEY

THEME, FOLLOW_UP = "follow_up", "follow_up_"  # the theme, and what its intents begin with
TOPIC = "topic"  # in a message's metadata: what was answered last
LONGEST_KEY = "longest"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FollowUpGuard(GraphComponent, IntentClassifier):
    """Takes those intents out of the ranking of a message that has no answer before it, or names its own subject."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._longest, self._threshold = config[LONGEST_KEY], config[THRESHOLD_KEY]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # words; who writes more says what it is about
            LONGEST_KEY: 8,
            # as the classifier's own
            THRESHOLD_KEY: 0.35,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 - Rasa's signature
        resource: Resource,  # noqa: ARG003 - Rasa's signature
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> FollowUpGuard:
        """Creates a new component (see parent class for full docstring)."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """The themes and intents that are left share the whole."""
        for message in messages:
            themes = message.get(THEME_RANKING) or []
            taken = sum(one["confidence"] for one in themes if one["name"] == THEME)
            if not taken or self._may_follow(message):
                continue
            left = _shared(themes, taken, lambda name: name != THEME)
            ranking = _shared(
                message.get(INTENT_RANKING_KEY) or [],
                taken,
                lambda name: name != NOT_SURE and not name.startswith(FOLLOW_UP),
            )
            sure = left[0]["confidence"] if left else 0.0
            if sure < self._threshold or not ranking:
                ranking.insert(0, {"name": NOT_SURE, "confidence": 1 - sure})
            message.set(THEME_RANKING, left, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(INTENT, ranking[0], add_to_output=True)
        return messages

    def _may_follow(self, message: Message) -> bool:
        last = (message.get(METADATA) or {}).get(TOPIC)
        return bool(last) and len((message.get(TEXT) or "").split()) <= self._longest


def _shared(ranking: list[dict[str, Any]], taken: float, stays: Callable[[str], bool]) -> list[dict[str, Any]]:
    whole = max(1 - taken, 1e-9)
    return [{**one, "confidence": min(1.0, one["confidence"] / whole)} for one in ranking if stays(one["name"])]
