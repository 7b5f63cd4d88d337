"""The real thing: `polku run` as a process, with the trained model, on ports and a data folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.e2e.person import Person
from tests.running_app import free_port

START_SECONDS = 240


@dataclass
class Polku:
    """A running Polku."""

    data: Path
    port: str = field(default_factory=lambda: str(free_port()))
    engine_port: str = field(default_factory=lambda: str(free_port()))
    printed: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.printed.clear()
        environment = {**os.environ, "POLKU_DATA_DIR": str(self.data), "POLKU_PORT": self.port,
                       "POLKU_ENGINE_PORT": self.engine_port}
        self.process = subprocess.Popen([sys.executable, "-m", "bot.cli", "run", "--no-train"], cwd=ROOT,
                                        env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.wait_for_line("Polku is ready", START_SECONDS)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line.rstrip())

    def wait_for_line(self, words: str, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while True:
            for line in list(self.printed):
                if words in line:
                    return line
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"{words!r} was not printed:\n" + "\n".join(self.printed))
            time.sleep(0.05)  # waiting for another process's line, with a deadline

    def engine_pid(self) -> int:
        return self._child(b"rasa")

    def app_pid(self) -> int:
        return self._child(b"bot.app")

    def _child(self, word: bytes) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        [pid] = [int(child) for child in children if word in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")]
        return pid

    def stop(self) -> int:
        """Ctrl-C. Gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        self.reader.join(10)
        if self.process.stdout:
            self.process.stdout.close()
        return code


@pytest.fixture(scope="session")
def polku(tmp_path_factory) -> Iterator[Polku]:
    running = Polku(tmp_path_factory.mktemp("polku"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def person(polku, request) -> Iterator[Person]:
    """Somebody new at the widget. Parametrise indirectly with a language for one who chose it."""
    someone = Person(polku.url, getattr(request, "param", None))
    try:
        yield someone
    finally:
        someone.leave()
