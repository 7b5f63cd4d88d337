"""What goes to an action and what comes back."""

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.action_answers import check_quickly
from bot.settings import ROOT

SLOT = {"event": "slot", "name": "topic", "value": "job_start"}


@pytest.fixture
def judge(monkeypatch):
    """Rasa's own method, and ours in its place."""
    action = RemoteAction("action_test", None)
    own = RemoteAction._validate_action_result
    monkeypatch.setattr(RemoteAction, "_validate_action_result", own)  # put back after the test
    check_quickly()

    def both(answer):
        return _says(own, action, answer), _says(RemoteAction._validate_action_result, action, answer)

    return both


def _says(check, action, answer):
    try:
        return check(action, answer)
    except jsonschema.ValidationError as error:
        return list(error.absolute_path)


@pytest.mark.parametrize(
    "answer",
    [
        {"events": [SLOT], "responses": [{"response": "utter_greet"}]},
        {},
        [],
        {"events": [{"event": "slot"}]},
        {"events": [SLOT, {"event": "unheard of"}]},
        {"events": None},
        {"responses": ["utter_greet"]},
    ],
    ids=str,
)
def test_an_answer_is_judged_as_rasa_judges_it(judge, answer):
    theirs, ours = judge(answer)
    assert ours == theirs


def test_the_schema_is_held_against_the_schema_of_schemas_once(judge, monkeypatch):
    judge({})
    monkeypatch.setattr(jsonschema.Draft202012Validator, "check_schema", lambda *_: pytest.fail("checked again"))
    assert RemoteAction._validate_action_result(RemoteAction("action_test", None), {"events": [SLOT]})


def test_the_domain_does_not_go_along_with_each_call(monkeypatch):
    for name in ("POLKU_ACTIONS_URL", "POLKU_ENGINE_SECRET", "POLKU_TRACKER_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    endpoint = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml")).action
    domain = Domain.from_yaml(Domain.from_file(str(ROOT / "domain.yml")).as_yaml())  # as the model keeps it
    for name in domain.user_actions:
        call = RemoteAction(name, endpoint)._action_call_format(DialogueStateTracker("one", domain.slots), domain)
        assert "domain" not in call, name
