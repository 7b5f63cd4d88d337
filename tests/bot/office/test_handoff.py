from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.office import conversations, handoff, inbox, offices
from bot.office.database import Database
from bot.office.handoff import MOVES, OPEN, Outlook
from bot.office.inbox import Reply
from tests.bot.office.people import MONDAY, people
from tests.bot.office.racing import race

ANNA, BERTIL = "demo-anna", "demo-bertil"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def person(database: Database) -> str:
    return people(database, 1)[0]


def asked(database: Database, person: str, now: datetime = MONDAY) -> int:
    with database.session() as session:
        return handoff.request(session, person, reason="asked", language="fi", topic=None, now=now).id


def claimed(database: Database, person: str, counsellor: str = ANNA) -> int:
    id_ = asked(database, person)
    with database.session() as session:
        handoff.claim(session, id_, counsellor, now=MONDAY)
    return id_


def act(database: Database, what: str, id_: int, counsellor: str) -> Any:
    with database.session() as session:
        if what == "put_back":
            return handoff.put_back(session, id_, counsellor)
        if what == "reply":
            return handoff.reply(session, id_, counsellor, "...", now=MONDAY)
        return getattr(handoff, what)(session, id_, counsellor, now=MONDAY)


def bot_says(database: Database, person: str) -> str:
    with database.session() as session:
        return conversations.say(session, person, "bot", "...", now=MONDAY).state


def test_asking_twice_is_asking_once(database: Database, person: str) -> None:
    assert asked(database, person) == asked(database, person)


def test_after_the_end_one_can_ask_again(database: Database, person: str) -> None:
    first = claimed(database, person)
    act(database, "close", first, ANNA)
    assert asked(database, person) != first


def test_the_bot_speaks_while_one_waits_is_silent_with_the_human_and_speaks_again_after(
    database: Database, person: str
) -> None:
    id_ = asked(database, person)
    assert bot_says(database, person) == "queued"
    act(database, "claim", id_, ANNA)
    assert bot_says(database, person) == "withheld"
    act(database, "give_back", id_, ANNA)
    assert bot_says(database, person) == "queued"


@pytest.mark.parametrize(
    ("move", "silent"), [("put_back", False), ("give_back", False), ("close", False), ("claim", True)]
)
def test_the_bot_is_silent_exactly_while_the_handoff_is_active(
    database: Database, person: str, move: str, silent: bool
) -> None:
    act(database, move, claimed(database, person), ANNA)
    with database.session() as session:
        assert handoff.is_with_human(session, person) is silent
    assert (bot_says(database, person) == "withheld") is silent


def test_unanswered_messages_go_to_the_human_who_claims(database: Database, person: str) -> None:
    id_ = asked(database, person)
    with database.session() as session:
        message = conversations.receive(session, person, "hei", channel_message_id="1", now=MONDAY)
        assert message is not None
    act(database, "claim", id_, ANNA)
    with database.session() as session:
        assert inbox.pending(session) == []
        with pytest.raises(inbox.AlreadyHandled):
            inbox.mark_answered(session, message.id, [Reply("...")], now=MONDAY)


def test_only_who_has_the_conversation_speaks_in_it_and_leaves_it(database: Database, person: str) -> None:
    id_ = claimed(database, person)
    for what in ("put_back", "give_back", "close"):
        with pytest.raises(handoff.NotYours):
            act(database, what, id_, BERTIL)
    with pytest.raises(handoff.AlreadyClaimed):
        act(database, "claim", id_, BERTIL)
    with database.session() as session:
        with pytest.raises(handoff.NotYours):
            handoff.reply(session, id_, BERTIL, "...", now=MONDAY)
        said = handoff.reply(session, id_, ANNA, "hei", now=MONDAY)
    assert (said.author, said.state, said.extra) == ("counsellor", "queued", {"counsellor": ANNA})


def test_claiming_what_one_has_changes_nothing(database: Database, person: str) -> None:
    id_ = claimed(database, person)
    assert act(database, "claim", id_, ANNA).claimed_by == ANNA


def test_a_handoff_that_is_put_back_can_be_claimed_by_another(database: Database, person: str) -> None:
    id_ = claimed(database, person)
    assert act(database, "put_back", id_, ANNA).claimed_by is None
    assert act(database, "claim", id_, BERTIL).claimed_by == BERTIL


@pytest.mark.parametrize("ended", ["give_back", "close"])
@pytest.mark.parametrize("move", ["claim", "put_back", "give_back", "close", "reply"])
def test_nothing_moves_once_it_is_over(database: Database, person: str, ended: str, move: str) -> None:
    id_ = claimed(database, person)
    act(database, ended, id_, ANNA)
    with pytest.raises(handoff.HandoffRefused):
        act(database, move, id_, ANNA)


def test_all_moves_lead_from_open_states_and_know_their_actors() -> None:
    assert {start for start, _end in MOVES} == set(OPEN)
    assert set().union(*MOVES.values()) == {handoff.COUNSELLOR, handoff.PERSON, handoff.SYSTEM}


def test_a_person_may_leave_the_queue_or_go_back_to_the_bot(database: Database) -> None:
    waiting, active = people(database, 2)
    asked(database, waiting)
    claimed(database, active)
    with database.session() as session:
        assert handoff.withdraw(session, waiting, now=MONDAY).state == "closed"
        assert handoff.withdraw(session, active, now=MONDAY).state == "returned"
        with pytest.raises(handoff.UnknownHandoff):
            handoff.withdraw(session, active, now=MONDAY)


def test_who_has_waited_too_long_waits_no_more(database: Database) -> None:
    early, late, lucky = people(database, 3)
    expected = asked(database, early)
    asked(database, late, MONDAY + 50 * MINUTE)
    claimed(database, lucky)
    with database.session() as session:
        expired = handoff.expire(session, now=MONDAY + 60 * MINUTE, after=60 * MINUTE)
        assert [(one.id, one.state) for one in expired] == [(expected, "expired")]
        assert [one.conversation_id for one in handoff.queue(session)] == [late]


def test_the_outlook_says_whether_anybody_is_there_and_how_many_wait_before(database: Database) -> None:
    first, second, new = people(database, 3)
    asked(database, first)
    asked(database, second, MONDAY + MINUTE)
    office = offices.load()["demo"]
    nine = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    with database.reading() as session:
        early = handoff.outlook(session, office, now=MONDAY, conversation_id=second)
        assert early == Outlook(open_now=False, opens_at=nine, waiting_before=1)
        assert handoff.outlook(session, office, now=nine, conversation_id=first) == Outlook(True, None, 0)
        assert handoff.outlook(session, office, now=nine, conversation_id=new) == Outlook(True, None, 2)


def test_who_is_in_danger_comes_before_all_who_wait_and_among_those_the_first(database: Database) -> None:
    first, second, third = people(database, 3)
    for minute, person in enumerate((first, second, third)):
        asked(database, person, MONDAY + minute * MINUTE)
    office = offices.load()["demo"]
    with database.session() as session:
        assert handoff.hurry(session, third)
        assert [one.conversation_id for one in handoff.queue(session)] == [third, first, second]
        assert handoff.hurry(session, second)
        assert [one.conversation_id for one in handoff.queue(session)] == [second, third, first]
        before = [
            handoff.outlook(session, office, now=MONDAY, conversation_id=person).waiting_before
            for person in (second, third, first)
        ]
        assert before == [0, 1, 2]


def test_only_who_waits_can_be_hurried(database: Database) -> None:
    nobody, active = people(database, 2)
    claimed(database, active)
    with database.session() as session:
        assert not handoff.hurry(session, nobody)
        assert not handoff.hurry(session, active)


def claim_all(url: str, ids: list[int], racer: int) -> list[int]:
    database, won = Database(url), []
    for id_ in ids:
        try:
            with database.session() as session:
                handoff.claim(session, id_, f"demo-{racer}", now=MONDAY)
            won.append(id_)
        except handoff.AlreadyClaimed:
            continue
    database.close()
    return won


def test_each_handoff_is_claimed_by_exactly_one_of_many(database: Database, database_url: str) -> None:
    ids = [asked(database, person) for person in people(database, 40)]
    won = race(claim_all, 6, database_url, ids)
    assert sorted(id_ for mine in won for id_ in mine) == ids


def ask(url: str, persons: list[str], _racer: int) -> list[int]:
    database, ids = Database(url), []
    for person in persons:
        with database.session() as session:
            ids.append(handoff.request(session, person, reason="asked", language="fi", topic=None, now=MONDAY).id)
    database.close()
    return ids


def test_of_many_who_ask_at_once_for_one_person_one_handoff_comes(database: Database, database_url: str) -> None:
    answers = race(ask, 4, database_url, people(database, 10))
    assert all(ids == answers[0] for ids in answers)
    with database.reading() as session:
        assert len(handoff.queue(session)) == 10
