import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from bot.rounds import Rounds


@pytest.mark.parametrize("error", [OperationalError("", {}, Exception("busy")), KeyError("a text")])
async def test_after_a_round_that_fails_the_next_one_comes(error):
    done = []

    async def work():
        done.append(len(done))
        if len(done) < 3:
            raise error
        if len(done) == 3:
            enough.set()

    enough, rounds = asyncio.Event(), Rounds()
    rounds.every(0.001, work)
    await asyncio.wait_for(enough.wait(), 5)
    await rounds.stop()


async def test_a_round_that_has_begun_comes_to_its_end():
    begun, ended, rounds = asyncio.Event(), [], Rounds()

    async def work():
        begun.set()
        await asyncio.sleep(0.05)
        ended.append(True)

    rounds.every(60, work)
    await begun.wait()
    await asyncio.wait_for(rounds.stop(), 5)
    assert ended == [True]
