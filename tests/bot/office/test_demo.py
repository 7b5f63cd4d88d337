from datetime import date

from sqlalchemy import select

from bot.office import offices
from bot.office.booking import free_days
from bot.office.database import Database
from bot.office.demo import ensure_demo
from bot.office.tables import Counsellor
from tests.bot.office.people import MONDAY, WISH, counsellor, hire
from tests.bot.office.racing import race


def start(url: str, _racer: int) -> int:
    database = Database(url)
    with database.session() as session:
        made = len(ensure_demo(session, offices.load().values()))
    database.close()
    return made


def test_the_first_start_makes_counsellors_who_can_be_booked_today(database: Database) -> None:
    with database.session() as session:
        made = ensure_demo(session, offices.load().values())
        assert {one.demo for one in made} == {True}
        assert free_days(session, WISH, now=MONDAY)[0] == date(2026, 11, 23)


def test_of_processes_that_start_at_once_one_makes_them(database: Database, database_url: str) -> None:
    assert sorted(race(start, 3, database_url)) == [0, 0, 3]
    with database.reading() as session:
        assert len(session.scalars(select(Counsellor)).all()) == 3


def test_where_real_counsellors_are_no_demo_is_made(database: Database) -> None:
    hire(database, counsellor("A"))
    with database.session() as session:
        assert ensure_demo(session, offices.load().values()) == []
