"""Who writes a language that is not ours is told once which ones we speak, and is answered."""

import pytest

from bot.texts import Texts
from tests.running_app import RunningApp

OTHERS = Texts.load().others


@pytest.fixture
def anywhere(tmp_path, engine, database_url):
    """The app on each kind of database."""
    app = RunningApp(tmp_path, engine.url, database_url).start()
    yield app
    app.end()


def bots(heard):
    return [said for said in heard if said["author"] == "bot"]


def test_it_is_said_in_their_language_with_a_page_to_read_and_our_languages_to_choose(app, engine):
    engine.after = {"other_language": "ar", "language": "fi", "register": "plain"}
    person = app.person()
    person.write("مرحبا كيف أسجل كباحث عن عمل")
    told, answer = bots(person.hear(lambda heard: len(bots(heard)) == 2))
    assert told["language"] == "ar"
    assert told["text"] == f"{OTHERS['ar'].text} {OTHERS['ar'].ask}"
    assert [button["title"] for button in told["buttons"]] == ["Suomi", "Svenska", "English"]
    assert told["metadata"]["sources"] == [
        {"title": "InfoFinland", "url": "https://www.infofinland.fi/ar", "language": "ar"}
    ]
    assert answer["text"].startswith("You said:")
    assert next(data for event, data, _ in person.events() if event == "state")["register"] == "plain"


def test_it_is_said_once_for_each_language(anywhere, engine):
    person = anywhere.person()
    codes = ["ar", "ar", "so", "ar", "so"]
    for n, code in enumerate(codes, 1):
        engine.after = {"other_language": code}
        person.write(f"message {n}")
        heard = person.hear(lambda heard, n=n: [s for s in bots(heard) if s["text"] == f"You said: message {n}"])
    assert [said["language"] for said in bots(heard) if said["language"] in OTHERS] == ["ar", "so"]


def test_who_has_chosen_a_language_is_not_asked_for_one(app, engine):
    engine.after = {"other_language": "ru"}
    person = app.person(language="sv")
    person.write("здравствуйте")
    told, _ = bots(person.hear(lambda heard: len(bots(heard)) == 2))
    assert (told["text"], told["buttons"]) == (OTHERS["ru"].text, [])


def test_the_number_of_a_language_that_is_asked_for_chooses_it(app, engine):
    engine.after = {"other_language": "so"}
    person = app.person()
    person.write("waxaan rabaa shaqo")
    person.hear(lambda heard: len(bots(heard)) == 2)
    person.write("2")
    person.hear(lambda heard: len(bots(heard)) == 3)
    assert engine.turns[-1]["message"] == '/language_switch{"language":"sv"}'


@pytest.mark.parametrize(("language", "said"), [("sv", 2), ("fi", 1)])
def test_a_norwegian_hears_that_the_answer_is_in_swedish_only_when_it_is(app, engine, language, said):
    engine.after = {"other_language": "nb", "language": language}
    person = app.person()
    person.write("hei, jeg trenger en jobb")
    heard = person.hear(lambda heard: [one for one in bots(heard) if one["text"].startswith("You said")])
    assert len(bots(heard)) == said


def test_a_language_without_a_line_is_told_of_in_ours_once(app, engine):
    engine.after = {"other_language": "de", "language": "en"}
    person = app.person()
    for text in ("ich suche Arbeit", "bitte helfen Sie mir"):
        person.write(text)
        heard = person.hear(lambda heard, text=text: [s for s in bots(heard) if s["text"] == f"You said: {text}"])
    told = [said for said in bots(heard) if not said["text"].startswith("You said")]
    assert [(said["language"], len(said["buttons"])) for said in told] == [("en", 3)]


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_line_can_be_said(code, language):
    said = Texts.load().other_language(code, language, ask=True)
    if OTHERS[code].answered_in in (None, language):
        assert said["text"]
        assert len(said["buttons"]) == 3
    else:
        assert said is None
