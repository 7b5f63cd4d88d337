"""The supervisor, over real processes: little servers that can be killed."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from bot import supervisor as module
from bot.supervisor import GaveUp, Part, Supervisor

pytestmark = pytest.mark.slow

SERVER = """
import http.server, os, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = str(os.getpid()).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
print("listening", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server(tmp_path: Path, name: str) -> Part:
    port = free_port()
    return Part(name, [sys.executable, "-c", SERVER, str(port)], dict(os.environ), tmp_path / f"{name}.log",
                f"http://127.0.0.1:{port}/")


async def pid_of(part: Part) -> int:
    async with httpx.AsyncClient() as client:
        return int((await client.get(part.ready_url)).text)


async def until(condition, seconds=20.0):
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_both_parts_start_are_announced_once_and_stop_together(tmp_path):
    parts = [server(tmp_path, "engine"), server(tmp_path, "app")]
    keeper = Supervisor(parts, print, cwd=tmp_path)
    ready = asyncio.Event()
    running = asyncio.create_task(keeper.run(ready.set))
    await asyncio.wait_for(ready.wait(), 20)
    pids = [await pid_of(part) for part in parts]
    keeper.stopping.set()
    await asyncio.wait_for(running, 20)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_part_that_dies_is_reported_and_started_again(tmp_path):
    engine, app = server(tmp_path, "engine"), server(tmp_path, "app")
    said: list[str] = []
    keeper = Supervisor([engine, app], said.append, cwd=tmp_path)
    ready = asyncio.Event()
    running = asyncio.create_task(keeper.run(ready.set))
    await asyncio.wait_for(ready.wait(), 20)
    first, bystander = await pid_of(engine), await pid_of(app)

    os.kill(first, signal.SIGKILL)
    await until(lambda: "The engine is back." in said)
    assert "The engine ended (exit -9)" in said[0]
    assert await pid_of(engine) != first
    assert await pid_of(app) == bystander
    keeper.stopping.set()
    await asyncio.wait_for(running, 20)


async def test_a_part_may_print_a_line_of_any_length(tmp_path):
    talker = server(tmp_path, "engine")
    talker.command[2] = "print('x' * 3_000_000, flush=True)\n" + SERVER
    keeper = Supervisor([talker], print, cwd=tmp_path)
    ready = asyncio.Event()
    running = asyncio.create_task(keeper.run(ready.set))
    await asyncio.wait_for(ready.wait(), 20)
    await until(lambda: "listening" in talker.log.read_text())
    keeper.stopping.set()
    await asyncio.wait_for(running, 20)


async def test_a_part_that_never_starts_makes_the_supervisor_give_up_with_its_last_words(tmp_path):
    broken = Part("engine", [sys.executable, "-c", "print('no such model'); raise SystemExit(3)"], dict(os.environ),
                  tmp_path / "engine.log", f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(GaveUp, match=r"The engine does not start \(exit 3\): .*no such model"):
        await asyncio.wait_for(Supervisor([broken], print, cwd=tmp_path).run(lambda: None), 30)


async def test_a_part_that_runs_but_is_never_ready_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "READY_SECONDS", 0.5)
    mute = Part("engine", [sys.executable, "-c", "import signal; signal.pause()"], dict(os.environ),
                tmp_path / "engine.log", f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(GaveUp, match="was not ready"):
        await asyncio.wait_for(Supervisor([mute], print, cwd=tmp_path).run(lambda: None), 30)
    assert mute.process.returncode is not None


async def test_a_part_that_hangs_at_a_restart_is_restarted_and_the_others_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "READY_SECONDS", 5)
    engine, app = server(tmp_path, "engine"), server(tmp_path, "app")
    hangs = tmp_path / "hangs"
    engine.command[2] = f"import os, signal\nif os.path.exists({str(hangs)!r}): signal.pause()\n" + SERVER
    said: list[str] = []
    keeper = Supervisor([engine, app], said.append, cwd=tmp_path)
    ready = asyncio.Event()
    running = asyncio.create_task(keeper.run(ready.set))
    await asyncio.wait_for(ready.wait(), 20)
    first, bystander = await pid_of(engine), await pid_of(app)

    monkeypatch.setattr(module, "READY_SECONDS", 0.5)
    hangs.touch()
    os.kill(first, signal.SIGKILL)
    await until(lambda: len(said) == 2)
    hangs.unlink()
    monkeypatch.setattr(module, "READY_SECONDS", 5)
    await until(lambda: "The engine is back." in said)
    assert await pid_of(app) == bystander
    keeper.stopping.set()
    await asyncio.wait_for(running, 20)


async def test_a_part_that_ignores_the_polite_signal_is_ended_the_hard_way(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "STOP_SECONDS", 0.3)
    part = server(tmp_path, "engine")
    part.command[2] = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVER
    keeper = Supervisor([part], print, cwd=tmp_path)
    ready = asyncio.Event()
    running = asyncio.create_task(keeper.run(ready.set))
    await asyncio.wait_for(ready.wait(), 20)
    keeper.stopping.set()
    await asyncio.wait_for(running, 20)
    assert part.process.returncode == -signal.SIGKILL
