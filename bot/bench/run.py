"""The whole benchmark, ours and the reference's by turns on the same machine, and its table."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from bot.bench import reference
from bot.bench.processes import free_port, memory_mb, running
from bot.bench.writers import PolkuConversation, ReferenceConversation, growth, sentences, write
from bot.environment import app_environment, engine_environment, rasa
from bot.model import MODELS, model_of_the_data
from bot.office.database import Database
from bot.settings import ROOT, Settings
from bot.supervisor import Part

WRITERS = (1, 8)


@dataclass(frozen=True)
class Contestant:
    """One assistant: how to train it, what to start, how to talk to it."""

    name: str
    train: list[str]
    trained: Path  # the model that training leaves
    folder: Path
    parts: Callable[[], list[Part]]
    conversation: Callable[[httpx.AsyncClient], Any]


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
    begun = time.monotonic()
    with log.open("w") as kept:
        code = subprocess.run(contestant.train, cwd=contestant.folder, env=engine_environment(settings), check=False,
                              stdin=subprocess.DEVNULL, stdout=kept, stderr=subprocess.STDOUT).returncode
    if code != 0 or not contestant.trained.exists():
        raise RuntimeError(f"The training of {contestant.name} failed (exit {code}): see {log}")
    return round(time.monotonic() - begun, 1)


async def serve(contestant: Contestant, messages: int, console: Console) -> dict[str, Any]:
    """The figures of one assistant while it runs."""
    parts = contestant.parts()
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with running(parts, contestant.folder), httpx.AsyncClient(limits=limits, timeout=60) as client:
        new_conversation = partial(contestant.conversation, client)
        texts = sentences()
        await write(new_conversation, texts, 2, 20)  # first messages pay for late imports and connections
        figures: dict[str, Any] = {"writers": {}}
        for writers in WRITERS:
            console.print(f"  {contestant.name}: {writers} writing …")
            figures["writers"][str(writers)] = await write(new_conversation, texts, writers, messages)
        console.print(f"  {contestant.name}: a conversation of 300 messages …")
        figures["growth_300_to_10"] = await growth(new_conversation, texts)
        figures["memory_mb"] = memory_mb(parts)
    return figures


async def bench(settings: Settings, console: Console, *, messages: int, with_training: bool) -> dict[str, Any]:
    """Both assistants, one after the other.

    Returns:
        {"ours": {"writers": {"1": {"rate", "p50_ms", "p95_ms"}, "8": {…}}, "memory_mb", "training_s",
        "growth_300_to_10"}, "reference": {…}}; "training_s" is null for a model that was there already.
    """
    results: dict[str, Any] = {}
    for contestant in contestants(settings):
        training = None
        if with_training or not contestant.trained.exists():
            console.print(f"  {contestant.name}: training …")
            training = train(contestant, settings)
        results[contestant.name] = {**await serve(contestant, messages, console), "training_s": training}
    return results


def table(results: dict[str, Any]) -> Table:
    """The results with their ratios, ours to the reference's."""
    made = Table("", "ours", "reference", "ratio", title=f"On {os.cpu_count()} cores")
    ours, other = results["ours"], results["reference"]
    for writers in map(str, WRITERS):
        for key, unit in (("rate", "messages/s"), ("p50_ms", "p50 ms"), ("p95_ms", "p95 ms")):
            row(made, f"{writers} writing, {unit}", ours["writers"][writers][key], other["writers"][writers][key])
    row(made, "memory, MB", ours["memory_mb"], other["memory_mb"])
    row(made, "training, s", ours["training_s"], other["training_s"])
    row(made, "300th message's cost to the 10th's", ours["growth_300_to_10"], other["growth_300_to_10"])
    return made


def row(made: Table, name: str, ours: float | None, other: float | None) -> None:
    ratio = f"{ours / other:.2f}" if ours and other else "–"
    made.add_row(name, *("–" if value is None else f"{value:g}" for value in (ours, other)), ratio)
