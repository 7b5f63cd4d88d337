"""Our rule policy beside Rasa's own, over rules and conversations made at random."""

import json
import random

import pytest
from rasa.core.policies import rule_policy
from rasa.shared.core.constants import SHOULD_NOT_BE_SET

from bot.engine.rules import RulePolicy

INTENTS = ["ask", "affirm", "deny", None, SHOULD_NOT_BE_SET]
ACTIONS = ["action_listen", "utter_answer", "booking_form", None]
SLOTS = [{}, {"language": (1.0,)}, {"language": SHOULD_NOT_BE_SET}]


def state(chance: random.Random, intents: list, actions: list) -> dict:
    made = {}
    if (intent := chance.choice(intents)) is not None:
        made["user"] = {"intent": intent}
    if (action := chance.choice(actions)) is not None:
        made["prev_action"] = {"action_name": action}
    if slots := chance.choice(SLOTS):
        made["slots"] = slots
    return made


@pytest.mark.parametrize("seed", range(20))
def test_it_finds_the_rules_that_rasas_own_finds(seed: int):
    chance = random.Random(seed)
    ours, theirs = RulePolicy.__new__(RulePolicy), rule_policy.RulePolicy.__new__(rule_policy.RulePolicy)
    lookup = {
        json.dumps([state(chance, INTENTS, ACTIONS) for _ in range(chance.randint(1, 3))], sort_keys=True): "utter_x"
        for _ in range(300)
    }
    found = 0
    for _ in range(100):
        states = [state(chance, INTENTS[:-1], ACTIONS) for _ in range(chance.randint(0, 6))]
        keys = ours._get_possible_keys(lookup, states)
        assert keys == theirs._get_possible_keys(lookup, states)
        found += bool(keys)
    assert found > 10  # there was something to find


def test_other_rules_are_indexed_anew():
    policy = RulePolicy.__new__(RulePolicy)
    listen = {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "ask"}}
    asked = {json.dumps([listen]): "utter_answer"}
    assert policy._get_possible_keys({}, [listen]) == set()
    assert policy._get_possible_keys(asked, [listen]) == set(asked)
    assert policy._get_possible_keys({}, [listen]) == set()
