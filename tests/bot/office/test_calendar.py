from datetime import UTC, date, datetime, timedelta

import pytest

from bot.office.booking import Wish, book
from bot.office.calendar import free_days, free_times
from bot.office.database import Database
from bot.office.days import local
from tests.bot.office.people import MONDAY, WISH, counsellor, hire, hours, people


def clock(times: list) -> list[str]:
    return [f"{local(one.starts_at):%H:%M}" for one in times]


def times_on(database: Database, day: date, wish: Wish = WISH, now: datetime = MONDAY) -> list[str]:
    with database.reading() as session:
        return clock(free_times(session, wish, now=now, day=day, limit=50))


def test_a_day_is_divided_into_sessions_with_time_to_breathe(database: Database) -> None:
    hire(database, counsellor("A", hours=[hours(1, "09:00", "11:45")]))
    with database.reading() as session:
        found = free_times(session, WISH, now=MONDAY, day=date(2026, 11, 24))
    assert clock(found) == ["09:00", "10:00", "11:00"]
    assert {one.ends_at - one.starts_at for one in found} == {timedelta(minutes=45)}
    assert found[0].starts_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def test_nothing_sooner_than_two_hours_from_now(database: Database) -> None:
    hire(database, counsellor("A"))
    assert times_on(database, date(2026, 11, 23))[0] == "10:00"
    assert times_on(database, date(2026, 11, 23), now=MONDAY + timedelta(seconds=1))[0] == "11:00"


def test_nothing_further_than_four_weeks_away(database: Database) -> None:
    hire(database, counsellor("A"))
    with database.reading() as session:
        assert free_days(session, WISH, now=MONDAY, limit=99)[-1] == date(2026, 12, 18)
        assert free_times(session, WISH, now=MONDAY, day=date(2026, 12, 22)) == []


def test_free_days_skip_weekends_and_holidays(database: Database) -> None:
    hire(database, counsellor("A"))
    before_christmas = datetime(2026, 12, 22, 6, 0, tzinfo=UTC)
    with database.reading() as session:
        days = free_days(session, WISH, now=before_christmas, limit=4)
    assert [day.day for day in days] == [22, 23, 28, 29]


def test_free_days_can_be_asked_for_between_two_days(database: Database) -> None:
    hire(database, counsellor("A"))
    with database.reading() as session:
        days = free_days(session, WISH, now=MONDAY, since=date(2026, 11, 28), until=date(2026, 12, 1))
    assert days == [date(2026, 11, 30), date(2026, 12, 1)]


def test_weekly_hours_hold_only_between_their_dates(database: Database) -> None:
    until = hours(0, "09:00", "09:45", valid_to=date(2026, 11, 30))
    after = hours(0, "13:00", "13:45", valid_from=date(2026, 12, 1))
    hire(database, counsellor("A", hours=[until, after]))
    assert times_on(database, date(2026, 11, 30)) == ["09:00"]
    assert times_on(database, date(2026, 12, 7)) == ["13:00"]


@pytest.mark.parametrize(
    "wish", [Wish("cv", "sv", "phone"), Wish("training", "fi", "phone"), Wish("cv", "fi", "video")]
)
def test_only_who_speaks_knows_and_offers_what_is_wished(database: Database, wish: Wish) -> None:
    hire(database, counsellor("A"))
    assert times_on(database, date(2026, 11, 24), wish) == []


@pytest.mark.parametrize(
    ("now", "day", "first"),
    [
        # Summer time ends on 25 October 2026 and begins on 28 March 2027.
        (datetime(2026, 10, 20, 6, 0, tzinfo=UTC), date(2026, 10, 23), datetime(2026, 10, 23, 6, 0, tzinfo=UTC)),
        (datetime(2026, 10, 20, 6, 0, tzinfo=UTC), date(2026, 10, 27), datetime(2026, 10, 27, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 22, 6, 0, tzinfo=UTC), date(2027, 3, 25), datetime(2027, 3, 25, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 22, 6, 0, tzinfo=UTC), date(2027, 3, 30), datetime(2027, 3, 30, 6, 0, tzinfo=UTC)),
    ],
)
def test_nine_in_helsinki_is_nine_before_and_after_the_clocks_change(
    database: Database, now: datetime, day: date, first: datetime
) -> None:
    hire(database, counsellor("A"))
    with database.reading() as session:
        found = free_times(session, WISH, now=now, day=day)
    assert found[0].starts_at == first
    assert clock(found)[0] == "09:00"


@pytest.mark.parametrize(
    ("now", "day", "expected"),
    [
        # Six hours on the clock: five of them real in spring, seven in autumn.
        (datetime(2026, 3, 27, tzinfo=UTC), date(2026, 3, 29), 5),
        (datetime(2026, 10, 23, tzinfo=UTC), date(2026, 10, 25), 7),
    ],
)
def test_a_night_on_which_the_clocks_change_has_as_many_sessions_as_hours(
    database: Database, now: datetime, day: date, expected: int
) -> None:
    hire(database, counsellor("Owl", hours=[hours(6, "00:00", "06:00")]))
    with database.reading() as session:
        found = free_times(session, WISH, now=now, day=day, limit=50)
    starts = [one.starts_at for one in found]
    assert len(starts) == expected
    assert starts == sorted(set(starts))


def test_who_has_least_to_do_is_offered_and_each_start_once(database: Database) -> None:
    first, second = hire(database, counsellor("A"), counsellor("B"))
    person, other = people(database, 2)
    nine, ten = datetime(2026, 11, 24, 7, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    with database.session() as session:
        assert book(session, WISH, starts_at=nine, conversation_id=person, now=MONDAY).counsellor_id == first
        offers = free_times(session, WISH, now=MONDAY, day=date(2026, 11, 24))
        assert {one.counsellor_id for one in offers} == {second}
        assert clock(offers) == ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"]
        assert book(session, WISH, starts_at=ten, conversation_id=other, now=MONDAY).counsellor_id == second
        offers = free_times(session, WISH, now=MONDAY, day=date(2026, 11, 24))
        assert [one.counsellor_id for one in offers[:3]] == [second, first, first]


def test_times_at_which_the_person_is_booked_already_can_be_left_out(database: Database) -> None:
    hire(database, counsellor("A"), counsellor("B"))
    [person] = people(database, 1)
    nine = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    with database.session() as session:
        book(session, WISH, starts_at=nine, conversation_id=person, now=MONDAY)
        day = date(2026, 11, 24)
        assert clock(free_times(session, WISH, now=MONDAY, day=day, conversation_id=person))[0] == "10:00"
