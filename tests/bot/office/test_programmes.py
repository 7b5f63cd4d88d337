"""The rules of the programme finder, one test a rule, over the catalogue as it is."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.office.catalogue_reading import BrokenCatalogue
from bot.office.programme_catalogue import ANSWERS, CATALOGUE, Catalogue, load
from bot.office.programmes import ELSEWHERE, MOST_NEAR, MOST_SUGGESTED, UNKNOWN, Answers, Result, find

ENGINEER = Answers("jobseeker", "higher", "technology", "Espoo", "own_field")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def found(answers: Answers) -> Result:
    return find(answers, load())


def suggested(answers: Answers) -> list[str]:
    return [one.programme.id for one in found(answers).suggestions]


def near(answers: Answers) -> dict[str, str]:
    return {one.programme.id: one.missing for one in found(answers).near}


def past(answers: Answers) -> list[str]:
    return [one.programme.id for one in found(answers).past]


def every_answer() -> list[Answers]:
    situations, education = [*ANSWERS["situation"], None], [*ANSWERS["education"], None]
    places = ["Espoo", "Tampere", ELSEWHERE, None]
    rest = [*ANSWERS["goal"], None], [*ANSWERS["work_ability"], None]
    return [Answers(*one) for one in product(situations, education, ["health", UNKNOWN], places, *rest)]


# What is suggested.


def test_the_programme_that_most_answers_speak_for_comes_first() -> None:
    [first, *rest] = found(ENGINEER).suggestions
    assert first.programme.id == "koske"
    assert first.reasons == ("situation", "education", "municipality", "goal")
    assert all(len(one.reasons) < 4 for one in rest)


@pytest.mark.parametrize(
    ("change", "gone"),
    [({"situation": "working"}, "koske"), ({"education": "vocational"}, "koske"), ({"municipality": "Vantaa"}, "koske"),
     ({"goal": "language"}, "koske")],
)  # fmt: skip
def test_an_answer_that_does_not_fit_excludes(change: dict[str, str], gone: str) -> None:
    assert gone not in suggested(replace(ENGINEER, **change))


@pytest.mark.parametrize("skipped", ["situation", "education", "field", "municipality", "goal"])
@pytest.mark.parametrize("nothing", [UNKNOWN, None])
def test_a_skipped_question_never_excludes(skipped: str, nothing: str | None) -> None:
    assert "koske" in suggested(replace(ENGINEER, **{skipped: nothing}))


def test_a_region_stands_for_its_municipalities() -> None:
    language = Answers(municipality="Kauniainen", goal="language")
    assert "fika" in suggested(language)
    assert "fika" not in suggested(replace(language, municipality="Turku"))


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        (Answers(goal="business"), {"start_up_grant", "enterprise_agency"}),
        (Answers(goal="study"), {"vocational", "apprenticeship"}),
        (Answers(goal="language"), {"language_courses"}),
        (Answers("home", goal="language"), {"integration_home", "language_courses"}),
        (Answers("studying", "basic", goal="study"), {"adult_basic"}),
        (Answers("jobseeker", goal="job"), {"coaching", "pay_subsidy"}),
        (Answers("jobseeker", goal="guidance"), {"coaching", "skills_assessment"}),
        (Answers("looking", "higher", goal="study"), {"simhe"}),
        (Answers("jobseeker", municipality="Joensuu", goal="job"), {"international_house"}),
    ],
)
def test_who_is_served_by_what(answers: Answers, first: set[str]) -> None:
    assert first <= set(suggested(answers)), suggested(answers)


def test_of_equals_the_one_that_is_known_to_run_comes_first() -> None:
    order = suggested(Answers("looking", "higher", None, "Helsinki", "own_field"))
    assert order.index("fika") < order.index("womento")


def test_of_equals_the_one_that_asks_for_less_comes_first() -> None:
    order = suggested(Answers(goal="business"))
    assert order == ["enterprise_agency", "start_up_grant"]


def test_what_nothing_speaks_for_is_shown_only_when_nothing_better_is_there() -> None:
    assert all(one.reasons for one in found(ENGINEER).suggestions)
    nothing = found(Answers()).suggestions
    assert len(nothing) == MOST_SUGGESTED
    assert not any(one.reasons for one in nothing)


def test_what_was_not_said_stays_open_and_what_has_less_of_it_comes_first() -> None:
    [first, *_] = found(Answers("jobseeker", goal="own_field")).suggestions
    assert first.programme.id == "coaching"
    assert first.open == ()
    koske = next(one for one in found(replace(ENGINEER, education=None)).suggestions if one.programme.id == "koske")
    assert koske.open == ("education",)


def test_an_answer_is_shown_once_though_two_programmes_are_told_in_it() -> None:
    topics = [one.programme.topic for one in found(Answers("looking", None, None, "Helsinki", "job")).suggestions]
    assert len(topics) == len(set(topics))


# Health.


def test_told_work_ability_leads_to_the_services_for_it() -> None:
    told = found(Answers("jobseeker", "vocational", "other", "Oulu", "job", "reduced"))
    assert told.suggestions[0].programme.id == "workplace_support"
    assert "work_ability" in told.suggestions[0].reasons
    assert "work_ability" not in told.suggestions[0].open


def test_full_work_ability_excludes_the_services_for_reduced() -> None:
    for goal in (*ANSWERS["goal"], None):
        ids = suggested(Answers(goal=goal, work_ability="full"))
        assert not {"work_ability_services", "job_coaching", "workplace_support"} & set(ids)


def test_who_does_not_tell_gets_them_last_and_with_the_condition_said() -> None:
    made = found(Answers("looking", None, None, "Oulu", "job"))
    last = made.suggestions[-1]
    assert last.programme.id == "job_coaching"
    assert "work_ability" in last.open
    assert all("work_ability" not in one.open for one in made.suggestions[:-1])


def test_health_is_never_what_a_near_miss_misses() -> None:
    assert not {missing for answers in every_answer() for missing in near(answers).values()} & {"work_ability", "goal"}


# Near misses.


@pytest.mark.parametrize(
    ("change", "missing"),
    [({"situation": "looking"}, "situation"), ({"education": "vocational"}, "education"),
     ({"municipality": "Vantaa"}, "municipality")],
)  # fmt: skip
def test_one_answer_that_does_not_fit_is_a_near_miss_and_said_which(change: dict[str, str], missing: str) -> None:
    assert near(replace(ENGINEER, **change))["koske"] == missing


def test_two_answers_that_do_not_fit_are_no_near_miss() -> None:
    assert "koske" not in near(replace(ENGINEER, education="vocational", municipality="Vantaa"))


def test_what_nothing_speaks_for_is_no_near_miss() -> None:
    assert near(Answers(municipality="Oulu")) == {}


def test_who_has_more_education_than_needed_misses_nothing() -> None:
    assert "adult_basic" not in near(Answers(education="higher", goal="study"))


def test_nobody_is_told_to_stay_at_home_with_children_for_a_service() -> None:
    assert "integration_home" not in near(Answers("jobseeker", municipality="Oulu", goal="job"))


def test_another_goal_is_no_near_miss() -> None:
    assert "koske" not in near(replace(ENGINEER, goal="business"))


# What ended, and what is elsewhere.


@pytest.mark.parametrize(
    ("answers", "ended", "instead"),
    [
        (Answers(education="higher", goal="job"), "business_lead", ["fika", "competence_centre"]),
        (Answers(education="vocational", field="health", municipality="Nokia"), "fast_track",
         ["coaching", "competence_centre", "vocational"]),
        (Answers(work_ability="reduced"), "work_ability_pilots", ["work_ability_services"]),
    ],
)  # fmt: skip
def test_an_ended_programme_is_named_with_what_serves_today(answers: Answers, ended: str, instead: list[str]) -> None:
    [one] = found(answers).past
    assert one.programme.id == ended
    assert [other.id for other in one.instead] == instead


@pytest.mark.parametrize("skipped", ["education", "field", "municipality"])
def test_an_ended_programme_is_named_only_when_it_would_have_suited(skipped: str) -> None:
    nurse = Answers(education="vocational", field="health", municipality="Tampere")
    assert past(replace(nurse, **{skipped: None})) == []
    assert past(replace(nurse, field="technology")) == []


def test_nothing_that_ended_or_is_abroad_is_ever_suggested_or_nearly(catalogue: Catalogue) -> None:
    never = {one.id for one in catalogue.programmes.values() if one.state == "ended" or one.abroad}
    assert never == {"business_lead", "fast_track", "work_ability_pilots", "telenor"}
    for answers in every_answer():
        made = find(answers, catalogue)
        shown = [*(one.programme.id for one in made.suggestions), *(one.programme.id for one in made.near)]
        assert not never & set(shown)
        assert "telenor" not in {one.programme.id for one in made.past}
        assert made.suggestions
        assert len(made.suggestions) <= MOST_SUGGESTED
        assert len(made.near) <= MOST_NEAR
        assert len(shown) == len(set(shown))


def test_each_programme_that_can_be_suggested_is_suggested_to_somebody(catalogue: Catalogue) -> None:
    missing = {one.id for one in catalogue.programmes.values() if one.can_be_suggested}
    for answers in every_answer():
        missing -= {one.programme.id for one in find(answers, catalogue).suggestions}
    assert missing == set()


# The catalogue.


def test_the_five_of_the_source_documents_are_there_with_their_state(catalogue: Catalogue) -> None:
    of_fact = {fact: one for one in catalogue.programmes.values() for fact in one.facts if fact.startswith("PRG-")}
    assert {fact: one.state for fact, one in of_fact.items() if one.id != "competence_centre"} | {
        "PRG-2": catalogue.programmes["koske"].state
    } == {"PRG-1": "ended", "PRG-2": "running", "PRG-3": "ended", "PRG-4": "ended", "PRG-5": "unconfirmed"}
    assert catalogue.programmes["telenor"].abroad == "NO"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("state: running", "state: perhaps", "no such state"),
        ('evidence: "2025-08"', "evidence: lately", "evidence must be"),
        ("situation: [jobseeker]", "situation: [sleeping]", "no such answer: sleeping"),
        ("situation: [jobseeker]", "mood: [good]", "unknown mood"),
        ("instead: [work_ability_services]", "instead: [fast_track]", "cannot be had today: fast_track"),
        (", instead: [fika, competence_centre]", "", "what ended says what is there instead"),
        ("for: {goal: [language]}", "for: {}", "would fit everybody"),
        ("  technology: [", "  magic: [", "no such field: magic"),
        ("review_by: 2027-01-31", "review_by: soon", "review_by must be a date"),
        ("regions:", "areas:", "regions missing"),
    ],
)
def test_a_catalogue_that_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = CATALOGUE.read_text("utf-8")
    assert old in text
    (tmp_path / "programmes.yml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BrokenCatalogue, match=says):
        load(tmp_path / "programmes.yml")


def test_a_catalogue_that_is_gone_is_said() -> None:
    with pytest.raises(BrokenCatalogue, match="cannot be read"):
        load(Path("nowhere.yml"))
