"""Start the processes of one assistant, wait until it answers, weigh and time them, stop them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from bot.supervisor import Part


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def running(parts: list[Part], folder: Path) -> AsyncIterator[None]:
    """The parts are up and ready inside the block, and gone after it."""
    lives = [asyncio.create_task(part.live(folder, None)) for part in parts]
    try:
        ready = asyncio.gather(*(part.wait_until_ready() for part in parts))
        done, _ = await asyncio.wait([ready, *lives], timeout=300, return_when=asyncio.FIRST_COMPLETED)
        if ready not in done:
            dead = next((part for part, life in zip(parts, lives, strict=True) if life.done()), parts[0])
            raise RuntimeError(f"The {dead.name} did not become ready: {dead.last_words()}")
        yield
    finally:
        for part in reversed(parts):
            await part.stop()
        await asyncio.gather(*lives, return_exceptions=True)


def memory_mb(parts: list[Part]) -> int:
    """Resident memory of the processes and their children, in MB, as Linux counts it."""
    return sum(_rss_kb(pid) for part in parts if part.process for pid in _family(part.process.pid)) // 1024


def cpu_ms(parts: list[Part]) -> dict[str, float]:
    """CPU time that the parts and their children have used so far, in ms, as Linux counts it."""
    return {part.name: sum(map(_cpu_ms, _family(part.process.pid))) for part in parts if part.process}


def _cpu_ms(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(after_name[11]), int(after_name[12])  # in clock ticks
    return (user + system) * 1000 / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _rss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
