"""What happens to a message, come what may. On SQLite and on PostgreSQL where the database matters."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.office import handoff
from bot.office.tables import Message
from bot.texts import Texts
from tests.running_app import RunningApp, until


def texts(heard, *authors):
    return [said["text"] for said in heard if said["author"] in authors]


def answers(n):
    return lambda heard: len(texts(heard, "bot")) >= n


@pytest.fixture
def anywhere(tmp_path, engine, database_url):
    """The app on each kind of database."""
    app = RunningApp(tmp_path, engine.url, database_url).start()
    yield app
    app.end()


def test_a_message_is_answered(anywhere):
    person = anywhere.person()
    number = person.write("hello")
    heard = person.hear(answers(1))
    assert texts(heard, "person", "bot") == ["hello", "You said: hello"]
    assert heard[1]["in_reply_to"] == number


def test_messages_of_one_conversation_are_answered_in_their_order(anywhere, engine):
    engine.delay = 0.02
    person = anywhere.person()
    for n in range(8):
        person.write(f"message {n}")
    heard = person.hear(answers(8))
    assert texts(heard, "bot") == [f"You said: message {n}" for n in range(8)]


def test_one_slow_conversation_does_not_hold_up_another(app, engine):
    first, second = app.person(), app.person()
    slow, engine.delay = engine, 2.0
    first.write("slow")
    until(lambda: engine.asked, "the engine has the slow question")
    slow.delay = 0.0
    second.write("quick")
    assert texts(second.hear(answers(1)), "bot") == ["You said: quick"]
    assert not texts(first.now(), "bot")


def test_the_same_message_sent_many_times_at_once_is_handled_once(anywhere, engine):
    person = anywhere.person()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: person.post("hello", id="same").status_code, range(8)))
    assert sorted(found) == [200] * 7 + [202]
    person.write("and then")
    heard = person.hear(answers(2))
    assert texts(heard, "person") == ["hello", "and then"]
    assert [turn["message"] for turn in engine.turns] == ["hello", "and then"]


def test_when_the_engine_is_away_the_person_is_told_once_and_answered_after(anywhere, engine):
    engine.die()
    person = anywhere.person(language="sv")
    for n in range(3):
        person.write(f"message {n}")
    notice = person.hear(lambda heard: texts(heard, "system"))[-1]
    assert notice["language"] == "sv"
    assert [button["payload"] for button in notice["buttons"]] == ["/handoff_request"]
    engine.come_back()
    heard = person.hear(answers(3))
    assert texts(heard, "bot") == [f"You said: message {n}" for n in range(3)]
    assert len(texts(heard, "system")) == 1


def test_an_answer_that_comes_late_says_so(app, engine):
    engine.die()
    person = app.person()
    person.write("hello")
    person.hear(lambda heard: texts(heard, "system"))
    engine.come_back()
    assert person.hear(answers(1))[-1]["metadata"]["late"] is True
    person.write("again")
    assert "late" not in person.hear(answers(2))[-1]["metadata"]


def test_an_engine_that_dies_in_the_middle_of_an_answer_answers_after(app, engine):
    engine.delay = 30
    person = app.person()
    person.write("hello")
    until(lambda: engine.asked, "the engine thinks")
    engine.die()
    person.hear(lambda heard: texts(heard, "system"))
    engine.delay = 0
    engine.come_back()
    assert texts(person.hear(answers(1)), "bot") == ["You said: hello"]


def test_an_engine_without_its_model_is_away(app, engine):
    engine.ready, engine.fail_with = False, 503
    person = app.person()
    person.write("hello")
    person.hear(lambda heard: texts(heard, "system"))
    assert app.person().http.get("/readyz").json() == {"engine": "starting", "database": "up"}
    engine.ready, engine.fail_with = True, None
    person.hear(answers(1))


def test_an_app_that_stops_in_the_middle_goes_on_at_its_next_start(anywhere, engine):
    engine.delay = 30
    person = anywhere.person()
    person.write("hello")
    until(lambda: engine.asked, "the engine thinks")
    anywhere.stop()
    engine.delay = 0
    anywhere.start()
    assert texts(person.hear(answers(1)), "person", "bot") == ["hello", "You said: hello"]


def test_an_answer_that_the_app_did_not_live_to_keep_is_not_made_twice(app, engine):
    person = app.person()
    engine.delay = 0.5
    person.write("hello")
    until(lambda: engine.asked, "the engine thinks")
    app.stop()
    app.start()
    person.hear(answers(1))
    assert len(engine.turns) == 1
    assert {asked["message_id"] for asked in engine.asked} == {engine.turns[0]["message_id"]}


def test_a_message_at_which_a_healthy_engine_fails_does_not_hold_up_the_next(app, engine):
    engine.poison = "poison"
    person = app.person(language="en")
    person.write("poison")
    person.write("hello")
    heard = person.hear(answers(1))
    assert texts(heard, "bot") == ["You said: hello"]
    last_notice = [said for said in heard if said["author"] == "system"][-1]
    assert last_notice["buttons"][0]["payload"] == "/handoff_request"


def test_an_answer_without_words_becomes_an_offer_of_a_human(app, engine):
    engine.say = lambda _: []
    person = app.person(language="fi")
    person.write("hello")
    notice = person.hear(lambda heard: texts(heard, "system"))[-1]
    assert notice["buttons"][0]["payload"] == "/handoff_request"
    assert notice["in_reply_to"] == person.now()[0]["id"]


def test_a_human_can_be_asked_for_while_the_engine_is_away(app, engine):
    engine.die()
    person = app.person()
    person.write("hello")
    button = person.hear(lambda heard: texts(heard, "system"))[-1]["buttons"][0]
    person.write(button["title"], button["payload"])
    said = texts(person.hear(lambda heard: len(texts(heard, "system")) == 3), "system")
    assert said[2] == Texts.load().label("utter_handoff_demo", "fi")
    with app.app.state.office.database.reading() as session:
        assert handoff.open_handoff(session, person.conversation).state == "waiting"


def test_somebody_in_danger_is_helped_at_once_and_once_while_the_engine_is_away(app, engine):
    engine.die()
    person = app.person(language="en")
    person.write("my husband beats me")
    helped = person.hear(lambda heard: texts(heard, "system"))[-1]
    assert "080 005 005" in helped["text"]
    person.write("hello?")
    person.hear(lambda heard: len(texts(heard, "system")) == 2)
    engine.come_back()
    said = texts(person.hear(answers(2)), "system")
    assert sum("080 005 005" in one for one in said) == 1


def test_the_engine_hears_of_a_danger_that_stands_at_the_end_of_a_long_text(app, engine):
    person = app.person(language="en")
    person.write("I am looking for a Finnish course. " * 200 + "My husband beats me.")
    person.hear(answers(1))
    [turn] = engine.turns
    assert "husband" not in turn["message"]
    assert turn["metadata"]["crisis"] == ["violence"]


def test_while_a_human_is_there_the_engine_hears_nothing_and_afterwards_it_answers_again(anywhere, engine):
    person = anywhere.person()
    office, now = anywhere.app.state.office, datetime.now(UTC)
    with office.database.session() as session:
        asked = handoff.request(
            session, person.conversation, reason="asked", language="en", topic=None, now=now
        )
        handoff.claim(session, asked.id, "Aino", now=now)
    person.write("to the human")
    with office.database.session() as session:
        handoff.reply(session, asked.id, "Aino", "I am here", now=now)
    anywhere.app.state.streams.tell(person.conversation)
    assert texts(person.hear(lambda heard: texts(heard, "counsellor")), "person", "counsellor") == [
        "to the human",
        "I am here",
    ]
    with office.database.session() as session:
        handoff.give_back(session, asked.id, "Aino", now=now)
    person.write("to the bot")
    person.hear(answers(1))
    assert [turn["message"] for turn in engine.turns] == ["to the bot"]


def test_a_human_who_comes_while_the_engine_thinks_is_not_talked_over(app, engine):
    engine.delay = 0.3
    person = app.person()
    person.write("hello")
    until(lambda: engine.asked, "the engine thinks")
    office, now = app.app.state.office, datetime.now(UTC)
    with office.database.session() as session:
        asked = handoff.request(session, person.conversation, reason="asked", language="en", topic=None, now=now)
        handoff.claim(session, asked.id, "Aino", now=now)
    until(lambda: engine.turns, "the engine has answered")
    person.write("second")
    assert not texts(person.hear(lambda heard: len(heard) == 2), "bot")


def test_messages_for_a_human_pass_while_others_wait_for_the_engine(app, engine):
    engine.die()
    person = app.person()
    person.write("hello")
    person.hear(lambda heard: texts(heard, "system"))
    office, now = app.app.state.office, datetime.now(UTC)
    with office.database.session() as session:
        asked = handoff.request(session, person.conversation, reason="asked", language="en", topic=None, now=now)
        handoff.claim(session, asked.id, "Aino", now=now)
    number = person.write("for you")
    with office.database.reading() as session:
        assert session.get(Message, number).state == "with_human"


def test_what_the_engine_learns_of_the_conversation_is_kept(app, engine):
    engine.after = {"language": "sv", "register": "plain"}
    person = app.person()
    person.write("hej")
    person.hear(answers(1))
    person.write("igen")
    person.hear(answers(2))
    metadata = engine.turns[1]["metadata"]
    assert (metadata["language"], metadata["register"], metadata["language_chosen"]) == ("sv", "plain", False)


def test_a_language_chosen_while_the_engine_thinks_is_not_undone_by_its_answer(app, engine):
    engine.delay, engine.after = 0.3, {"language": "fi"}
    person = app.person()
    person.write("moi")
    until(lambda: engine.asked, "the engine thinks")
    person.http.post("/widget/language", json={"language": "sv"}).raise_for_status()
    person.hear(answers(2))
    assert engine.turns[1]["message"] == '/language_switch{"language":"sv"}'
    assert engine.turns[1]["metadata"]["language"] == "sv"


def test_many_people_at_once_are_all_answered(anywhere):
    def talk(n):
        person = anywhere.person()
        for i in range(3):
            person.write(f"{n}-{i}")
        return texts(person.hear(answers(3)), "bot") == [f"You said: {n}-{i}" for i in range(3)]

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(talk, range(12)))
    assert threading.active_count() < 200
