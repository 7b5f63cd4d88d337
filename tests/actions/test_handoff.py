from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.handoff import HandoffRequest
from bot.office import conversations
from bot.office.handoff import open_handoff, withdraw
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


async def test_a_request_that_is_handled_twice_as_the_engine_died_over_it_is_still_the_first(
    run: Run, office: context.Office, person: str, now: datetime
) -> None:
    with office.database.session() as session:
        conversations.receive(session, person, "x", channel_message_id="1", now=now - timedelta(seconds=1))
    first = await run(HandoffRequest(), "handoff_request")
    assert await run(HandoffRequest(), "handoff_request") == first
    assert first[1] == ["utter_handoff_requested", "utter_handoff_demo"]


async def test_that_it_is_a_demonstration_is_said_once(run: Run, office: context.Office, person: str) -> None:
    said = [(await run(HandoffRequest(), "handoff_request"))[1] for _ in range(2)]
    with office.database.session() as session:
        withdraw(session, person, now=office.clock())
    said.append((await run(HandoffRequest(), "handoff_request"))[1])
    assert said == [["utter_handoff_requested", "utter_handoff_demo"], ["utter_handoff_again"],
                    ["utter_handoff_requested"]]


@pytest.mark.usefixtures("office")
async def test_outside_the_offices_conversations_nobody_is_promised() -> None:
    dispatcher = CollectingDispatcher()
    await HandoffRequest().run(dispatcher, tracker_of("shell", "handoff_request", {}, "x", {}), {})
    assert [one["response"] for one in dispatcher.messages] == ["utter_handoff_not_here"]
