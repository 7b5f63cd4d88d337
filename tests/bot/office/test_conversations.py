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
        message = conversations.receive(session, conversation, text, channel_message_id=channel_message_id, now=NOW)
        assert message is not None
        return message.id


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
        assert again is None
        assert conversations.received(session, conversation, "a").id == kept
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
        [said] = inbox.mark_answered(session, first, [Reply("svar", {"buttons": []})], now=NOW)
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
        [reply] = inbox.mark_answered(session, message, [Reply("svar")], now=NOW)
        assert reply.state == "withheld"
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
        inbox.mark_with_human(session, message, now=NOW)


def test_messages_after_an_id_are_those_not_seen_yet(database: Database, conversation: str) -> None:
    ids = [wrote(database, conversation, str(n), str(n)) for n in range(4)]
    with database.reading() as session:
        assert [m.id for m in conversations.messages_after(session, conversation, ids[1])] == ids[2:]
        assert [m.id for m in conversations.messages_after(session, conversation, limit=1)] == ids[:1]


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
            new += (
                conversations.receive(session, conversation, "hei", channel_message_id=str(number), now=NOW) is not None
            )
    database.close()
    return new


def test_of_processes_that_deliver_the_same_messages_each_message_is_kept_once(
    database: Database, database_url: str, conversation: str
) -> None:
    assert sum(race(deliver, 4, database_url, conversation)) == 30
    with database.reading() as session:
        assert len(conversations.transcript(session, conversation)) == 30
