"""`polku run`: the engine and the app as two processes, started, watched, restarted and stopped together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

# A process that lived this long was all right: its next restart is quick again.
SETTLED_SECONDS = 60.0
LONGEST_PAUSE = 30.0
# Time for the message in hand; after that, the hard way.
STOP_SECONDS = 10.0
# What dies this often before it was ever ready will not be cured by a further try.
HOPELESS_STARTS = 3
READY_SECONDS = 240.0
LONGEST_LINE = 1 << 20  # bytes

Say = Callable[[str], None]


class GaveUp(Exception):
    """A part would not start; the message says which, with its last lines."""


@dataclass
class Part:
    """One process to keep alive. It is ready when `ready_url` answers 200."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    ready_url: str
    ready_headers: dict[str, str] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=8))

    async def live(self, cwd: Path, echo: Say | None) -> int:
        """Start the process, copy what it prints to the log, and give its exit code when it ends."""
        self.process = None
        self.process = await asyncio.create_subprocess_exec(
            *self.command, cwd=cwd, env=self.environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the parts in order
            limit=LONGEST_LINE,
        )
        assert self.process.stdout is not None
        with self.log.open("a", encoding="utf-8") as kept:
            async for line in lines(self.process.stdout):
                text = line.decode(errors="replace")
                kept.write(text)
                kept.flush()
                self.tail.append(text.rstrip())
                if echo:
                    echo(f"[{self.name}] {text.rstrip()}")
        return await self.process.wait()

    async def wait_until_ready(self) -> None:
        async with httpx.AsyncClient(timeout=2.0, headers=self.ready_headers) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(self.ready_url)).status_code == 200:
                        return
                await asyncio.sleep(0.2)

    def last_words(self) -> str:
        return f"{' / '.join(self.tail)[-600:]}\nThe whole log: {self.log}"

    async def stop(self) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()


async def lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """What comes, line by line. A line that is too long is left out: it must not end the process that says it."""
    while True:
        try:
            line = await stream.readline()
        except ValueError:
            continue
        if not line:
            return
        yield line


class Supervisor:
    """Keeps parts alive until told to stop.

    Args:
        parts: what to run; started together, stopped in reverse order.
        say: where one-line news go.
        cwd: the folder in which the parts run.
        echo: where the parts' own output goes besides their logs, if anywhere.
    """

    def __init__(self, parts: list[Part], say: Say, *, cwd: Path, echo: Say | None = None):
        self.parts = parts
        self.say = say
        self.cwd = cwd
        self.echo = echo
        self.stopping = asyncio.Event()

    async def run(self, when_ready: Callable[[], None]) -> None:
        """Start everything, call `when_ready` once all are, and keep them alive until `stopping` is set.

        Raises:
            GaveUp: a part would not start, or was not ready in time, though it never had been before.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.stopping.set)
        keepers = [asyncio.create_task(self.keep(part)) for part in self.parts]
        greeter = asyncio.create_task(self.greet(when_ready))
        stop = asyncio.create_task(self.stopping.wait())
        tasks = [stop, greeter, *keepers]
        try:
            await asyncio.wait([stop, *keepers], return_when=asyncio.FIRST_COMPLETED)
            for keeper in keepers:
                if keeper.done():
                    keeper.result()  # raises what the keeper raised
        finally:
            self.stopping.set()
            for task in reversed(tasks):  # a keeper that is cancelled ends its part first
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def greet(self, when_ready: Callable[[], None]) -> None:
        for part in self.parts:
            await part.ready.wait()
        when_ready()

    async def keep(self, part: Part) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while not self.stopping.is_set():
            begun = loop.time()
            readiness = asyncio.create_task(self.watch_readiness(part))
            life = asyncio.create_task(part.live(self.cwd, self.echo))
            try:
                await asyncio.wait([life, readiness], return_when=asyncio.FIRST_COMPLETED)
                if readiness.done():
                    readiness.result()
                code = await life
            finally:
                readiness.cancel()
                await part.stop()
                life.cancel()  # also one that is only just being started
                await asyncio.gather(life, readiness, return_exceptions=True)
            if self.stopping.is_set():
                return
            failures = 1 if loop.time() - begun > SETTLED_SECONDS else failures + 1
            if not part.ready.is_set() and failures >= HOPELESS_STARTS:
                raise GaveUp(f"The {part.name} does not start (exit {code}): {part.last_words()}")
            pause = min(LONGEST_PAUSE, 2.0 ** (failures - 1))
            self.say(f"The {part.name} ended (exit {code}); starting it again in {pause:.0f} s.")
            await asyncio.sleep(pause)

    async def watch_readiness(self, part: Part) -> None:
        try:
            await asyncio.wait_for(part.wait_until_ready(), READY_SECONDS)
        except TimeoutError:
            if part.ready.is_set():
                # It was all right before, and what else runs is of use without it: try again.
                await part.stop()
                return
            raise GaveUp(f"The {part.name} was not ready after {READY_SECONDS:.0f} s: {part.last_words()}") from None
        if part.ready.is_set():
            self.say(f"The {part.name} is back.")
        part.ready.set()
