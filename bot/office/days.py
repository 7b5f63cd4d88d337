"""Days and times of Helsinki: what is stored in UTC begins and ends here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

import holidays

HELSINKI = ZoneInfo("Europe/Helsinki")


def local(moment: datetime) -> datetime:
    """The same moment as clocks in Helsinki show it."""
    return moment.astimezone(HELSINKI)


def moment(day: date, at: time) -> datetime | None:
    """When clocks in Helsinki show `at` on `day`, in UTC.

    None if they never do: the hour that summer time skips. In the hour that comes twice, the first time.
    """
    wanted = datetime.combine(day, at, HELSINKI)
    found = wanted.astimezone(UTC)
    return found if found.astimezone(HELSINKI).time() == at else None


def is_holiday(day: date) -> bool:
    """Finnish public holidays, with the eves of midsummer and Christmas; weekends are not holidays."""
    return day in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FI", years=year))
