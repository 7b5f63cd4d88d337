"""Real processes that all begin at the same moment."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any

SECONDS = 60

_start: Barrier | None = None


def _ready(start: Barrier) -> None:
    global _start
    _start = start


def _run(task: Callable[..., Any], arguments: tuple[Any, ...], racer: int) -> Any:
    assert _start is not None
    _start.wait(SECONDS)
    return task(*arguments, racer)


def race(task: Callable[..., Any], racers: int, *arguments: Any) -> list[Any]:
    """`task(*arguments, racer)` in `racers` processes at once; what each returned.

    `task` is a function of a module, so that another process can import it.
    """
    # Each racer is forked from a clean process that has imported the slow things once.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.bot.office.people", "bot.office.handoff"])
    barrier = context.Barrier(racers)
    with ProcessPoolExecutor(racers, context, _ready, (barrier,)) as pool:
        running = [pool.submit(_run, task, arguments, racer) for racer in range(racers)]
        return [result.result(timeout=SECONDS) for result in running]
