"""What an open page hears. News that are handed to it cost no look at the database, and nothing is missed by that."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from bot.channels.events import PAGE, Events
from bot.channels.stream import Streams
from bot.office import conversations
from bot.office.conversations import News

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Office:
    def __init__(self, database):
        self.database, self.streams = database, Streams()
        self.streams.open()
        with database.session() as session:
            self.conversation = conversations.start(session, "widget", language="fi", now=NOW).id

    def write(self, text) -> News:
        """Stored; nobody is told."""
        with self.database.connection() as transaction:
            found = conversations.receive(transaction, self.conversation, text, channel_message_id=text, now=NOW)
            return found.news


class Page:
    """`messages`, `states` and `typing` as they have come so far."""

    def __init__(self, office, last_id=0, **more):
        self.messages, self.states, self.typing, self.frames = [], [], [], 0
        self._frames = Events(office.database, office.streams, **more).of(office.conversation, last_id)

    async def hear(self, enough):
        async with asyncio.timeout(10):
            while not enough(self):
                self.frames += 1
                for frame in (await anext(self._frames)).split("\n\n"):
                    fields = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
                    data = json.loads(fields.get("data", "{}"))
                    match fields.get("event"):
                        case "message":
                            self.messages.append(data["text"])
                        case "state":
                            self.states.append(data)
                        case "typing":
                            self.typing.append(data["on"])


@pytest.fixture
async def office(database):
    return Office(database)


@pytest.fixture
def looks(office):
    """What was asked of the database."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(office.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(office.database.engine, "before_cursor_execute", note)


async def opened(office, **more):
    page = Page(office, **more)
    await page.hear(lambda page: page.states)
    return page


async def test_news_that_are_handed_to_a_page_and_signs_of_typing_cost_no_look(office, looks):
    page = await opened(office)
    news = [office.write("one"), office.write("two")]
    looks.clear()
    office.streams.push(office.conversation, news[0])
    office.streams.typing(office.conversation, True)
    await page.hear(lambda page: page.messages)
    office.streams.push(office.conversation, news[1])
    office.streams.typing(office.conversation, False)
    await page.hear(lambda page: len(page.typing) == 2)
    assert (page.messages, page.typing) == (["one", "two"], [True, False])
    assert looks == []


async def test_a_page_that_misses_something_before_the_news_reads_it(office):
    page = await opened(office)
    office.write("nobody told")
    office.streams.push(office.conversation, office.write("news"))
    await page.hear(lambda page: len(page.messages) == 2)
    assert page.messages == ["nobody told", "news"]


async def test_news_that_come_in_the_wrong_order_are_shown_in_the_right_one_and_once(office):
    page = await opened(office)
    news = [office.write(str(n)) for n in range(4)]
    for n in (2, 0, 3, 1):
        office.streams.push(office.conversation, news[n])
    await page.hear(lambda page: len(page.messages) >= 4)
    office.streams.push(office.conversation, news[3])
    office.streams.push(office.conversation, office.write("last"))
    await page.hear(lambda page: "last" in page.messages)
    assert page.messages == ["0", "1", "2", "3", "last"]


async def test_news_that_come_while_the_page_reads_are_shown_once(office):
    first = office.write("first")
    page = Page(office)
    await page.hear(lambda page: page.frames)  # it listens now, and has read nothing yet
    assert page.messages == []
    office.streams.push(office.conversation, first)
    office.streams.push(office.conversation, office.write("second"))
    await page.hear(lambda page: len(page.messages) == 2)
    office.streams.push(office.conversation, office.write("third"))
    await page.hear(lambda page: "third" in page.messages)
    assert page.messages == ["first", "second", "third"]


async def test_news_of_nothing_visible_change_nothing(office):
    page = await opened(office)
    office.streams.push(office.conversation, News(0, []))
    office.streams.push(office.conversation, office.write("seen"))
    await page.hear(lambda page: page.messages)
    assert page.messages == ["seen"]


async def test_who_is_told_reads_the_state_too(office):
    page = await opened(office)
    with office.database.session() as session:
        conversations.set_language(session, office.conversation, "sv", chosen=True)
    office.streams.tell(office.conversation)
    await page.hear(lambda page: len(page.states) == 2)
    assert [state["language"] for state in page.states] == ["fi", "sv"]


async def test_a_page_that_nobody_tells_reads_at_each_sign_of_life(office):
    page = await opened(office, ping=0.05)
    office.write("from elsewhere")
    await page.hear(lambda page: page.messages)
    assert page.messages == ["from elsewhere"]


async def test_a_page_that_comes_back_hears_what_it_has_missed_however_much(office):
    first = office.write("first")
    said = [str(n) for n in range(PAGE + 1)]
    with office.database.session() as session:
        for text in said:
            conversations.say(session, office.conversation, "counsellor", text, now=NOW)
    page = await opened(office, last_id=first.messages[0].id)
    assert page.messages == said


async def test_two_pages_of_a_conversation_hear_the_same(office):
    pages = [await opened(office), await opened(office)]
    office.streams.push(office.conversation, office.write("hello"))
    for page in pages:
        await page.hear(lambda page: page.messages)
    assert [page.messages for page in pages] == [["hello"], ["hello"]]


async def test_the_stream_ends_when_the_app_stops(office):
    page = await opened(office)
    office.streams.close()
    with pytest.raises(StopAsyncIteration):
        await page.hear(lambda page: page.messages)
