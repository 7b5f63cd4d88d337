"""A human comes and goes, by `polku office` in another process; the person's page is open all the while."""

import time
from datetime import timedelta

import pytest
from click.testing import CliRunner

from bot.cli import polku
from bot.languages import LANGUAGES
from bot.office import handoff
from bot.texts import Texts
from tests.running_app import RunningApp

TEXTS = Texts.load()


@pytest.fixture
def app(tmp_path, engine, database_url):
    """On each kind of database."""
    app = RunningApp(tmp_path, engine.url, database_url).start()
    yield app
    app.end()


@pytest.fixture
def office(app):
    """`polku office …`: knows nothing of the app but its database."""

    def call(*arguments: str, fails: bool = False) -> str:
        environment = {"POLKU_DATA_DIR": app.settings.data_dir, "POLKU_DATABASE_URL": app.settings.database_url}
        done = CliRunner().invoke(polku, ["office", *arguments], env=environment)
        assert (done.exit_code != 0) is fails, done.output
        return done.output

    return call


def ask(app, person) -> str:
    """The number of the person's request for a human."""
    with app.app.state.office.database.session() as session:
        now = app.app.state.office.clock()
        found = handoff.request(session, person.conversation, reason="asked", language="fi", topic=None, now=now)
        return str(found.id)


def notice(name, language="en", register="normal", **fields):
    return TEXTS.utterance(f"notice_handoff_{name}", language, register, **fields)["text"]


class Page:
    """An open page."""

    def __init__(self, person):
        self.person, self.events = person, person.events()

    def next(self) -> tuple[str, str]:
        """Author and text of the next message."""
        for event, data, _ in self.events:
            if event == "message":
                return data["author"], data["text"]
        raise AssertionError("the stream ended")

    def until_with_human(self, wanted: bool) -> None:
        for event, data, _ in self.events:
            assert event != "message", data
            if event == "state" and data["with_human"] is wanted:
                return


@pytest.fixture
def page(app):
    page = Page(app.person(language="en"))
    yield page
    page.events.close()


def test_each_move_is_told_at_once_and_the_bot_speaks_again_after(app, office, page):
    number = ask(app, page.person)
    began = time.monotonic()
    office("take", number, "--as", "Aino")
    assert page.next() == ("system", notice("taken", counsellor="Aino"))
    page.until_with_human(True)
    office("reply", number, "I am here", "--as", "Aino")
    assert page.next() == ("counsellor", "I am here")
    office("return", number, "--as", "Aino")
    assert page.next() == ("system", notice("returned", counsellor="Aino"))
    page.until_with_human(False)
    assert time.monotonic() - began < 10, "the page hears only when it is pinged"
    page.person.write("hello bot")
    assert [page.next() for _ in range(2)] == [("person", "hello bot"), ("bot", "You said: hello bot")]


def test_what_the_human_left_unanswered_is_answered_by_the_bot(app, engine, office, page):
    number = ask(app, page.person)
    office("take", number, "--as", "Aino")
    page.next()
    page.person.write("heard by Aino")
    page.next()
    office("reply", number, "yes", "--as", "Aino")
    page.next()
    for text in ("first", "second"):
        page.person.write(text)
        page.next()
    office("return", number, "--as", "Aino")
    page.next()
    assert [page.next() for _ in range(2)] == [("bot", "You said: first"), ("bot", "You said: second")]
    assert [turn["message"] for turn in engine.turns] == ["first", "second"]


def test_what_a_human_has_closed_is_answered_by_nobody_else(app, engine, office, page):
    number = ask(app, page.person)
    office("take", number, "--as", "Aino")
    page.next()
    page.person.write("thank you")
    page.next()
    office("close", number, "--as", "Aino")
    assert page.next() == ("system", notice("closed", counsellor="Aino"))
    page.person.write("hello bot")
    assert [page.next() for _ in range(2)] == [("person", "hello bot"), ("bot", "You said: hello bot")]
    assert [turn["message"] for turn in engine.turns] == ["hello bot"]


def test_an_answer_to_what_a_human_left_says_which_question_it_answers(app, office, page):
    number = ask(app, page.person)
    office("take", number, "--as", "Aino")
    page.next()
    page.person.write("a question")
    office("return", number, "--as", "Aino")
    heard = page.person.hear(lambda heard: heard[-1]["author"] == "bot")
    assert heard[-1]["metadata"]["late"] is True


def test_who_is_put_back_into_the_queue_or_out_of_it_is_told(app, office, page):
    number = ask(app, page.person)
    office("take", number, "--as", "Aino")
    page.next()
    office("put-back", number, "--as", "Aino")
    assert page.next() == ("system", notice("put_back", counsellor="Aino"))
    office("close", number, "--as", "Bertil")
    assert page.next() == ("system", notice("dropped"))


def test_a_move_that_changes_nothing_or_is_refused_is_not_told(app, office, page):
    number = ask(app, page.person)
    office("take", number, "--as", "Aino")
    office("take", number, "--as", "Aino")
    assert "Another counsellor was faster." in office("take", number, "--as", "Bertil", fails=True)
    office("return", number, "--as", "Bertil", fails=True)
    assert [one["author"] for one in page.person.now()] == ["system"]


def test_a_counsellor_sees_who_waits_and_what_was_said(app, office, page):
    page.person.write("where do I begin?")
    page.person.hear(lambda heard: heard[-1]["author"] == "bot")
    number = ask(app, page.person)
    assert "waiting" in office("queue")
    office("take", number, "--as", "Aino")
    assert "active" in office("queue")
    assert "Aino" in office("queue")
    shown = office("show", number)
    assert shown.index("person: where do I begin?") < shown.index("bot: You said") < shown.index("system: ")
    office("close", number, "--as", "Aino")
    assert "Nobody waits." in office("queue")
    office("show", "999", fails=True)


def test_a_counsellor_cannot_say_nothing(app, office, page):
    number = ask(app, page.person)
    office("take", number, "--as", "Aino")
    office("reply", number, " \n", "--as", "Aino", fails=True)
    assert [one["author"] for one in page.person.now()] == ["system"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_person_is_told_in_their_language_and_register(app, engine, office, language):
    person = app.person(language=language)
    engine.after = {"register": "plain"}
    person.write("x")
    person.hear(lambda heard: heard[-1]["author"] == "bot")
    office("take", ask(app, person), "--as", "Aino")
    told = person.now()[-1]
    assert (told["text"], told["language"]) == (notice("taken", language, "plain", counsellor="Aino"), language)


def test_who_has_waited_in_vain_for_too_long_is_told_and_can_ask_again(app, page):
    ask(app, page.person)
    app.stop()
    long_after = app.clock() + timedelta(days=14, minutes=1)
    app.clock = lambda: long_after
    app.start()
    told = page.person.hear(lambda heard: heard[-1]["author"] == "system")[-1]
    assert [button["payload"] for button in told["buttons"]] == ["/handoff_request", "/booking_make"]
    with app.app.state.office.database.reading() as session:
        assert handoff.open_handoff(session, page.person.conversation) is None


def test_who_waits_not_too_long_waits_on(app, page):
    ask(app, page.person)
    app.stop()
    not_long_after = app.clock() + timedelta(days=13)
    app.clock = lambda: not_long_after
    app.start()
    page.person.write("hello")
    page.person.hear(lambda heard: heard[-1]["author"] == "bot")
    assert [one["author"] for one in page.person.now()] == ["person", "bot"]
