"""Checks what an action answered without checking, each time, the rules of the check.

Rasa hands its constant schema to `jsonschema.validate` at every action call, which first holds the schema itself
against the schema of all schemas: some twenty milliseconds of a processor, twenty times the check proper. Rasa has
no setting for it, so its method is replaced. The check is the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction


def check_quickly() -> None:
    """Let every action of this process be checked so. Calling it again changes nothing."""
    RemoteAction._validate_action_result = _checked


def _checked(action: RemoteAction, result: Any) -> bool:
    """True, or raises jsonschema's ValidationError as Rasa's own method does."""
    wrong = best_match(_validator().iter_errors(result))
    if wrong is not None:
        wrong.message += f". The answer of {action.name()} cannot be used"
        raise wrong
    return True


@lru_cache(maxsize=1)
def _validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    made = validator_for(schema)
    made.check_schema(schema)
    return made(schema)
