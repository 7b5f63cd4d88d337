"""Counsellors and conversations to test with."""

from __future__ import annotations

from datetime import UTC, datetime, time

from bot.office import conversations
from bot.office.booking import Wish
from bot.office.database import Database
from bot.office.tables import Counsellor, WorkingHours

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 8.00 in Helsinki
WISH = Wish("cv", "fi", "phone")


def counsellor(name: str, **changes: object) -> Counsellor:
    """Speaks Finnish, helps with CVs by phone, Monday to Friday 9-16; `changes` as Counsellor takes them."""
    values: dict[str, object] = {
        "languages": ["fi"],
        "topics": ["cv"],
        "meetings": ["phone"],
        "place": "Testila",
        "hours": [hours(weekday) for weekday in range(5)],
    }
    return Counsellor(name=name, **{**values, **changes})


def hours(weekday: int, opens: str = "09:00", closes: str = "16:00", **valid: object) -> WorkingHours:
    return WorkingHours(weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), **valid)


def hire(database: Database, *counsellors: Counsellor) -> list[int]:
    with database.session() as session:
        session.add_all(counsellors)
        session.flush()
        return [one.id for one in counsellors]


def people(database: Database, how_many: int) -> list[str]:
    with database.session() as session:
        return [conversations.start(session, "widget", now=MONDAY).id for _ in range(how_many)]
