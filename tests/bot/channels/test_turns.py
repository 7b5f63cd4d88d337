"""What a message costs the database, counted. A figure here may go down; who lets it go up knows why."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from bot.channels.engine import Answer
from bot.channels.turns import Turns
from bot.texts import Texts

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ANSWER = Answer([{"text": "moi", "buttons": [], "metadata": {"language": "fi"}}], "fi", False, "normal")


@pytest.fixture
def turns(database):
    texts = Texts.load()
    return Turns(database, lambda: texts, lambda: NOW)


@pytest.fixture
def count(database):
    """Statements and commits so far."""
    seen = {"statements": 0, "commits": 0}

    def statement(_connection, _cursor, text, *_):
        seen["statements"] += not text.startswith("BEGIN")

    def commit(_connection):
        seen["commits"] += 1

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", commit)
    yield seen
    event.remove(database.engine, "before_cursor_execute", statement)
    event.remove(database.engine, "commit", commit)


def test_a_message_and_its_answer_are_two_transactions_of_five_statements(turns, count):
    person = turns.start("widget", "fi", None)
    for number in range(30):
        before = dict(count)
        kept = turns.keep(person, f"first {number}", "hei", None)
        assert {name: count[name] - before[name] for name in count} == {"statements": 5, "commits": 1}
        before = dict(count)
        settled = turns.answered(kept.next, ANSWER)
        assert {name: count[name] - before[name] for name in count} == {"statements": 5, "commits": 1}
        assert settled.next is None


def test_who_keeps_a_message_or_an_answer_learns_what_is_next(turns):
    person = turns.start("widget", None, "sv-FI")
    first, second = turns.keep(person, "1", "hej", None), turns.keep(person, "2", "igen", None)
    assert first.next.message_id == second.next.message_id == first.message_id
    assert first.next.question.language == "sv"
    settled = turns.answered(first.next, ANSWER)
    assert (settled.next.message_id, settled.next.question.text) == (second.message_id, "igen")
    # What the answer has taught is what the next question says.
    assert (settled.learnt, settled.next.question.language) == (True, "fi")
    assert turns.next(person) == settled.next
    assert turns.answered(settled.next, ANSWER).next is None
    assert turns.next(person) is None


def test_a_message_that_is_answered_already_is_not_answered_again(turns):
    person = turns.start("widget", "fi", None)
    turn = turns.keep(person, "1", "hei", None).next
    assert [said.text for said in turns.answered(turn, ANSWER).news.messages] == ["moi"]
    assert turns.answered(turn, ANSWER).news is None
    assert turns.given_up(turn).news is None
