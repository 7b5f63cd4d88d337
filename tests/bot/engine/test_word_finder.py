import pytest

from bot.engine.word_finder import find_in_all, finders_of
from tests.bot.engine.understanding import all_words, sentences


@pytest.fixture(scope="module")
def finders():
    return finders_of(all_words())


@pytest.mark.parametrize(("language", "entry"), sentences("entities"), ids=lambda one: str(one)[:60])
def test_each_sentence_of_the_folder_is_read(finders, language, entry):
    found = find_in_all(finders, entry["text"], [language])
    assert [f"{one.entity} {one.value}" for one in found] == entry["found"]


def test_what_is_found_points_at_its_place_in_the_text(finders):
    text = "Asun nyt Helsingissä"
    (found,) = find_in_all(finders, text, ["fi"])
    assert text[found.start : found.end] == "Helsingissä"


def test_a_profession_is_looked_for_only_in_the_languages_of_the_message(finders):
    assert find_in_all(finders, "kokki", ["fi"])
    assert not find_in_all(finders, "kokki", ["en"])


def test_the_same_things_can_be_named_in_every_language():
    for entity in ("meeting", "profession", "education_level", "session_topic"):
        values = [set(words[entity]) for words in all_words().values()]
        assert values[0] == values[1] == values[2], entity


# The professions that the facts on recognition name: each must be found by its official name.
OFFICIAL = {
    "nurse": ("sairaanhoitaja", "sjukskötare", "registered nurse"),
    "practical_nurse": ("lähihoitaja", "närvårdare", "practical nurse"),
    "doctor": ("lääkäri", "läkare", "doctor"),
    "dentist": ("hammaslääkäri", "tandläkare", "dentist"),
    "midwife": ("kätilö", "barnmorska", "midwife"),
    "pharmacist": ("proviisori", "provisor", "pharmacist"),
    "physiotherapist": ("fysioterapeutti", "fysioterapeut", "physiotherapist"),
    "paramedic": ("ensihoitaja", "förstavårdare", "paramedic"),
    "social_worker": ("sosiaalityöntekijä", "socialarbetare", "social worker"),
    "sosionomi": ("sosionomi", "socionom", "sosionomi"),
    "gerontology_specialist": ("geronomi", "geronom", "geronomi"),
    "rehabilitation_counsellor": ("kuntoutuksen ohjaaja", "rehabiliteringshandledare", "rehabilitation counsellor"),
    "teacher": ("opettaja", "lärare", "teacher"),
    "early_childhood_teacher": ("varhaiskasvatuksen opettaja", "lärare inom småbarnspedagogik", "ECEC teacher"),
    "early_childhood_sosionomi": (
        "varhaiskasvatuksen sosionomi", "socionom inom småbarnspedagogiken", "ECEC sosionomi"),
    "early_childhood_special_teacher": (
        "varhaiskasvatuksen erityisopettaja", "speciallärare inom småbarnspedagogik",
        "special needs kindergarten teacher"),
    "childcare_worker": (
        "varhaiskasvatuksen lastenhoitaja", "barnskötare inom småbarnspedagogiken", "ECEC childcarer"),
    "daycare_director": ("päiväkodin johtaja", "daghemsföreståndare", "day-care centre director"),
    "lawyer": ("oikeustieteen maisteri", "juris magister", "lawyer"),
    "attorney": ("asianajaja", "advokat", "attorney-at-law"),
    "trial_counsel": (
        "luvan saanut oikeudenkäyntiavustaja", "rättegångsbiträde med tillstånd", "licensed trial counsel"),
    "auditor": ("tilintarkastaja", "revisor", "auditor"),
    "electrical_work_supervisor": ("sähkötöiden johtaja", "ledare för elarbeten", "supervisor of electrical work"),
    "security_guard": ("vartija", "väktare", "security guard"),
    "security_steward": ("järjestyksenvalvoja", "ordningsvakt", "security steward"),
    "taxi_driver": ("taksinkuljettaja", "taxiförare", "taxi driver"),
    "bus_driver": ("linja-autonkuljettaja", "bussförare", "bus driver"),
    "truck_driver": ("kuorma-autonkuljettaja", "lastbilsförare", "lorry driver"),
    "seafarer": ("merenkulkija", "sjöfarare", "seafarer"),
    "ship_officer": ("perämies", "styrman", "ship officer"),
    "veterinarian": ("eläinlääkäri", "veterinär", "veterinarian"),
    "construction_site_manager": ("vastaava työnjohtaja", "ansvarig arbetsledare", "site manager"),
    "crane_operator": ("nosturinkuljettaja", "kranförare", "crane operator"),
    "asbestos_worker": ("asbestipurkutyöntekijä", "asbestsanerare", "asbestos removal worker"),
    "driving_instructor": ("liikenneopettaja", "trafiklärare", "driving instructor"),
    "driving_examiner": ("ajokokeen vastaanottaja", "körprovsförrättare", "driving examiner"),
    "diver": ("ammattisukeltaja", "yrkesdykare", "professional diver"),
    "chimney_sweep": ("nuohooja", "sotare", "chimney sweep"),
    "surveyor": ("kiinteistöinsinööri", "lantmätare", "cadastral surveyor"),
    "firefighter": ("palomies", "brandman", "firefighter"),
    "authorised_translator": ("auktorisoitu kääntäjä", "auktoriserad translator", "authorised translator"),
    "psychologist": ("psykologi", "psykolog", "psychologist"),
}  # fmt: skip


@pytest.mark.parametrize("profession", OFFICIAL)
def test_each_profession_that_recognition_knows_is_found_by_its_names(finders, profession):
    for language, name in zip(("fi", "sv", "en"), OFFICIAL[profession], strict=True):
        found = find_in_all(finders, name, [language])
        assert [(one.entity, one.value) for one in found] == [("profession", profession)], (language, name)


def test_every_municipality_is_found_by_both_its_names_alone(finders):
    """Alone even those that are ordinary words are meant."""
    for municipality, names in all_words()["fi"]["municipality"].items():
        for name in names[:2]:
            found = {one.value for one in find_in_all(finders, name, ["fi", "sv"]) if one.entity == "municipality"}
            assert found == {municipality}, name
