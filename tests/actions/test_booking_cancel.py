from __future__ import annotations

from datetime import timedelta

import pytest

from actions import context
from actions.booking_cancel import BookingCancelSubmit, ValidateBookingCancelForm
from bot.office.booking import Wish, book, cancel
from tests.actions.conftest import Run
from tests.bot.office.people import MONDAY, people

WISH = Wish("cv", "fi", "phone")
TUESDAY = MONDAY + timedelta(days=1, hours=2)


@pytest.fixture
def code(office: context.Office, person: str) -> str:
    with office.database.session() as session:
        return book(session, WISH, starts_at=TUESDAY, conversation_id=person, now=MONDAY).code


async def test_the_only_booking_need_not_be_chosen(run: Run, code: str) -> None:
    slots, _ = await run(ValidateBookingCancelForm(), "booking_cancel")
    assert slots == {"booking_cancel_code": code, "booking_cancel_confirmed": None}


async def test_without_bookings_the_form_ends_at_once(run: Run) -> None:
    slots, _ = await run(ValidateBookingCancelForm(), "booking_cancel")
    assert slots["requested_slot"] is None
    assert (await run(BookingCancelSubmit()))[1] == ["utter_booking_none"]


async def test_a_yes_cancels(run: Run, code: str) -> None:
    asked = {"booking_cancel_code": code, "requested_slot": "booking_cancel_confirmed"}
    slots, _ = await run(ValidateBookingCancelForm(), "affirm", slots=asked)
    assert slots == {"booking_cancel_confirmed": "yes"}
    assert (await run(BookingCancelSubmit(), slots={**asked, **slots}))[1] == ["utter_booking_cancelled"]
    assert (await run(ValidateBookingCancelForm(), "booking_cancel"))[0]["booking_cancel_code"] is None


async def test_a_no_keeps_it(run: Run, code: str) -> None:
    asked = {"booking_cancel_code": code, "requested_slot": "booking_cancel_confirmed"}
    slots, _ = await run(ValidateBookingCancelForm(), "deny", slots=asked)
    assert (await run(BookingCancelSubmit(), slots={**asked, **slots}))[1] == ["utter_booking_kept"]


async def test_a_code_of_somebody_else_is_no_code(run: Run, office: context.Office) -> None:
    other = people(office.database, 1)[0]
    with office.database.session() as session:
        theirs = book(session, WISH, starts_at=TUESDAY, conversation_id=other, now=MONDAY).code
    confirmed = {"booking_cancel_code": theirs, "booking_cancel_confirmed": "yes"}
    assert (await run(BookingCancelSubmit(), slots=confirmed))[1] == ["utter_booking_cancel_gone"]


@pytest.mark.parametrize("now", [MONDAY])
async def test_a_session_that_has_begun_cannot_be_cancelled(run: Run, office: context.Office, code: str) -> None:
    office.clock = lambda: TUESDAY + timedelta(minutes=5)
    confirmed = {"booking_cancel_code": code, "booking_cancel_confirmed": "yes"}
    assert (await run(BookingCancelSubmit(), slots=confirmed))[1] == ["utter_booking_cancel_too_late"]


async def test_a_yes_that_is_handled_twice_as_the_engine_died_over_it_still_says_that_it_is_cancelled(
    run: Run, office: context.Office, person: str, code: str
) -> None:
    with office.database.session() as session:
        cancel(session, code, person, now=MONDAY)
    asked = {"booking_cancel_code": code, "requested_slot": "booking_cancel_confirmed"}
    for named in ({}, {"booking_cancel_code": code, "booking_cancel_confirmed": "yes"}):
        slots, _ = await run(ValidateBookingCancelForm(), "booking_cancel" if named else "affirm", slots=asked, **named)
        assert slots == {"booking_cancel_confirmed": "yes"}
        assert (await run(BookingCancelSubmit(), slots={**asked, **slots}))[1] == ["utter_booking_cancelled"]


async def test_an_old_yes_to_a_booking_that_is_gone_does_not_cancel_the_one_that_is_asked_about(
    run: Run, office: context.Office, person: str, code: str
) -> None:
    with office.database.session() as session:
        other = book(session, WISH, starts_at=TUESDAY + timedelta(days=1), conversation_id=person, now=MONDAY).code
        cancel(session, other, person, now=MONDAY)
    asked = {"booking_cancel_code": code, "requested_slot": "booking_cancel_confirmed"}
    old = {"booking_cancel_code": other, "booking_cancel_confirmed": "yes"}
    slots, said = await run(ValidateBookingCancelForm(), "booking_cancel", slots=asked, **old)
    assert (slots, said) == ({"booking_cancel_confirmed": None}, ["utter_booking_cancel_gone"])
