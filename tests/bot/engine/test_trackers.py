"""The tracker store over real databases, with Rasa's own events and trackers."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.utils.endpoints import EndpointConfig

from bot.engine.trackers import FoldingTrackerStore, NoSuchFolder

DOMAIN = Domain.from_dict(
    {
        "intents": ["ask"],
        "slots": {
            "language": {"type": "text", "initial_value": "fi", "mappings": [{"type": "custom"}]},
            "topic": {"type": "text", "mappings": [{"type": "custom"}]},
        },
        "forms": {"booking_form": {"required_slots": []}},
    }
)
SERVER = "postgresql+psycopg2://postgres@127.0.0.1:5432"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'engine.db'}"
        return
    name = f"polku_trackers_{secrets.token_hex(6)}"
    server = sa.create_engine(f"{SERVER}/postgres", isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with server.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError as error:
        unreachable = f"PostgreSQL cannot be reached at 127.0.0.1:5432: {error}"
        if os.environ.get("POLKU_REQUIRE_SERVICES") == "1":
            pytest.fail(unreachable)
        pytest.skip(unreachable)
    # The app's driver in the URL, as a deployment may write it.
    yield f"postgresql+psycopg://postgres@127.0.0.1:5432/{name}"
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def store(url: str) -> Iterator[FoldingTrackerStore]:
    store = FoldingTrackerStore(DOMAIN, url, fold_after_turns=15)
    yield store
    store.engine.dispose()


async def turn(store: FoldingTrackerStore, number: int, *more: Event, sender: str = "anna") -> None:
    """One turn as Rasa's processor runs it: read, add the turn's events, save once."""
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    if not tracker.events:
        for event in (ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")):
            tracker.update(event)
    intent = {"name": "ask", "confidence": 0.9}
    ranking = [{"name": f"intent_{i}", "confidence": 0.1} for i in range(10)]
    parse_data = {"intent": intent, "intent_ranking": ranking, "entities": [], "text": f"q{number}"}
    for event in (
        UserUttered(f"q{number}", intent, parse_data=parse_data, message_id=f"m{number}"),
        SlotSet("topic", f"topic {number}"),
        ActionExecuted("utter_answer"),
        BotUttered(f"a{number}", metadata={"utter_action": "utter_answer"}),
        *more,
        ActionExecuted("action_listen"),
    ):
        tracker.update(event)
    await store.save(tracker)


def said(tracker) -> list[str]:
    return [event.text for event in tracker.events if isinstance(event, UserUttered | BotUttered)]


async def test_a_conversation_that_is_not_known_is_none(store: FoldingTrackerStore):
    assert await store.retrieve("nobody") is None
    assert await store.retrieve_full_tracker("nobody") is None


async def test_a_turn_is_read_back_as_it_was_saved(store: FoldingTrackerStore):
    await turn(store, 1)
    tracker = await store.retrieve("anna")

    assert said(tracker) == ["q1", "a1"]
    assert tracker.get_slot("topic") == "topic 1"
    assert tracker.latest_message.message_id == "m1"
    assert tracker.latest_action_name == "action_listen"


async def test_rasas_own_store_reads_what_was_written(store: FoldingTrackerStore, url: str):
    for number in range(20):
        await turn(store, number)

    rasas = SQLTrackerStore(DOMAIN, host=url.replace("+psycopg:", "+psycopg2:"))
    theirs, ours = await rasas.retrieve("anna"), await store.retrieve("anna")
    rasas.engine.dispose()

    assert [event.as_dict() for event in theirs.events] == [event.as_dict() for event in ours.events]


async def test_another_process_is_seen_at_once(store: FoldingTrackerStore, url: str):
    other = FoldingTrackerStore(DOMAIN, url)
    for number in range(1, 7):
        await turn(store if number % 2 else other, number)

    assert said(await store.retrieve("anna")) == said(await other.retrieve("anna"))
    assert said(await store.retrieve("anna"))[-2:] == ["q6", "a6"]
    assert len(said(await store.retrieve_full_tracker("anna"))) == 12
    other.engine.dispose()


async def test_saving_the_same_tracker_twice_adds_nothing(store: FoldingTrackerStore):
    await turn(store, 1)
    for tracker in (await store.retrieve("anna"), await store.retrieve_full_tracker("anna")):
        await store.save(tracker)
    assert said(await store.retrieve_full_tracker("anna")) == ["q1", "a1"]


async def test_a_tracker_made_new_after_a_failed_read_is_kept_whole(store: FoldingTrackerStore):
    await turn(store, 1)
    fresh = store.init_tracker("anna")
    for event in (ActionExecuted("action_session_start"), SessionStarted(), UserUttered("q2")):
        fresh.update(event)
    await store.save(fresh)

    assert said(await store.retrieve("anna")) == ["q2"]
    assert said(await store.retrieve_full_tracker("anna")) == ["q1", "a1", "q2"]


async def test_a_long_session_is_folded_and_nothing_is_lost(store: FoldingTrackerStore):
    for number in range(100):
        await turn(store, number)
    tracker = await store.retrieve("anna")

    assert len(tracker.events) <= 16 * 6 + 5
    assert tracker.get_slot("topic") == "topic 99"
    assert said(await store.retrieve_full_tracker("anna")) == [
        text for number in range(100) for text in (f"q{number}", f"a{number}")
    ]


async def test_the_last_turn_can_be_repeated_right_after_a_fold(store: FoldingTrackerStore):
    for number in range(15):
        await turn(store, number)
    assert len(said(await store.retrieve("anna"))) == 30

    await turn(store, 15)  # folds before itself

    tracker = await store.retrieve("anna")
    assert said(tracker) == ["q15", "a15"]
    assert isinstance(tracker.events[0], SessionStarted)
    assert tracker.latest_action_name == "action_listen"


async def test_slots_are_carried_over_a_fold_as_they_were_before_the_turn(store: FoldingTrackerStore):
    for number in range(15):
        await turn(store, number, SlotSet("language", "sv"))
    await turn(store, 15)

    events = list((await store.retrieve("anna")).events)
    carried = {event.key: event.value for event in events[:3] if isinstance(event, SlotSet)}
    assert carried == {"language": "sv", "topic": "topic 14"}
    assert (await store.retrieve("anna")).get_slot("topic") == "topic 15"


async def test_a_form_is_never_cut_in_two(store: FoldingTrackerStore):
    for number in range(14):
        await turn(store, number)
    await turn(store, 14, ActiveLoop("booking_form"))
    for number in range(15, 20):
        await turn(store, number)
    assert (await store.retrieve("anna")).active_loop_name == "booking_form"
    assert len(said(await store.retrieve("anna"))) == 40

    await turn(store, 20, ActiveLoop(None))
    await turn(store, 21)

    assert said(await store.retrieve("anna")) == ["q21", "a21"]


async def test_slots_carried_through_many_sessions_do_not_pile_up(store: FoldingTrackerStore):
    """Rasa carries every slot event of an expired session into the next."""
    for number in range(30):
        await turn(store, number)
        tracker = await store.retrieve("anna")
        carried = [SlotSet(event.key, event.value) for event in tracker.events if isinstance(event, SlotSet)]
        start = [ActionExecuted("action_session_start"), SessionStarted(), *carried, ActionExecuted("action_listen")]
        tracker.update_with_events(start, DOMAIN)
        await store.save(tracker)

    tracker = await store.retrieve("anna")
    assert sum(isinstance(event, SlotSet) for event in tracker.events) == 1
    assert tracker.get_slot("topic") == "topic 29"


async def test_a_forgotten_conversation_is_gone_from_disk_and_memory(store: FoldingTrackerStore):
    await turn(store, 1)
    await turn(store, 2, sender="ben")

    assert await store.forget("anna") == 8

    assert await store.retrieve("anna") is None
    assert await store.retrieve_full_tracker("anna") is None
    assert list(await store.keys()) == ["ben"]


async def test_conversations_beyond_the_cache_are_read_from_disk(url: str):
    store = FoldingTrackerStore(DOMAIN, url, cached_conversations=2)
    for sender in ("a", "b", "c"):
        await turn(store, 1, sender=sender)
        await turn(store, 2, sender=sender)
    assert [said(await store.retrieve(sender)) for sender in ("a", "b", "c")] == [["q1", "a1", "q2", "a2"]] * 3
    store.engine.dispose()


async def test_the_newest_row_is_found_by_index(store: FoldingTrackerStore):
    names = {index["name"] for index in sa.inspect(store.engine).get_indexes("events")}
    assert "ix_events_sender_id_id" in names
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            plan = connection.execute(
                sa.text("EXPLAIN QUERY PLAN SELECT max(id) FROM events WHERE sender_id = 'x'")
            ).fetchall()
            assert "COVERING INDEX" in str(plan)
            assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"


async def test_the_300th_message_costs_what_the_10th_does(store: FoldingTrackerStore):
    """Counted, not timed: statements to the database and events to replay, at most, over some rounds of the fold."""
    statements: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    costs: list[tuple[int, int]] = []
    for number in range(300):
        statements.clear()
        await turn(store, number)
        costs.append((len(statements), len((await store.retrieve("anna")).events)))
    early, late = ([max(column) for column in zip(*part, strict=True)] for part in (costs[20:80], costs[-60:]))
    assert late == early


async def test_a_turn_reads_once_and_writes_once(store: FoldingTrackerStore):
    await turn(store, 1)
    statements: list[str] = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *call: statements.append(call[2].split()[0]))
    async with store.turn("anna"):
        for number in (2, 3):
            assert said(await store.retrieve("anna"))[-1] == f"a{number - 1}"
            await turn(store, number)
        assert statements == ["SELECT"]
    assert statements == ["SELECT", "INSERT", "SELECT"]
    assert said(await store.retrieve("anna")) == ["q1", "a1", "q2", "a2", "q3", "a3"]


async def test_of_a_turn_that_fails_nothing_is_written(store: FoldingTrackerStore):
    async def broken() -> None:
        async with store.turn("anna"):
            await turn(store, 2)
            raise RuntimeError("in the middle")

    await turn(store, 1)
    with pytest.raises(RuntimeError, match="in the middle"):
        await broken()
    assert said(await store.retrieve("anna")) == ["q1", "a1"]
    await turn(store, 2)
    assert said(await store.retrieve("anna")) == ["q1", "a1", "q2", "a2"]


async def test_the_first_turn_of_a_conversation_is_written_at_its_end(store: FoldingTrackerStore):
    async with store.turn("anna"):
        assert await store.retrieve("anna") is None
        await turn(store, 1)
    assert said(await store.retrieve("anna")) == ["q1", "a1"]


def test_rasa_makes_the_store_from_endpoints(tmp_path: Path):
    endpoint = EndpointConfig(
        url=f"sqlite:///{tmp_path / 'engine.db'}",
        type="bot.engine.trackers.FoldingTrackerStore",
        fold_after_turns=3,
    )
    store = TrackerStore.create(endpoint, DOMAIN)
    assert isinstance(store, FoldingTrackerStore)
    assert store.fold_after_turns == 3
    store.engine.dispose()


def test_a_folder_that_is_not_there_is_said_at_start(tmp_path: Path):
    with pytest.raises(NoSuchFolder, match="nowhere"):
        FoldingTrackerStore(DOMAIN, f"sqlite:///{tmp_path / 'nowhere' / 'engine.db'}")
