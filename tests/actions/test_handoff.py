from __future__ import annotations

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.handoff import HandoffRequest
from bot.office.handoff import open_handoff
from tests.actions.conftest import Run, tracker_of


async def test_a_request_is_kept_and_a_second_one_is_the_same(run: Run, office: context.Office, person: str) -> None:
    _, said = await run(HandoffRequest(), "handoff_request")
    assert said[0] == "utter_handoff_requested"
    with office.database.reading() as session:
        first = open_handoff(session, person)
    assert first is not None
    assert first.reason == "asked"
    _, said = await run(HandoffRequest(), "handoff_request")
    assert said[0] == "utter_handoff_again"
    with office.database.reading() as session:
        assert open_handoff(session, person).id == first.id


@pytest.mark.usefixtures("office")
async def test_outside_the_offices_conversations_nobody_is_promised() -> None:
    dispatcher = CollectingDispatcher()
    await HandoffRequest().run(dispatcher, tracker_of("shell", "handoff_request", {}, "x", {}), {})
    assert [one["response"] for one in dispatcher.messages] == ["utter_handoff_not_here"]
