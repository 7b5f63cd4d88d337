from datetime import UTC, datetime

import pytest

from bot.office import conversations, inbox, outbox
from bot.office.database import Database
from bot.office.inbox import AlreadyHandled, Reply
from bot.office.tables import Handoff
from tests.bot.office.racing import race

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def conversation(database: Database) -> str:
    with database.session() as session:
        return conversations.start(session, "widget", language="sv", now=NOW).id


def wrote(database: Database, conversation: str, text: str, channel_message_id: str) -> int:
    with database.session() as session:
        return conversations.receive(session, conversation, text, channel_message_id=channel_message_id, now=NOW).id


def human_comes(database: Database, conversation: str) -> None:
    with database.session() as session:
        session.add(
            Handoff(conversation_id=conversation, state="active", reason="asked", language="sv", created_at=NOW)
        )


def test_a_conversation_has_an_id_that_nobody_can_guess(database: Database) -> None:
    with database.session() as session:
        ids = {conversations.start(session, "widget", now=NOW).id for _ in range(20)}
    assert len(ids) == 20
    assert {len(id_) for id_ in ids} == {43}


def test_a_person_of_a_channel_is_met_once(database: Database) -> None:
    with database.session() as session:
        first = conversations.meet(session, "telegram", "42", now=NOW)
    with database.session() as session:
        assert conversations.meet(session, "telegram", "42", now=NOW).id == first.id
        assert conversations.meet(session, "telegram", "43", now=NOW).id != first.id


def test_an_unknown_conversation_is_refused(database: Database) -> None:
    with database.session() as session, pytest.raises(conversations.UnknownConversation):
        conversations.find(session, "nobody")
    with pytest.raises(conversations.UnknownConversation), database.session() as session:
        conversations.receive(session, "nobody", "hei", channel_message_id="1", now=NOW)


def test_a_message_delivered_twice_is_kept_once(database: Database, conversation: str) -> None:
    kept = wrote(database, conversation, "hej", "a")
    with database.session() as session:
        again = conversations.receive(session, conversation, "hej", channel_message_id="a", now=NOW)
        assert (again.id, again.news) == (kept, None)
    with database.reading() as session:
        assert [m.text for m in conversations.transcript(session, conversation)] == ["hej"]


def test_times_come_back_in_utc(database: Database, conversation: str) -> None:
    with database.reading() as session:
        assert conversations.find(session, conversation).created_at == NOW


def test_a_recognised_language_never_replaces_a_chosen_one(database: Database, conversation: str) -> None:
    with database.session() as session:
        conversations.set_language(session, conversation, "fi", chosen=False)
        assert conversations.find(session, conversation).language == "fi"
        conversations.set_language(session, conversation, "en", chosen=True)
        conversations.set_language(session, conversation, "fi", chosen=False)
        assert conversations.find(session, conversation).language == "en"


def test_unanswered_messages_wait_in_order_and_an_answer_takes_one_away(database: Database, conversation: str) -> None:
    first, second = wrote(database, conversation, "ett", "1"), wrote(database, conversation, "tva", "2")
    with database.session() as session:
        assert [m.id for m in inbox.pending(session, conversation)] == [first, second]
        assert inbox.conversations_pending(session) == [conversation]
        [said] = inbox.mark_answered(session, first, [Reply("svar", {"buttons": []})], now=NOW).messages
        assert (said.in_reply_to, said.state, said.language) == (first, "queued", "sv")
        assert [m.id for m in inbox.pending(session)] == [second]


def test_a_message_is_answered_once(database: Database, conversation: str) -> None:
    message = wrote(database, conversation, "hej", "1")
    with database.session() as session:
        inbox.mark_answered(session, message, [Reply("svar")], now=NOW)
    with pytest.raises(AlreadyHandled), database.session() as session:
        inbox.mark_answered(session, message, [Reply("svar igen")], now=NOW)
    with database.reading() as session:
        assert [m.text for m in conversations.transcript(session, conversation)] == ["hej", "svar"]


def test_a_crash_before_the_mark_keeps_neither_mark_nor_reply(database: Database, conversation: str) -> None:
    message = wrote(database, conversation, "hej", "1")

    def answer_and_crash() -> None:
        with database.session() as session:
            inbox.mark_answered(session, message, [Reply("svar")], now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        answer_and_crash()
    with database.reading() as session:
        assert [m.id for m in inbox.pending(session)] == [message]
        assert len(conversations.transcript(session, conversation)) == 1


def test_the_bot_is_silent_while_a_human_is_there_even_if_it_had_begun_to_answer(
    database: Database, conversation: str
) -> None:
    message = wrote(database, conversation, "hej", "1")
    human_comes(database, conversation)
    with database.session() as session:
        assert inbox.mark_answered(session, message, [Reply("svar")], now=NOW).messages == []
        assert conversations.transcript(session, conversation)[-1].state == "withheld"
        conversations.say(session, conversation, "counsellor", "Hej, jag tar over", now=NOW)
        shown = conversations.messages_after(session, conversation)
        assert [m.author for m in shown] == ["person", "counsellor"]
        assert len(conversations.transcript(session, conversation)) == 3


def test_what_nobody_has_answered_goes_to_the_human_who_comes(database: Database, conversation: str) -> None:
    message = wrote(database, conversation, "hej", "1")
    with database.session() as session:
        assert inbox.hand_over_pending(session, conversation, now=NOW) == 1
        assert inbox.pending(session) == []
    with pytest.raises(AlreadyHandled), database.session() as session:
        inbox.mark_answered(session, message, [Reply("svar")], now=NOW)


def test_messages_after_an_id_are_those_not_seen_yet(database: Database, conversation: str) -> None:
    ids = [wrote(database, conversation, str(n), str(n)) for n in range(4)]
    with database.reading() as session:
        assert [m.id for m in conversations.messages_after(session, conversation, ids[1])] == ids[2:]
        assert [m.id for m in conversations.messages_after(session, conversation, limit=1)] == ids[:1]


def test_news_say_what_they_follow_so_that_nobody_misses_anything(database: Database, conversation: str) -> None:
    with database.session() as session:
        first = conversations.receive(session, conversation, "ett", channel_message_id="1", now=NOW)
        wait = conversations.say(session, conversation, "system", "vanta", now=NOW)
        answer = inbox.mark_answered(session, first.id, [Reply("svar"), Reply("mer")], now=NOW)
        second = conversations.receive(session, conversation, "tva", channel_message_id="2", now=NOW)
        shown = conversations.messages_after(session, conversation)
    assert first.news is not None
    assert second.news is not None
    ids = [message.id for message in shown]
    assert (first.news.after, [m.id for m in first.news.messages]) == (0, ids[:1])
    assert (answer.after, answer.messages) == (wait.id, shown[2:4])
    assert (second.news.after, second.news.messages) == (ids[3], shown[4:])


def test_what_is_withheld_is_no_news_and_nothing_follows_it(database: Database, conversation: str) -> None:
    message = wrote(database, conversation, "hej", "1")
    human_comes(database, conversation)
    with database.session() as session:
        assert inbox.mark_answered(session, message, [Reply("svar")], now=NOW).messages == []
        received = conversations.receive(session, conversation, "till dig", channel_message_id="2", now=NOW)
    assert received.news is not None
    assert received.news.after == message
    assert [m.state for m in received.news.messages] == ["with_human"]


def test_the_next_question_comes_with_what_the_engine_must_know(database: Database, conversation: str) -> None:
    with database.connection() as transaction:
        assert inbox.next_question(transaction, conversation) is None
    first = wrote(database, conversation, "ett", "1")
    wrote(database, conversation, "tva", "2")
    with database.connection() as transaction:
        question = inbox.next_question(transaction, conversation)
        assert question is not None
        assert (question.id, question.text, question.language, question.channel) == (first, "ett", "sv", "widget")


def test_what_the_engine_has_found_out_does_not_undo_a_choice_made_meanwhile(
    database: Database, conversation: str
) -> None:
    with database.connection() as transaction:
        conversations.learn_language(transaction, conversation, ("sv", False), ("fi", True))
        conversations.learn_language(transaction, conversation, ("sv", False), ("en", False))
        conversations.learn_register(transaction, conversation, "normal", "plain")
        conversations.learn_register(transaction, conversation, "normal", "other")
        known = conversations.standing(transaction, conversation)
    assert (known.language, known.language_chosen, known.register, known.with_human) == ("fi", True, "plain", False)


def test_a_language_that_nobody_knows_can_be_learnt(database: Database) -> None:
    with database.session() as session:
        conversation = conversations.start(session, "widget", now=NOW).id
        conversations.learn_language(session, conversation, (None, False), ("en", False))
        assert conversations.standing(session, conversation).language == "en"


def test_buttons_are_those_since_the_person_wrote_and_all_of_them_newest_first(
    database: Database, conversation: str
) -> None:
    with database.session() as session:
        for number in range(3):
            extra = {"buttons": [{"title": f"{number}{letter}", "payload": "/x"} for letter in "ab"]}
            conversations.say(session, conversation, "bot", "?", extra=extra, now=NOW)
            if number == 0:
                conversations.receive(session, conversation, "hej", channel_message_id="1", now=NOW)
        last = outbox.buttons_shown_last(session, conversation)
        assert [button["title"] for button in last] == ["1a", "1b", "2a", "2b"]
        shown = outbox.buttons_shown(session, conversation)
        assert [button["title"] for button in shown] == ["2a", "2b", "1a", "1b", "0a", "0b"]


def test_a_notice_is_old_as_soon_as_somebody_speaks(database: Database, conversation: str) -> None:
    with database.session() as session:
        assert not inbox.was_told(session, conversation, "away")
        conversations.say(session, conversation, "system", "...", extra={"notice": "away"}, now=NOW)
        assert inbox.was_told(session, conversation, "away")
        conversations.say(session, conversation, "bot", "...", now=NOW)
        assert not inbox.was_told(session, conversation, "away")


def test_the_outbox_names_each_message_until_it_is_marked_once(database: Database) -> None:
    with database.session() as session:
        person = conversations.meet(session, "telegram", "42", now=NOW)
        said = conversations.say(session, person.id, "bot", "hei", now=NOW)
    with database.session() as session:
        [(message, to)] = outbox.queued(session, "telegram")
        assert (message.id, to.channel_user) == (said.id, "42")
        assert outbox.queued(session, "widget") == []
        assert outbox.mark_sent(session, said.id, now=NOW)
        assert not outbox.mark_failed(session, said.id, now=NOW)
        assert outbox.queued(session, "telegram") == []


def deliver(url: str, conversation: str, _racer: int) -> int:
    """Deliver the same thirty messages as everybody else; how many of them were new."""
    database = Database(url)
    new = 0
    for number in range(30):
        with database.session() as session:
            received = conversations.receive(session, conversation, "hei", channel_message_id=str(number), now=NOW)
            new += received.news is not None
    database.close()
    return new


def test_of_processes_that_deliver_the_same_messages_each_message_is_kept_once(
    database: Database, database_url: str, conversation: str
) -> None:
    assert sum(race(deliver, 4, database_url, conversation)) == 30
    with database.reading() as session:
        assert len(conversations.transcript(session, conversation)) == 30
