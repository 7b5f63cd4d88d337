"""The rules of the recognition navigator, one test a rule, over the catalogue as it is."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.office.recognition import LEVELS, PURPOSES, UNKNOWN, Answers, Route, origin_of, questions, route
from bot.office.recognition_catalogue import BrokenCatalogue, Catalogue, load

NURSE = Answers(profession="nurse", purpose="profession", country="UA", documents="all")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def found(answers: Answers) -> Route:
    return route(answers, load())


# Where one was trained.


@pytest.mark.parametrize(
    ("country", "origin"),
    [("SE", "nordic"), ("NO", "nordic"), ("IS", "nordic"), ("EE", "eea"), ("LI", "eea"), ("CH", "eea"), ("GB", "other"),
     ("UA", "other"), ("RU", "other"), ("FI", "finland"), (None, "unknown"), (UNKNOWN, "unknown"), ("nordic", "nordic"),
     ("eea", "eea"), ("other", "other")],
)
def test_a_country_belongs_to_one_area(catalogue: Catalogue, country: str | None, origin: str) -> None:
    assert origin_of(country, catalogue.area) == origin


def test_the_area_has_27_states_of_the_union_3_of_the_eea_and_switzerland(catalogue: Catalogue) -> None:
    assert len(catalogue.area.eea) == 27 + 3 + 1
    assert catalogue.area.nordic <= catalogue.area.eea


# What is asked.


def test_profession_purpose_and_documents_are_always_asked(catalogue: Catalogue) -> None:
    for profession, purpose in product([None, "nurse", "cook", "other"], [None, *PURPOSES]):
        asked = questions(Answers(profession=profession, purpose=purpose), catalogue)
        assert asked[:2] == ("profession", "purpose")
        assert asked[-1] == "documents"


def test_the_country_is_asked_where_the_road_depends_on_it(catalogue: Catalogue) -> None:
    assert "country" in questions(Answers("nurse", "profession"), catalogue)
    assert "country" in questions(Answers("other", "profession"), catalogue)
    assert "country" not in questions(Answers("taxi_driver", "profession"), catalogue)
    assert "country" not in questions(Answers("cook", "profession"), catalogue)


@pytest.mark.parametrize("purpose", ["study", "work"])
def test_for_studies_and_other_work_the_country_does_not_matter(catalogue: Catalogue, purpose: str) -> None:
    assert questions(Answers("nurse", purpose), catalogue) == ("profession", "purpose", "documents")


def test_citizenship_is_asked_only_of_those_who_were_trained_in_the_area(catalogue: Catalogue) -> None:
    assert "citizen" in questions(Answers("teacher", "profession", "EE"), catalogue)
    assert "citizen" not in questions(Answers("teacher", "profession", "UA"), catalogue)
    assert "citizen" not in questions(Answers("other", "profession", "EE"), catalogue)


def test_the_level_is_asked_only_for_a_public_post_without_rules_of_its_own(catalogue: Catalogue) -> None:
    assert "level" in questions(Answers("engineer", "public"), catalogue)
    assert "level" in questions(Answers("other", "public"), catalogue)
    assert "level" not in questions(Answers("engineer", "profession"), catalogue)
    assert "level" not in questions(Answers("teacher", "public"), catalogue)


# Who decides, and by which road.


def test_a_nurse_from_outside_the_area_applies_to_lvv_by_post() -> None:
    made = found(NURSE)
    assert (made.status, made.authority, made.origin) == ("licence", "lvv", "other")
    assert made.steps[0] == "lvv_post"
    assert made.pages[0] == "lvv_nurse_other"


def test_a_nurse_from_the_area_applies_in_the_e_service() -> None:
    made = found(replace(NURSE, country="EE", citizen="yes"))
    assert made.steps[0] == "lvv_eservice"
    assert made.language == "health_eea"
    assert "not_citizen" not in made.notes


def test_who_is_trained_in_the_area_but_no_citizen_is_told_to_ask() -> None:
    made = found(replace(NURSE, country="EE", citizen="no"))
    assert made.steps[0] == "lvv_eservice"
    assert "not_citizen" in made.notes
    assert made.counsellor


def test_a_doctor_from_outside_the_area_has_four_steps_from_approval_to_licence() -> None:
    made = found(replace(NURSE, profession="doctor"))
    assert made.steps == ("doctor_approval", "doctor_practice", "doctor_exam", "doctor_licence")
    assert made.documents == "lvv_doctor"


def test_a_dentist_from_outside_the_area_has_a_road_of_their_own() -> None:
    assert found(replace(NURSE, profession="dentist")).steps[:2] == ("dentist_approval", "dentist_practice")


def test_a_practical_nurse_needs_a_title_and_not_a_licence() -> None:
    assert found(replace(NURSE, profession="practical_nurse")).status == "title"


def test_a_paramedic_of_the_area_is_recognised_by_lvv() -> None:
    assert found(replace(NURSE, profession="paramedic", country="SE")).steps[0] == "lvv_paramedic"


def test_a_health_profession_of_which_nothing_is_checked_is_not_called_regulated() -> None:
    made = found(replace(NURSE, profession="speech_therapist"))
    assert (made.status, made.authority, made.counsellor) == ("check", "lvv", True)
    assert made.steps[0] == "list"


def test_a_social_worker_of_the_area_applies_online_and_others_hear_of_recognition_elsewhere() -> None:
    assert found(replace(NURSE, profession="social_worker", country="DE")).steps[0] == "lvv_social_online"
    assert "recognised_elsewhere" in found(replace(NURSE, profession="social_worker")).notes


def test_a_teacher_from_outside_the_area_gets_studies_compared() -> None:
    made = found(replace(NURSE, profession="teacher"))
    assert (made.status, made.authority, made.cost) == ("post", "oph", "oph")
    assert made.steps[0] == "oph_compare"


def test_a_teacher_of_the_area_gets_the_qualification_recognised() -> None:
    assert found(replace(NURSE, profession="class_teacher", country="EE", citizen="yes")).steps[0] == "oph_eea"


def test_a_teacher_of_the_area_who_is_no_citizen_goes_the_road_of_the_others() -> None:
    made = found(replace(NURSE, profession="teacher", country="EE", citizen="no"))
    assert made.steps[0] == "oph_compare"
    assert "not_citizen_oph" in made.notes


def test_a_teacher_from_a_nordic_country_hears_of_the_certificate_first() -> None:
    assert found(replace(NURSE, profession="teacher", country="SE", citizen="yes")).steps[0] == "oph_nordic"


def test_early_childhood_education_has_its_own_page_and_no_nordic_certificate() -> None:
    made = found(replace(NURSE, profession="early_childhood_teacher", country="SE", citizen="yes"))
    assert made.steps[0] == "oph_eea"
    assert made.pages == ("oph_early",)


def test_a_firefighters_eligibility_is_decided_by_oph() -> None:
    assert found(replace(NURSE, profession="firefighter")).authority == "oph"


@pytest.mark.parametrize(
    ("profession", "last", "absent"),
    [("attorney", "law_bar", "law_counsel"), ("trial_counsel", "law_counsel", "law_bar")],
)
def test_each_title_of_law_has_its_own_last_step(profession: str, last: str, absent: str) -> None:
    made = found(replace(NURSE, profession=profession))
    assert made.steps[0] == "law_master"
    assert made.steps[-1] == last
    assert absent not in made.steps


@pytest.mark.parametrize(
    ("profession", "authority", "first"),
    [("auditor", "prh", "auditor_oph"), ("electrician", "seti", "electric_employee"),
     ("security_guard", "police", "guard_ask"), ("taxi_driver", "traficom", "taxi_conditions"),
     ("bus_driver", "traficom", "driver_qualification"),
     ("ship_officer", "traficom", "sea_endorsement"), ("civil_engineer", "fise", "building_certificate"),
     ("crane_operator", "safety", "crane_recognition"), ("asbestos_worker", "safety", "asbestos"),
     ("authorised_translator", "translators", "translator_board")],
)
def test_other_authorities_have_roads_that_ask_for_no_country(profession: str, authority: str, first: str) -> None:
    for country in (None, "UA", "EE"):
        made = found(replace(NURSE, profession=profession, country=country))
        assert (made.authority, made.steps[0]) == (authority, first)


def test_a_lorry_driver_hears_of_the_attestation_and_a_bus_driver_does_not() -> None:
    assert "driver_attestation" in found(replace(NURSE, profession="truck_driver")).steps
    assert "driver_attestation" not in found(replace(NURSE, profession="bus_driver")).steps


def test_a_rating_needs_no_endorsement() -> None:
    assert found(replace(NURSE, profession="seafarer")).status == "employer"


def test_a_veterinarian_of_the_area_may_be_recognised_automatically_and_others_get_conditions_first() -> None:
    assert found(replace(NURSE, profession="veterinarian", country="LV", citizen="yes")).steps[0] == "vet_eea"
    assert "vet_conditional" in found(replace(NURSE, profession="veterinarian")).steps


def test_for_most_jobs_the_employer_decides() -> None:
    made = found(replace(NURSE, profession="cook"))
    assert (made.status, made.authority, made.cost) == ("employer", "employer", "employer")


# Purposes.


@pytest.mark.parametrize("profession", ["nurse", "cook", "other", UNKNOWN, None])
def test_for_studies_the_school_decides_whatever_the_profession(profession: str | None) -> None:
    made = found(Answers(profession, "study", documents="all"))
    assert (made.status, made.authority) == ("study", "school")


def test_for_other_work_no_decision_is_needed() -> None:
    made = found(replace(NURSE, purpose="work"))
    assert (made.status, made.authority) == ("other_work", "employer")


@pytest.mark.parametrize("level", ["bachelor", "master", "doctoral"])
def test_for_a_public_post_the_level_of_a_degree_is_recognised(level: str) -> None:
    made = found(Answers("engineer", "public", level=level))
    assert "oph_level" in made.steps
    assert not made.counsellor


@pytest.mark.parametrize("level", ["vocational", "basic", "upper_secondary"])
def test_a_vocational_qualification_has_no_level_decision(level: str) -> None:
    made = found(Answers("cook", "public", level=level))
    assert "oph_level" not in made.steps
    assert "oph_vocational" in made.steps


def test_unfinished_studies_are_for_a_school() -> None:
    made = found(Answers("engineer", "public", level="unfinished"))
    assert made.authority == "school"
    assert "unfinished" in made.notes


@pytest.mark.parametrize("level", [None, UNKNOWN])
def test_a_level_that_is_not_known_is_not_guessed(level: str | None) -> None:
    made = found(Answers("engineer", "public", level=level))
    assert made.counsellor
    assert not {"oph_level", "oph_vocational"} & set(made.steps)


def test_a_public_post_in_a_regulated_profession_goes_the_professions_road() -> None:
    assert found(replace(NURSE, purpose="public")).steps == found(NURSE).steps


def test_who_does_not_say_what_for_gets_the_road_of_the_profession() -> None:
    assert found(replace(NURSE, purpose=UNKNOWN)).steps == found(NURSE).steps


# What is not known.


@pytest.mark.parametrize("profession", ["other", UNKNOWN, None, "astronaut", "pilot"])
def test_an_unknown_profession_gets_the_general_road_and_a_counsellor(profession: str | None) -> None:
    made = found(replace(NURSE, profession=profession))
    assert (made.status, made.group, made.counsellor) == ("check", None, True)
    assert {"list", "guide"} <= set(made.steps)


@pytest.mark.parametrize("profession", ["nurse", "teacher", "veterinarian"])
@pytest.mark.parametrize("country", [None, UNKNOWN])
def test_an_unknown_country_gets_neither_road_but_the_authority_and_a_counsellor(
    profession: str, country: str | None
) -> None:
    made = found(replace(NURSE, profession=profession, country=country))
    roads = load().group_of(profession).roads
    assert made.steps == ("origin_matters", "ask_authority")
    assert made.counsellor
    assert set(made.pages) == {page for road in roads.values() for page in road.pages}


# Papers, and where one comes from.


@pytest.mark.parametrize(("documents", "needed"), [("some", False), ("none", True)])
def test_missing_documents_are_the_first_step(documents: str, needed: bool) -> None:
    made = found(replace(NURSE, documents=documents))
    assert made.steps[0] == "papers_school"
    assert made.steps[1:] == found(NURSE).steps
    assert made.counsellor == needed


def test_missing_documents_are_told_to_the_school_by_who_wants_to_study() -> None:
    assert found(Answers("cook", "study", documents="none")).steps[0] == "papers_study"


def test_missing_documents_are_explained_to_the_employer_where_the_employer_decides() -> None:
    assert found(replace(NURSE, profession="cook", documents="some")).steps[0] == "papers_employer"


@pytest.mark.parametrize("documents", ["all", UNKNOWN, None])
def test_documents_that_are_there_or_not_spoken_of_add_no_step(documents: str | None) -> None:
    steps = found(replace(NURSE, documents=documents)).steps
    assert not any(step.startswith("papers_") for step in steps)


def test_a_finnish_qualification_needs_no_recognition() -> None:
    made = found(replace(NURSE, profession="teacher", country="FI"))
    assert (made.status, made.cost) == ("finland", "employer")


def test_a_finnish_nurse_still_needs_the_licence() -> None:
    made = found(replace(NURSE, country="FI"))
    assert (made.status, made.authority, made.notes) == ("finland", "lvv", ("finland_licence",))
    assert made.cost == "lvv"


def test_who_comes_from_ukraine_hears_of_the_chart_in_ukrainian() -> None:
    assert found(NURSE).meanwhile[0] == "ukraine"
    assert "ukraine" not in found(replace(NURSE, country="MD")).meanwhile


# The catalogue.


def test_every_answer_leads_to_a_route_whose_pieces_and_pages_the_catalogue_has(catalogue: Catalogue) -> None:
    professions = [UNKNOWN, "other", *(group.professions[0] for group in catalogue.groups.values())]
    countries = [UNKNOWN, "FI", "SE", "EE", "UA"]
    purposes, documents = [UNKNOWN, *PURPOSES], [UNKNOWN, "all", "none"]
    for profession, purpose, country, papers in product(professions, purposes, countries, documents):
        for citizen, level in product(["yes", "no"], [UNKNOWN, *LEVELS] if purpose == "public" else [None]):
            made = route(Answers(profession, purpose, country, citizen, level, papers), catalogue)
            assert set(made.pieces) <= set(catalogue.pieces)
            assert made.pages
            assert set(made.pages) <= set(catalogue.pages)
            assert made.steps
            assert len(made.steps) == len(set(made.steps))


def test_there_are_more_than_forty_professions_and_none_is_in_two_groups(catalogue: Catalogue) -> None:
    assert len(catalogue.professions) > 40
    assert len(catalogue.professions) == len(set(catalogue.professions))


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    from bot.office.recognition_catalogue import CATALOGUE

    file = tmp_path / "recognition.yml"
    written = CATALOGUE.read_text("utf-8")
    file.write_text(written, "utf-8")
    before = load(file)
    file.write_text(written.replace("review_by: 2027-01-31", "review_by: 2027-02-01"), "utf-8")
    assert load(file).review_by > before.review_by


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    status: licence\n", "    status: perhaps\n", "no such status"),
        ("    professions: [doctor]\n", "    professions: [nurse]\n", "in two groups: nurse"),
        ("    needs_origin: false\n", "", "the origin matters"),
        ("  general: {status", "  common: {status", "general missing"),
        ("    authority: lvv\n", "", "authority missing"),
        ("    citizens_only: true\n", "    citizen_only: true\n", "unknown citizen_only"),
        ("      any: {", "      eea: {", "either any alone"),
        ("\nreview_by: 2027-01-31", "\nreview_by: soon", "must be a date"),
        ("groups:\n", "groups: [\n", "cannot be read"),
    ],
)
def test_a_broken_catalogue_says_where(tmp_path: Path, old: str, new: str, says: str) -> None:
    from bot.office.recognition_catalogue import CATALOGUE

    written = CATALOGUE.read_text("utf-8")
    assert old in written
    file = tmp_path / "recognition.yml"
    file.write_text(written.replace(old, new, 1), "utf-8")
    with pytest.raises(BrokenCatalogue, match=says):
        load(file)


def test_a_missing_catalogue_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(BrokenCatalogue, match="cannot be read"):
        load(tmp_path / "recognition.yml")
