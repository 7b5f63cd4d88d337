"""Rasa's rule policy with an index over the rules: with one rule a topic, trying each of them is most of its cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from rasa.core.policies import rule_policy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

State = dict[str, Any]
Index = dict[str | None, dict[str | None, list[str]]]


# Rasa's ensemble knows a rule's prediction by the policy's name.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RulePolicy(rule_policy.RulePolicy):
    """Predicts what Rasa's own does: only rules that can't apply are left out before each is tried."""

    _indexed: tuple[Mapping[str, str], int, Index] | None = None

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        keys = set(self._candidates(lookup, states[-1])) if states else set(lookup)
        for turn, state in enumerate(reversed(states)):
            if not any(turn < len(self._rule_key_to_state(key)) for key in keys):
                break  # every rule has been compared as a whole
            keys = {key for key in keys if self._is_rule_applicable(key, turn, state)}
        return keys

    def _candidates(self, lookup: dict[str, str], state: State) -> Iterator[str]:
        """Rules whose last state names the same action before and the same intent, or no intent."""
        if self._indexed is None or self._indexed[0] is not lookup or self._indexed[1] != len(lookup):
            index: Index = defaultdict(lambda: defaultdict(list))
            for key in lookup:
                action, intent = _action_and_intent(self._rule_key_to_state(key)[-1])
                index[action][intent].append(key)
            self._indexed = (lookup, len(lookup), index)
        action, intent = _action_and_intent(state)
        of_action = self._indexed[2].get(action, {})
        # At a conversation's start Rasa compares nothing else.
        intents = of_action if action is None else {intent, None}
        return (key for one in intents for key in of_action.get(one, ()))


def _action_and_intent(state: State) -> tuple[str | None, str | None]:
    intent = state.get(USER, {}).get(INTENT)
    return state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME), None if intent == SHOULD_NOT_BE_SET else intent
