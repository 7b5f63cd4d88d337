from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from actions import context
from actions.booking import ValidateBookingForm
from actions.booking_outcome import BookingList, BookingSubmit
from actions.booking_questions import AskBookingConfirmed, AskBookingDay, AskBookingLanguage, AskBookingMeeting
from bot.office.booking import MOST_BOOKINGS, Wish, book, bookings_of
from bot.office.tables import Booking
from tests.actions.conftest import Run
from tests.bot.office.people import MONDAY, people

TEN_ON_TUESDAY = MONDAY + timedelta(days=1, hours=2)
WISH = {"booking_topic": "cv", "booking_language": "fi", "booking_meeting": "phone"}
CHOSEN = {**WISH, "booking_day": "2026-11-24", "booking_time": TEN_ON_TUESDAY.isoformat(), "booking_confirmed": "yes"}


def date(day: str | None, hour: str | None = None) -> dict[str, Any]:
    return {"from": day, "to": day, "time_from": hour, "time_to": hour}


async def test_a_question_that_names_a_language_is_no_answer_to_the_form(run: Run) -> None:
    slots, said = await run(
        ValidateBookingForm(),
        "language_courses_where",
        "where can I learn Swedish in the evenings?",
        {"requested_slot": "booking_language", "booking_topic": "cv"},
        language="sv",
    )
    assert (slots, said) == ({}, [])


async def test_a_short_answer_counts_whatever_the_classifier_took_it_for(run: Run) -> None:
    slots, _ = await run(
        ValidateBookingForm(),
        "language_courses_where",
        "Swedish",
        {"requested_slot": "booking_language"},
        language="sv",
    )
    assert slots["booking_language"] == "sv"


async def test_a_language_said_to_the_question_of_the_topic_is_the_sessions_language(run: Run) -> None:
    slots, _ = await run(
        ValidateBookingForm(), "language_courses_where", "Swedish", {"requested_slot": "booking_topic"}, language="sv"
    )
    assert (slots["booking_language"], slots["booking_topic"]) == ("sv", None)


async def test_a_free_day_and_hour_named_at_once_settle_the_time(run: Run) -> None:
    slots, said = await run(ValidateBookingForm(), "booking_make", slots=WISH, date=date("2026-11-24", "10:00"))
    assert datetime.fromisoformat(slots["booking_time"]) == TEN_ON_TUESDAY
    assert slots["booking_counsellor"] == "1"
    assert said == []


async def test_a_day_without_free_times_stays_as_the_wish_around_which_others_are_shown(run: Run) -> None:
    slots, _ = await run(ValidateBookingForm(), "booking_inform", slots=WISH, date=date("2026-11-28"))
    assert slots["booking_day"] is None
    _, said = await run(AskBookingDay(), slots={**WISH, **slots})
    assert said == ["utter_booking_day_nearest"]


async def test_a_yes_before_the_summary_books_nothing(run: Run) -> None:
    slots, said = await run(ValidateBookingForm(), "affirm", "yes", {**WISH, "requested_slot": "booking_day"})
    assert slots == {"booking_confirmed": None}
    assert said == ["utter_booking_not_understood"]


async def test_an_old_time_button_of_a_time_that_is_gone_is_refused(run: Run, office: context.Office) -> None:
    take(office, TEN_ON_TUESDAY)
    slots, said = await run(
        ValidateBookingForm(),
        "booking_choose",
        "/booking_choose",
        {**WISH, "requested_slot": "booking_time"},
        booking_time=TEN_ON_TUESDAY.isoformat(),
    )
    assert (slots["booking_time"], slots["booking_day"]) == (None, "2026-11-24")
    assert said == ["utter_booking_time_taken"]


@pytest.mark.parametrize("value", ["yesterday", "2026-11-24T10:00", "", "[]"])
async def test_a_time_that_is_none_is_ignored(run: Run, value: str) -> None:
    slots, _ = await run(
        ValidateBookingForm(), "booking_choose", "/x", {**WISH, "requested_slot": "booking_time"}, booking_time=value
    )
    assert slots == {"booking_confirmed": None}


async def test_the_booking_is_in_the_database_and_the_slots_are_empty(run: Run, office: context.Office) -> None:
    slots, said = await run(BookingSubmit(), "affirm", slots=CHOSEN)
    assert said == ["utter_booking_done"]
    assert set(slots.values()) == {None}
    with office.database.reading() as session:
        assert session.query(Booking).one().starts_at == TEN_ON_TUESDAY
    assert (await run(BookingList()))[1] == ["utter_booking_list"]


async def test_a_yes_that_is_handled_twice_as_the_engine_died_over_it_books_once_and_says_so(
    run: Run, office: context.Office
) -> None:
    assert [(await run(BookingSubmit(), "affirm", slots=CHOSEN))[1] for _ in range(2)] == [["utter_booking_done"]] * 2
    with office.database.reading() as session:
        assert session.query(Booking).count() == 1


async def test_a_time_taken_in_between_is_said_and_only_the_time_is_asked_again(
    run: Run, office: context.Office
) -> None:
    take(office, TEN_ON_TUESDAY)
    slots, said = await run(BookingSubmit(), "affirm", slots=CHOSEN)
    assert said == ["utter_booking_time_taken"]
    assert slots == {"booking_time": None, "booking_counsellor": None, "booking_confirmed": None}


@pytest.mark.parametrize("now", [TEN_ON_TUESDAY + timedelta(hours=1)])
async def test_a_time_that_has_passed_asks_for_another_day(run: Run) -> None:
    slots, said = await run(BookingSubmit(), "affirm", slots=CHOSEN)
    assert said == ["utter_booking_time_passed"]
    assert "booking_day" in slots


async def test_who_has_as_many_sessions_as_one_may_have_is_told(run: Run, office: context.Office, person: str) -> None:
    for days in range(MOST_BOOKINGS):
        take(office, TEN_ON_TUESDAY + timedelta(days=1 + days), person)
    _, said = await run(BookingSubmit(), "affirm", slots=CHOSEN)
    assert said == ["utter_booking_too_many"]


async def test_a_summary_is_not_shown_for_a_time_that_is_gone(run: Run, office: context.Office) -> None:
    take(office, TEN_ON_TUESDAY)
    slots, said = await run(AskBookingConfirmed(), slots={**CHOSEN, "booking_confirmed": None})
    assert said == ["utter_booking_time_gone"]
    assert slots["booking_time"] is None


async def test_only_what_somebody_offers_is_asked(run: Run) -> None:
    assert (await run(AskBookingLanguage(), slots=WISH))[1] == ["utter_ask_booking_language"]
    assert (await run(AskBookingMeeting(), slots={**WISH, "booking_language": "en"}))[1] == ["utter_booking_nobody"]


def take(office: context.Office, starts_at: datetime, somebody: str | None = None) -> None:
    somebody = somebody or people(office.database, 1)[0]
    with office.database.session() as session:
        wish = Wish("cv", "fi", "phone")
        book(session, wish, starts_at=starts_at, conversation_id=somebody, now=office.clock())
        assert bookings_of(session, somebody, now=office.clock())
