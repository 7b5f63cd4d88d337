from datetime import datetime, timezone

import pytest

from bot.engine.date_reader import HELSINKI, parse
from bot.engine.date_words import DateWords
from tests.bot.engine.understanding import all_words, others, sentences

SUNDAY = datetime(2026, 11, 22, 5, 30, tzinfo=HELSINKI)
WORDS = {language: DateWords.of(one) for language, one in all_words().items()}


def read(text, language, now=SUNDAY):
    return parse(text, others(language), WORDS, now)


@pytest.mark.parametrize(("language", "entry"), sentences("dates"), ids=lambda one: str(one)[:60])
def test_each_sentence_of_the_folder_is_read(language, entry):
    found = read(entry["text"], language)
    days, hours = entry.get("days", [None, None]), entry.get("hours", [None, None])
    if days == hours == [None, None]:
        assert found is None
    else:
        assert found == dict(zip(("from", "to", "time_from", "time_to"), [*days, *hours], strict=True))


@pytest.mark.parametrize(
    ("utc", "today"),
    [
        ((2026, 11, 21, 21, 59), "2026-11-21"),
        ((2026, 11, 21, 22, 0), "2026-11-22"),  # midnight in Helsinki, winter
        ((2026, 6, 30, 21, 0), "2026-07-01"),  # midnight in Helsinki, summer
        ((2026, 12, 31, 22, 0), "2027-01-01"),
        ((2027, 3, 28, 0, 59), "2027-03-28"),  # the hour before the clocks go forward
        ((2027, 3, 28, 21, 0), "2027-03-29"),  # that day ends an hour earlier
        ((2026, 10, 24, 21, 0), "2026-10-25"),
        ((2026, 10, 25, 21, 59), "2026-10-25"),  # the day of 25 hours isn't over yet
        ((2026, 10, 25, 22, 0), "2026-10-26"),
    ],
)
def test_today_is_the_day_in_helsinki(utc, today):
    assert read("i dag", "sv", datetime(*utc, tzinfo=timezone.utc))["from"] == today


def test_tomorrow_crosses_the_end_of_the_year():
    assert read("huomenna", "fi", datetime(2026, 12, 31, 12, tzinfo=HELSINKI))["from"] == "2027-01-01"


def test_a_day_and_month_that_have_passed_are_next_years():
    assert read("3.1.", "fi")["from"] == "2027-01-03"
    assert read("22.11.", "fi")["from"] == "2026-11-22"


def test_a_leap_day_is_in_a_leap_year():
    assert read("29.2.", "fi")["from"] == "2028-02-29"


def test_this_week_begins_today_and_next_week_on_monday():
    thursday = datetime(2026, 12, 31, 12, tzinfo=HELSINKI)
    assert read("this week", "en", thursday)["from"] == "2026-12-31"
    assert read("next week", "en", thursday) == {
        "from": "2027-01-04",
        "to": "2027-01-10",
        "time_from": None,
        "time_to": None,
    }


def test_next_is_the_nearest_in_finnish_and_next_weeks_in_swedish_and_english():
    monday = datetime(2026, 11, 23, 12, tzinfo=HELSINKI)
    assert read("ensi torstaina", "fi", monday)["from"] == "2026-11-26"
    assert read("nästa torsdag", "sv", monday)["from"] == "2026-12-03"
    assert read("next Thursday", "en", monday)["from"] == "2026-12-03"
    assert read("on Thursday", "en", monday)["from"] == "2026-11-26"


def test_a_weekday_named_on_that_day_is_a_week_away():
    assert read("sunnuntaina", "fi")["from"] == "2026-11-29"


def test_a_short_name_of_a_day_counts_only_in_the_messages_own_language():
    assert read("to", "fi")["from"] == "2026-11-26"
    assert read("to", "en") is None


def test_words_that_came_back_from_json_are_read_alike():
    import json

    stored = {language: DateWords.of(json.loads(json.dumps(one))) for language, one in all_words().items()}
    assert parse("ensi tiistaina", ["fi"], stored, SUNDAY)["from"] == "2026-11-24"


@pytest.mark.parametrize(
    ("utc", "tomorrow", "next_monday"),
    [
        ((2027, 3, 27, 21, 59), "2027-03-28", "2027-03-29"),  # a minute to midnight before the clocks go forward
        ((2027, 3, 27, 22, 0), "2027-03-29", "2027-03-29"),
        ((2027, 3, 28, 20, 59), "2027-03-29", "2027-03-29"),  # the day of 23 hours ends at 21 UTC
        ((2027, 3, 28, 21, 0), "2027-03-30", "2027-04-05"),
        ((2026, 10, 25, 21, 59), "2026-10-26", "2026-10-26"),  # and that of 25 hours at 22 UTC
        ((2026, 10, 25, 22, 0), "2026-10-27", "2026-11-02"),
        ((2026, 12, 31, 21, 59), "2027-01-01", "2027-01-04"),
        ((2026, 12, 31, 22, 0), "2027-01-02", "2027-01-04"),
    ],
)
def test_days_to_come_are_counted_from_the_day_in_helsinki(utc, tomorrow, next_monday):
    now = datetime(*utc, tzinfo=timezone.utc)
    assert read("huomenna", "fi", now)["from"] == tomorrow
    assert read("i morgon", "sv", now)["from"] == tomorrow
    assert read("tomorrow", "en", now)["from"] == tomorrow
    assert read("ensi maanantaina", "fi", now)["from"] == next_monday


def test_a_week_over_the_clock_change_has_seven_days():
    friday = datetime(2026, 10, 23, 12, tzinfo=HELSINKI)
    assert (read("in 7 days", "en", friday)["from"], read("om tre dagar", "sv", friday)["from"]) == (
        "2026-10-30",
        "2026-10-26",
    )


def test_a_month_is_the_next_of_its_name_and_the_one_that_runs_begins_today():
    assert read("i mars", "sv") == {"from": "2027-03-01", "to": "2027-03-31", "time_from": None, "time_to": None}
    assert read("in November", "en")["from"] == "2026-11-22"
    assert read("viime toukokuussa", "fi") is None


def test_next_weekend_on_a_weekday_is_the_coming_one_in_finnish_and_the_one_after_in_swedish_and_english():
    tuesday = datetime(2026, 11, 24, 12, tzinfo=HELSINKI)
    assert read("ensi viikonloppuna", "fi", tuesday)["from"] == "2026-11-28"
    assert read("nästa helg", "sv", tuesday)["from"] == "2026-12-05"
    assert read("next weekend", "en", tuesday)["from"] == "2026-12-05"
