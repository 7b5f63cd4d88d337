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
    for entity in ("meeting", "profession"):
        values = [set(words[entity]) for words in all_words().values()]
        assert values[0] == values[1] == values[2], entity
