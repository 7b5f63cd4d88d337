from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.office import booking
from bot.office.booking import Wish, book, bookings_of, cancel, move
from bot.office.database import Database
from bot.office.tables import Booking
from tests.bot.office.people import MONDAY, WISH, counsellor, hire, people

NINE = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def booked(database: Database, person: str, starts_at: datetime = NINE, wish: Wish = WISH) -> Booking:
    with database.session() as session:
        return book(session, wish, starts_at=starts_at, conversation_id=person, now=MONDAY)


def test_a_booking_has_a_code_that_can_be_read_aloud(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    made = booked(database, person)
    assert len(made.code) == 7
    assert not set(made.code) & set("01OILQSZ258BG")
    assert made.counsellor.name == "A"


def test_five_taps_are_one_booking(database: Database) -> None:
    hire(database, counsellor("A"), counsellor("B"))
    [person] = people(database, 1)
    assert len({booked(database, person).id for _ in range(5)}) == 1


def test_a_time_that_somebody_else_has_is_taken(database: Database) -> None:
    hire(database, counsellor("A"))
    one, other = people(database, 2)
    booked(database, one)
    with pytest.raises(booking.TimeTaken):
        booked(database, other)


def test_a_taken_time_goes_to_the_next_who_is_free(database: Database) -> None:
    hired = hire(database, counsellor("A"), counsellor("B"))
    assert [booked(database, person).counsellor_id for person in people(database, 2)] == hired


def test_nobody_can_be_in_two_sessions_at_once(database: Database) -> None:
    hire(database, counsellor("A", topics=["cv", "other"]), counsellor("B", topics=["cv", "other"]))
    [person] = people(database, 1)
    booked(database, person)
    with pytest.raises(booking.AlreadyBooked):
        booked(database, person, wish=Wish("other", "fi", "phone"))


@pytest.mark.parametrize(
    "starts_at",
    [NINE + timedelta(minutes=30), NINE + 12 * HOUR, NINE + timedelta(days=4), NINE + timedelta(days=42)],
)
def test_a_time_that_is_not_offered_is_refused(database: Database, starts_at: datetime) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    with pytest.raises(booking.NotOffered):
        booked(database, person, starts_at)


@pytest.mark.parametrize("starts_at", [NINE - timedelta(days=7), MONDAY + HOUR])
def test_a_time_that_is_over_or_too_near_is_refused(database: Database, starts_at: datetime) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    with pytest.raises(booking.TimePassed):
        booked(database, person, starts_at)


def test_three_sessions_to_come_are_enough(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    made = [booked(database, person, NINE + hour * HOUR) for hour in range(3)]
    with pytest.raises(booking.TooManyBookings):
        booked(database, person, NINE + 3 * HOUR)
    with database.session() as session:
        assert [one.id for one in bookings_of(session, person, now=MONDAY)] == [one.id for one in made]
        cancel(session, made[0].code, person, now=MONDAY)
    booked(database, person, NINE + 3 * HOUR)


def test_cancelling_frees_the_time_and_cancelling_twice_is_no_mistake(database: Database) -> None:
    hire(database, counsellor("A"))
    one, other = people(database, 2)
    code = booked(database, one).code
    for _ in range(2):
        with database.session() as session:
            assert cancel(session, f" {code.lower()} ", one, now=MONDAY).state == "cancelled"
    assert booked(database, other).state == "booked"


def test_a_code_is_worth_nothing_in_another_conversation(database: Database) -> None:
    hire(database, counsellor("A"))
    one, other = people(database, 2)
    code = booked(database, one).code
    for act in (
        lambda session: cancel(session, code, other, now=MONDAY),
        lambda session: move(session, code, other, starts_at=NINE + HOUR, now=MONDAY),
    ):
        with pytest.raises(booking.UnknownBooking), database.session() as session:
            act(session)


def test_a_session_that_has_begun_can_neither_be_cancelled_nor_moved(database: Database) -> None:
    hire(database, counsellor("A"))
    [person] = people(database, 1)
    code = booked(database, person).code
    with pytest.raises(booking.TooLateToCancel), database.session() as session:
        cancel(session, code, person, now=NINE)
    with pytest.raises(booking.TooLateToCancel), database.session() as session:
        move(session, code, person, starts_at=NINE + 4 * HOUR, now=NINE)


def test_a_moved_session_stays_with_its_counsellor_and_frees_its_time(database: Database) -> None:
    hired = hire(database, counsellor("A"), counsellor("B"))
    one, other = people(database, 2)
    made = booked(database, one)
    with database.session() as session:
        moved = move(session, made.code, one, starts_at=NINE + HOUR, now=MONDAY)
    assert (moved.id, moved.counsellor_id, moved.starts_at) == (made.id, hired[0], NINE + HOUR)
    # The one at ten would have been in the way of nobody but its own mover.
    assert booked(database, other, wish=Wish("cv", "fi", "phone", hired[0])).starts_at == NINE


def test_a_session_moves_to_another_counsellor_if_its_own_is_taken_and_stays_if_all_are(
    database: Database,
) -> None:
    hired = hire(database, counsellor("A"), counsellor("B"))
    mover, second, third = people(database, 3)
    made = booked(database, mover)
    booked(database, second, NINE + HOUR, Wish("cv", "fi", "phone", hired[0]))
    with database.session() as session:
        assert move(session, made.code, mover, starts_at=NINE + HOUR, now=MONDAY).counsellor_id == hired[1]
    booked(database, second, NINE + 2 * HOUR)
    booked(database, third, NINE + 2 * HOUR)
    with pytest.raises(booking.TimeTaken), database.session() as session:
        move(session, made.code, mover, starts_at=NINE + 2 * HOUR, now=MONDAY)
    with database.session() as session:
        assert [one.starts_at for one in bookings_of(session, mover, now=MONDAY)] == [NINE + HOUR]


@pytest.mark.parametrize("whose", ["counsellor", "person"])
def test_the_database_itself_refuses_overlaps_on_insert_and_on_update(database: Database, whose: str) -> None:
    first, second = hire(database, counsellor("A"), counsellor("B"))
    one, other = people(database, 2)
    same = whose == "counsellor"

    def row(code: str, starts_at: datetime, counsellor_id: int, person: str) -> Booking:
        return Booking(
            code=code,
            counsellor_id=counsellor_id,
            conversation_id=person,
            topic="cv",
            language="fi",
            meeting="phone",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=45),
            blocked_from=starts_at,
            blocked_to=starts_at + HOUR,
            state="booked",
            created_at=MONDAY,
        )

    def mine(code: str, starts_at: datetime) -> Booking:
        return row(code, starts_at, first if same else second, other if same else one)

    with database.session() as session:
        session.add(row("A", NINE, first, one))
    with pytest.raises(IntegrityError, match=f"no_overlap_for_{whose}"), database.session() as session:
        session.add(mine("B", NINE + timedelta(minutes=44)))
    with database.session() as session:
        late = mine("C", NINE + HOUR)
        session.add(late)
    half_past = {"starts_at": NINE + HOUR / 2, "blocked_from": NINE + HOUR / 2}
    with pytest.raises(IntegrityError, match=f"no_overlap_for_{whose}"), database.session() as session:
        session.execute(update(Booking).where(Booking.id == late.id).values(half_past))
    with database.session() as session:
        cancelled = mine("D", NINE)
        cancelled.state = "cancelled"
        session.add(cancelled)
    with pytest.raises(IntegrityError, match=f"no_overlap_for_{whose}"), database.session() as session:
        session.get_one(Booking, cancelled.id).state = "booked"


def test_who_wants_one_counsellor_never_gets_another(database: Database) -> None:
    first, _second = hire(database, counsellor("A"), counsellor("B"))
    one, other = people(database, 2)
    wish = Wish("cv", "fi", "phone", first)
    booked(database, one, wish=wish)
    with pytest.raises(booking.TimeTaken):
        booked(database, other, wish=wish)
