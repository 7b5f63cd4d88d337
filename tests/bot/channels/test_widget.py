"""The HTTP API: what it refuses, and what an open page hears."""

import pytest

from bot.channels.tokens import Tokens
from tests.running_app import SECRET


def answers(n):
    return lambda heard: len([one for one in heard if one["author"] == "bot"]) >= n


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x.y"}, {"Authorization": "Basic abc"}])
def test_without_the_right_token_nothing_is_heard_or_said(app, header):
    person = app.person()
    person.http.headers.pop("Authorization")
    for method, path, body in [
        ("POST", "/widget/messages", {"id": "1", "text": "hello"}),
        ("POST", "/widget/language", {"language": "fi"}),
        ("GET", "/widget/events", None),
    ]:
        assert person.http.request(method, path, json=body, headers=header).status_code == 401


def test_the_id_of_a_conversation_is_no_token(app):
    person = app.person()
    person.http.headers["Authorization"] = f"Bearer {person.conversation}"
    assert person.post("hello").status_code == 401


def test_a_conversation_that_does_not_exist_looks_like_a_forged_token(app):
    person = app.person()
    person.http.headers["Authorization"] = f"Bearer {Tokens(SECRET).token('deleted')}"
    assert person.post("hello").json() == {"error": "no_such_conversation"}
    assert person.http.get("/widget/events").status_code == 401


def test_a_payload_that_was_never_offered_is_refused_and_not_stored(person):
    response = person.post("Book", '/booking_choose{"booking_day":"2026-11-24"}')
    assert (response.status_code, response.json()["error"]) == (422, "not_offered")
    assert person.now() == []


def test_an_offered_button_may_be_pressed_or_typed(person, engine):
    button = {"title": "Yes, please", "payload": "/affirm"}
    engine.say = lambda asked: [{"text": asked["message"], "buttons": [button], "metadata": {}}]
    person.write("hello")
    person.hear(answers(1))
    person.write("Yes, please", "/affirm")
    person.hear(answers(2))
    person.write("1")
    person.hear(answers(3))
    assert [turn["message"] for turn in engine.turns] == ["hello", "/affirm", "/affirm"]


def test_a_command_that_a_person_types_reaches_the_engine_as_words(person, engine):
    person.write('/booking_choose{"booking_day":"2026-11-24"}')
    person.write("  / / handoff_request")
    person.hear(answers(2))
    assert [turn["message"] for turn in engine.turns] == [
        'booking_choose{"booking_day":"2026-11-24"}',
        "handoff_request",
    ]


@pytest.mark.parametrize("text", ["", "   ", "\n", "///", "\u200b"])
def test_nothing_written_gets_a_kind_answer_in_the_page_s_language(person, text):
    response = person.http.post(
        "/widget/messages", json={"id": "1", "text": text}, headers={"Accept-Language": "sv-FI,en;q=0.5"}
    )
    assert response.status_code == 422
    assert response.json()["error"] == "empty"
    assert response.json()["language"] == "sv"
    assert response.json()["text"]


def test_a_very_long_text_is_refused_kindly_and_a_long_one_is_answered(person, engine):
    refused = person.post("x" * 10_001)
    assert (refused.status_code, refused.json()["error"]) == (422, "too_long")
    assert "10000" in refused.json()["text"]
    person.write("\U0001f44d" * 10_000)
    person.hear(answers(1))
    assert len(engine.turns[0]["message"]) == 5_000


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"id":"1"}', b'{"id":"","text":"a"}', b'{"id":"a b","text":"a"}', b"\xff"]
)
def test_what_is_no_message_is_refused_without_being_repeated(person, body):
    response = person.http.post("/widget/messages", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()) == (400, {"error": "malformed"})


def test_a_body_that_is_too_big_is_refused(person):
    assert person.post("x" * 300_000).status_code == 413


def test_too_many_messages_in_a_row_are_asked_to_wait(person):
    found = [person.post(str(n)) for n in range(24)]
    slow = [response for response in found if response.status_code == 429]
    assert slow
    assert int(slow[0].headers["Retry-After"]) >= 1
    assert slow[0].json()["text"]


@pytest.mark.parametrize("how", ["header", "query"])
def test_a_page_that_comes_back_hears_only_what_it_has_not_heard(person, how):
    person.write("first")
    last = person.hear(answers(1))[-1]["id"]
    person.write("second")
    person.hear(answers(2))
    headers = {"Last-Event-ID": str(last)} if how == "header" else {}
    events = person.events(after=last if how == "query" else 0, headers=headers)
    messages = [data["text"] for event, data, _ in (next(events) for _ in range(2)) if event == "message"]
    events.close()
    assert messages == ["second", "You said: second"]


@pytest.mark.parametrize("number", ["9" * 10, "9" * 5000, "-1", "\u0661".encode(), "x"])
def test_a_number_that_no_message_can_have_breaks_no_stream(person, number):
    events = person.events(headers={"Last-Event-ID": number})
    assert next(events)[0] == "state"
    events.close()


def test_a_page_hears_that_an_answer_is_on_its_way(person, engine):
    engine.delay = 0.3
    events = person.events()
    person.write("hello")
    heard = []
    for event, data, _ in events:
        heard.append((event, data.get("on", data.get("author"))))
        if heard[-1] == ("typing", False):
            break
    events.close()
    assert [one for one in heard if one[0] != "state"] == [
        ("message", "person"), ("typing", True), ("message", "bot"), ("typing", False),
    ]


def test_two_people_never_hear_each_other(app):
    first, second = app.person(), app.person()
    first.write("mine")
    second.write("yours")
    assert {one["text"] for one in first.hear(answers(1))} == {"mine", "You said: mine"}
    assert {one["text"] for one in second.hear(answers(1))} == {"yours", "You said: yours"}


def test_a_language_can_be_chosen_while_the_engine_is_away(app, engine):
    engine.die()
    person = app.person(locale="en-GB")
    assert person.http.post("/widget/language", json={"language": "sv"}).json() == {"language": "sv"}
    person.write("hello")
    assert person.hear(lambda heard: heard[-1]["author"] == "system")[-1]["language"] == "sv"
    assert person.http.post("/widget/language", json={"language": "xx"}).status_code == 400
