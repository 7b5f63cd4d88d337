from __future__ import annotations

from datetime import timedelta

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions import context
from actions.booking import ValidateBookingForm
from actions.crisis import Crisis
from actions.handoff import HandoffRequest
from bot.office.handoff import open_handoff, queue, request
from tests.actions.conftest import Run, tracker_of
from tests.bot.office.people import people


async def test_each_kind_is_answered_with_its_own_help(run: Run) -> None:
    for kind in ("danger", "self_harm", "violence", "exploitation"):
        slots, said = await run(Crisis(), "crisis", crisis=kind)
        assert said == [f"utter_crisis_{kind}"]
        assert slots == {"crisis": kind}


@pytest.mark.usefixtures("office")
async def test_of_several_kinds_the_two_most_urgent_are_answered(person: str) -> None:
    dispatcher = CollectingDispatcher()
    tracker = tracker_of(person, "crisis", {}, "x", {})
    tracker.latest_message["entities"] = [
        {"entity": "crisis", "value": kind} for kind in ("exploitation", "violence", "danger")
    ]
    await Crisis().run(dispatcher, tracker, {})
    assert [one["response"] for one in dispatcher.messages] == ["utter_crisis_danger", "utter_crisis_violence"]


async def test_who_waits_for_a_human_goes_to_the_front_of_the_queue(
    run: Run, office: context.Office, person: str
) -> None:
    [other] = people(office.database, 1)
    with office.database.session() as session:
        for one, minutes in ((other, 60), (person, 0)):
            request(session, one, reason="asked", language="fi", topic=None,
                    now=office.clock() - timedelta(minutes=minutes))
    _, said = await run(Crisis(), "crisis", crisis="violence")
    assert said == ["utter_crisis_violence", "utter_crisis_queue"]
    with office.database.reading() as session:
        assert [one.conversation_id for one in queue(session)] == [person, other]


async def test_a_human_asked_for_after_a_crisis_is_asked_for_urgently_once(
    run: Run, office: context.Office, person: str
) -> None:
    slots, _ = await run(HandoffRequest(), "handoff_request", slots={"crisis": "violence"})
    assert slots == {"crisis": None}
    with office.database.reading() as session:
        assert open_handoff(session, person).reason == "crisis"


@pytest.mark.usefixtures("office")
async def test_without_an_office_the_numbers_are_given_all_the_same() -> None:
    dispatcher = CollectingDispatcher()
    await Crisis().run(dispatcher, tracker_of("shell", "crisis", {"crisis": "danger"}, "x", {}), {})
    assert [one["response"] for one in dispatcher.messages] == ["utter_crisis_danger"]


async def test_a_form_takes_no_cry_for_help_for_its_answer(run: Run) -> None:
    # "my wife hits me on Tuesdays by phone": whatever else is in it.
    slots, said = await run(ValidateBookingForm(), "crisis", slots={"requested_slot": "booking_meeting"},
                            meeting="phone", crisis="violence")
    assert (slots, said) == ({}, [])
