from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from bot.office import papers
from bot.office.booking import book, cancel
from bot.office.conversations import UnknownConversation
from bot.office.database import Database
from bot.office.refusals import UnknownBooking
from bot.office.tables import Booking, Conversation, Paper
from tests.bot.office.people import MONDAY, WISH, counsellor, hire, people

NINE = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def kept(database: Database, person: str, text: str = "1. Apply", kind: str = "recognition") -> int:
    with database.session() as session:
        return papers.keep(session, person, kind, text=text, content={"a": 1}, language="en", now=MONDAY).id


def booked(database: Database, person: str, starts_at: datetime = NINE) -> Booking:
    with database.session() as session:
        return book(session, WISH, starts_at=starts_at, conversation_id=person, now=MONDAY)


def given(database: Database, person: str, booking: Booking) -> list[str]:
    with database.session() as session:
        papers.attach(session, booking.code, person, now=MONDAY)
        return [paper.text for paper in papers.of_booking(session, booking.id)]


def offered(database: Database, person: str, now: datetime = MONDAY) -> list[str]:
    with database.session() as session:
        return [paper.text for paper in papers.to_offer(session, person, now=now)]


def count(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(Paper)) or 0


def test_nobody_but_the_person_has_a_paper_until_there_is_a_yes(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    kept(database, person)
    booking = booked(database, person)
    with database.session() as session:
        assert papers.of_booking(session, booking.id) == []
    assert given(database, person, booking) == ["1. Apply"]


def test_the_newest_paper_takes_the_place_of_the_last_one(database: Database) -> None:
    [person] = people(database, 1)
    kept(database, person, "old")
    kept(database, person, "new")
    assert offered(database, person) == ["new"]
    assert count(database) == 1


def test_the_same_paper_twice_is_one(database: Database) -> None:
    [person] = people(database, 1)
    assert kept(database, person) == kept(database, person)


def test_what_a_counsellor_was_given_stays_as_it_was_when_the_person_writes_another(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    kept(database, person, "agreed")
    booking = booked(database, person)
    given(database, person, booking)
    kept(database, person, "not agreed")
    with database.session() as session:
        assert [paper.text for paper in papers.of_booking(session, booking.id)] == ["agreed"]
    assert offered(database, person) == ["not agreed"]


def test_a_paper_that_a_session_to_come_has_is_not_offered_again(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    kept(database, person)
    given(database, person, booked(database, person))
    assert offered(database, person) == []
    assert offered(database, person, now=NINE + timedelta(days=1)) == ["1. Apply"]  # that session is over


def test_a_cancelled_session_frees_the_paper_for_the_next(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    kept(database, person)
    booking = booked(database, person)
    given(database, person, booking)
    with database.session() as session:
        cancel(session, booking.code, person, now=MONDAY)
        assert papers.of_booking(session, booking.id) == []
    again = booked(database, person, NINE + timedelta(hours=2))
    assert given(database, person, again) == ["1. Apply"]


def test_papers_of_two_kinds_are_given_together(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    kept(database, person, "plan")
    kept(database, person, "summary", kind="goals")
    assert sorted(given(database, person, booked(database, person))) == ["plan", "summary"]


def test_a_paper_cannot_be_given_to_a_booking_that_is_cancelled_or_somebody_elses(database: Database) -> None:
    hire(database, counsellor("A"), counsellor("B"))
    one, other = people(database, 2)
    kept(database, one)
    foreign, own = booked(database, other), booked(database, one)
    with database.session() as session:
        cancel(session, own.code, one, now=MONDAY)
    for booking in (foreign, own):
        with pytest.raises(UnknownBooking):
            given(database, one, booking)


def test_a_paper_goes_with_its_conversation_also_when_it_was_given_away(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    kept(database, person)
    given(database, person, booked(database, person))
    with database.session() as session:
        session.execute(delete(Conversation).where(Conversation.id == person))
    assert count(database) == 0


def test_forgetting_leaves_what_was_given_away(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    kept(database, person, "given")
    given(database, person, booked(database, person))
    kept(database, person, "mine")
    with database.session() as session:
        papers.forget(session, person, "recognition")
    with database.session() as session:
        assert papers.newest(session, person, "recognition").text == "given"


def test_there_is_no_paper_without_a_conversation(database: Database) -> None:
    with pytest.raises(UnknownConversation):
        kept(database, "nobody")
