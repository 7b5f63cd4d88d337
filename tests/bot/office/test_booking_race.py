"""Many processes, few times: whatever happens, nobody is promised a time twice."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.office.booking import TimeTaken, TooManyBookings, book, bookings_of, cancel
from bot.office.database import Database
from bot.office.tables import Booking
from tests.bot.office.people import MONDAY, WISH, counsellor, hire, people
from tests.bot.office.racing import race

pytestmark = pytest.mark.slow

PROCESSES, TRIES = 8, 125
NINE = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
TIMES = [NINE + timedelta(hours=hour) for hour in range(3)]


def assert_nobody_is_in_two_places(database: Database) -> list[Booking]:
    with database.reading() as session:
        booked = list(session.scalars(select(Booking).where(Booking.state == "booked")))
    for whose, begins, ends in (
        ("counsellor_id", "blocked_from", "blocked_to"),
        ("conversation_id", "starts_at", "ends_at"),
    ):
        for who in {getattr(one, whose) for one in booked}:
            theirs = sorted((getattr(b, begins), getattr(b, ends)) for b in booked if getattr(b, whose) == who)
            assert all(earlier[1] <= later[0] for earlier, later in pairwise(theirs))
    return booked


def book_and_cancel(url: str, persons: list[str], racer: int) -> Counter[str]:
    """Book at the few times there are; now and then cancel, so that the race never ends."""
    database, chance, outcomes = Database(url), random.Random(racer), Counter[str]()
    for _ in range(TRIES):
        person = chance.choice(persons)
        try:
            with database.session() as session:
                book(session, WISH, starts_at=chance.choice(TIMES), conversation_id=person, now=MONDAY)
            outcomes["booked"] += 1
        except (TimeTaken, TooManyBookings) as refusal:
            outcomes[type(refusal).__name__] += 1
        if chance.random() < 0.2:
            with database.session() as session:
                for one in bookings_of(session, person, now=MONDAY):
                    cancel(session, one.code, person, now=MONDAY)
    database.close()
    return outcomes


def test_a_thousand_tries_for_a_few_times_end_without_a_double_booking(database: Database, database_url: str) -> None:
    hire(database, counsellor("A"), counsellor("B"))
    outcomes = race(book_and_cancel, PROCESSES, database_url, people(database, 12))
    total = sum(outcomes, Counter[str]())
    assert total.total() == PROCESSES * TRIES
    assert set(total) <= {"booked", "TimeTaken", "AlreadyBooked", "TooManyBookings"}
    assert total["booked"] > 0
    assert total["TimeTaken"] > 0
    assert_nobody_is_in_two_places(database)


def book_all(url: str, persons: list[str], starts: list[datetime], racer: int) -> list[int]:
    """One person tries for each of the times in turn; the indices of those that they got."""
    database, got = Database(url), []
    for index, start in enumerate(starts):
        try:
            with database.session() as session:
                book(session, WISH, starts_at=start, conversation_id=persons[racer], now=MONDAY)
            got.append(index)
        except TimeTaken:
            continue
    database.close()
    return got


def test_each_time_is_won_by_exactly_as_many_as_there_are_counsellors(database: Database, database_url: str) -> None:
    hire(database, counsellor("A"), counsellor("B"))
    won = race(book_all, 4, database_url, people(database, 4), TIMES)
    assert Counter(index for got in won for index in got) == {0: 2, 1: 2, 2: 2}
    assert len(assert_nobody_is_in_two_places(database)) == 6


def tap(url: str, person: str, _racer: int) -> int:
    database = Database(url)
    with database.session() as session:
        booking = book(session, WISH, starts_at=NINE, conversation_id=person, now=MONDAY)
    database.close()
    return booking.id


def test_taps_that_arrive_at_once_are_one_booking(database: Database, database_url: str) -> None:
    hire(database, counsellor("A"), counsellor("B"))
    [person] = people(database, 1)
    assert len(set(race(tap, 4, database_url, person))) == 1
    assert len(assert_nobody_is_in_two_places(database)) == 1


def insert_blindly(url: str, counsellor_id: int, persons: list[str], racer: int) -> int:
    """No lock, no look: rows as a careless programmer would write them. How many the database took."""
    database, chance, kept = Database(url), random.Random(racer), 0
    for number in range(25):
        start = NINE + timedelta(minutes=5 * chance.randrange(30))
        row = Booking(
            code=f"{racer}-{number}",
            counsellor_id=counsellor_id,
            conversation_id=persons[racer],
            topic="cv",
            language="fi",
            meeting="phone",
            starts_at=start,
            ends_at=start + timedelta(minutes=45),
            blocked_from=start,
            blocked_to=start + timedelta(hours=1),
            state="booked",
            created_at=MONDAY,
        )
        try:
            with database.session() as session:
                session.add(row)
            kept += 1
        except DBAPIError as error:
            # On PostgreSQL two that were inserted at once may wait for each other; one is let go.
            assert "no_overlap_for" in str(error.orig) or "deadlock" in str(error.orig)  # noqa: PT017
    database.close()
    return kept


def test_rows_written_without_any_check_do_not_overlap_either(database: Database, database_url: str) -> None:
    [only] = hire(database, counsellor("A"))
    kept = race(insert_blindly, 4, database_url, only, people(database, 4))
    assert len(assert_nobody_is_in_two_places(database)) == sum(kept) > 0
