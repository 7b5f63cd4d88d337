"""The whole benchmark, ours and the reference's by turns on the same machine, and its table."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from bot.bench import reference
from bot.bench.processes import cpu_ms, free_port, memory_mb, running
from bot.bench.writers import PolkuConversation, ReferenceConversation, growth, open_client, sentences, write
from bot.environment import app_environment, engine_environment, rasa
from bot.model import MODELS, model_of_the_data
from bot.office.database import Database
from bot.settings import ROOT, Settings
from bot.supervisor import Part

WRITERS = (1, 8)
ROUNDS = 2  # by turns, so that a busy moment of the machine meets both


@dataclass(frozen=True)
class Contestant:
    """One assistant: how to train it, what to start, how to talk to it."""

    name: str
    train: list[str]
    trained: Path  # the model that training leaves
    folder: Path
    parts: Callable[[], list[Part]]
    conversation: Callable[[aiohttp.ClientSession], Any]


def contestants(settings: Settings) -> list[Contestant]:
    """Ours as `polku run` starts it, and the reference; each with data folder and ports of its own."""
    from bot.cli import parts  # the very processes that people run; imported late, cli imports us

    folder = settings.data / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    ours = replace(settings, data_dir=str(folder / "ours"), port=str(free_port()), engine_port=str(free_port()),
                   engine_url="", database_url="", tracker_url="", model="",
                   burst="1000000")  # its people write faster than people
    ours.data.mkdir(parents=True, exist_ok=True)
    Database(ours.database).migrate()
    name = model_of_the_data().name.removesuffix(".tar.gz")
    rasa_port, actions_port = free_port(), free_port()
    home = reference.build(folder / "reference", actions_port)
    environment = engine_environment(ours)

    def reference_parts() -> list[Part]:
        model = home / "models" / "reference.tar.gz"
        return [
            Part("reference's Rasa", rasa("run", "--interface", "127.0.0.1", "--port", str(rasa_port), "--model", model,
                                          "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
                 environment, home / "rasa.log", f"http://127.0.0.1:{rasa_port}/webhooks/rest/"),
            Part("reference's action server", [sys.executable, "-m", "rasa_sdk", "--actions", "actions",
                                               "--port", str(actions_port)],
                 app_environment(ours), home / "actions.log", f"http://127.0.0.1:{actions_port}/health"),
        ]

    return [
        Contestant("ours", rasa("train", "--force", "--data", "nlu", "stories", "--out", MODELS,
                                "--fixed-model-name", name),
                   model_of_the_data(), ROOT, partial(parts, ours),
                   lambda client: PolkuConversation(client, f"http://127.0.0.1:{ours.port}")),
        Contestant("reference", rasa("train", "--force", "--data", "data", "--fixed-model-name", "reference"),
                   home / "models" / "reference.tar.gz", home, reference_parts,
                   lambda client: ReferenceConversation(client, f"http://127.0.0.1:{rasa_port}")),
    ]


def train(contestant: Contestant, settings: Settings) -> float:
    """Seconds of a training from nothing.

    Raises:
        RuntimeError: it failed; the log is named.
    """
    log = settings.data / "bench" / f"train-{contestant.name}.log"
    (ROOT / ".rasa" / "vectors.npz").unlink(missing_ok=True)  # ours keeps vectors between trainings: not here
    begun = time.monotonic()
    with log.open("w") as kept:
        code = subprocess.run(contestant.train, cwd=contestant.folder, env=engine_environment(settings), check=False,
                              stdin=subprocess.DEVNULL, stdout=kept, stderr=subprocess.STDOUT).returncode
    if code != 0 or not contestant.trained.exists():
        raise RuntimeError(f"The training of {contestant.name} failed (exit {code}): see {log}")
    return round(time.monotonic() - begun, 1)


async def measure(fields: list[Contestant], messages: int, console: Console) -> dict[str, dict[str, Any]]:
    """The figures of assistants that run side by side and are written to by turns, while the others rest."""
    figures: dict[str, dict[str, Any]] = {one.name: {"writers": {}} for one in fields}
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client())
        started = {one.name: one.parts() for one in fields}
        for one in fields:
            console.print(f"  {one.name}: starting …")
            await stack.enter_async_context(running(started[one.name], one.folder))
        texts = {one.name: sentences() for one in fields}
        for one in fields:  # first messages pay for late imports and connections
            await write(partial(one.conversation, client), texts[one.name], 2, 20)
        for writers in WRITERS:
            rounds: dict[str, list[dict[str, float]]] = {one.name: [] for one in fields}
            for _ in range(ROUNDS):
                for one in fields:
                    console.print(f"  {one.name}: {writers} writing …")
                    begun = spent(started[one.name])
                    rounds[one.name].append(
                        await write(partial(one.conversation, client), texts[one.name], writers, messages))
                    figures[one.name]["cpu_ms"] = {  # of the last round, when everything is warm
                        name: round((now - begun[name]) / messages, 1)
                        for name, now in spent(started[one.name]).items()}
            for name, found in rounds.items():
                figures[name]["writers"][str(writers)] = {
                    key: round(statistics.mean(each[key] for each in found), 1) for key in found[0]}
        for one in fields:
            console.print(f"  {one.name}: conversations of 300 messages …")
            figures[one.name]["growth_300_to_10"] = await growth(partial(one.conversation, client), texts[one.name])
            figures[one.name]["memory_mb"] = memory_mb(started[one.name])
    return figures


async def bench(settings: Settings, console: Console, *, messages: int, with_training: bool) -> dict[str, Any]:
    """Both assistants in one run.

    Returns:
        {"ours": {"writers": {"1": {"rate", "p50_ms", "p95_ms"}, "8": {…}}, "cpu_ms": {process: CPU time a message},
        "memory_mb", "training_s", "growth_300_to_10"}, "reference": {…}}. Without training, "training_s" is that of the
        last time that both were trained here, or null.
    """
    fields = contestants(settings)
    kept = settings.data / "bench" / "training.json"
    seconds: dict[str, float | None] = json.loads(kept.read_text()) if kept.exists() else {}
    if with_training or not all(one.trained.exists() for one in fields):
        for one in fields:
            console.print(f"  {one.name}: training …")
            seconds[one.name] = train(one, settings)
        kept.write_text(json.dumps(seconds))
    figures = await measure(fields, messages, console)
    return {name: {**found, "training_s": seconds.get(name)} for name, found in figures.items()}


def spent(parts: list[Part]) -> dict[str, float]:
    """CPU time so far, in ms, by process; "client" is ourselves."""
    return {**cpu_ms(parts), "client": time.process_time() * 1000}


def table(results: dict[str, Any]) -> Table:
    """The results with their ratios, ours to the reference's."""
    made = Table("", "ours", "reference", "ratio", title=f"On {os.cpu_count()} cores")
    ours, other = results["ours"], results["reference"]
    for writers in map(str, WRITERS):
        for key, unit in (("rate", "messages/s"), ("p50_ms", "p50 ms"), ("p95_ms", "p95 ms")):
            row(made, f"{writers} writing, {unit}", ours["writers"][writers][key], other["writers"][writers][key])
    cpu, other_cpu = ours["cpu_ms"], other["cpu_ms"]
    row(made, f"{WRITERS[-1]} writing, CPU ms a message", assistants(cpu), assistants(other_cpu))
    row(made, f"{WRITERS[-1]} writing, CPU ms a message of who writes", cpu["client"], other_cpu["client"])
    row(made, "memory, MB", ours["memory_mb"], other["memory_mb"])
    row(made, "training, s", ours["training_s"], other["training_s"])
    row(made, "300th message's cost to the 10th's", ours["growth_300_to_10"], other["growth_300_to_10"])
    return made


def assistants(cpu: dict[str, float]) -> float:
    """Without the client's share."""
    return sum(cpu.values()) - cpu["client"]


def row(made: Table, name: str, ours: float | None, other: float | None) -> None:
    ratio = f"{ours / other:.2f}" if ours and other else "–"
    made.add_row(name, *("–" if value is None else f"{value:g}" for value in (ours, other)), ratio)
