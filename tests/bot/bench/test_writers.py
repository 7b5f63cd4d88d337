"""The benchmark's own arithmetic: who writes what, and what comes out of it."""

import asyncio

import pytest

from bot.bench.writers import growth, sentences, write

pytestmark = pytest.mark.slow


class Line:
    """An assistant whose answers take as long as `cost` says of the turn."""

    said: list[str]

    def __init__(self, said, cost):
        self.said, self.cost, self.turn = said, cost, 0

    async def open(self):
        pass

    async def say(self, text):
        self.turn += 1
        self.said.append(text)
        await asyncio.sleep(self.cost(self.turn))

    async def close(self):
        pass


def test_no_sentence_comes_twice_and_the_three_languages_take_turns():
    found = list(sentences())
    assert len(found) == len(set(found)) >= 1000
    assert found[0].startswith("miten")
    assert found[1].startswith("hur")
    assert found[2].startswith("how")


async def test_as_many_messages_are_written_as_asked_and_each_once():
    said = []
    figures = await write(lambda: Line(said, lambda _turn: 0.001), sentences(), writers=8, messages=100)
    assert len(said) == len(set(said)) == 100
    assert set(figures) == {"rate", "p50_ms", "p95_ms"}
    assert figures["p50_ms"] <= figures["p95_ms"]


async def test_a_conversation_whose_cost_grows_is_found_out():
    grows = await growth(lambda: Line([], lambda turn: 0.0001 * turn), sentences(), rounds=1)
    stays = await growth(lambda: Line([], lambda _turn: 0.002), sentences(), rounds=1)
    assert grows > 3 * stays


async def test_an_assistant_that_refuses_ends_the_measurement():
    class Refuses(Line):
        async def say(self, text):
            raise ConnectionError(text)

    with pytest.raises(BaseExceptionGroup):  # noqa: F821 - a name of Python 3.11, where these tests run
        await write(lambda: Refuses([], None), sentences(), writers=2, messages=4)
