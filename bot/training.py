"""Train the model of today's data, unless it is there already, and show how far it is."""

from __future__ import annotations

import re
import subprocess
import time
from collections import deque
from pathlib import Path

from rich.console import Console
from rich.status import Status

from bot.environment import engine_environment, rasa
from bot.model import MODELS, model_of_the_data
from bot.settings import ROOT, Settings

# Rasa's own lines, of which two kinds are worth a person's time.
STEP = re.compile(r"(Starting to train|Finished training) component '(\w+)'|Restored component '(\w+)' from cache")


class TrainingFailed(Exception):
    """Rasa would not train; the message holds its last lines and where the log is."""


def train(settings: Settings, console: Console, *, verbose: bool = False, force: bool = False) -> Path:
    """Train if the data changed, component by component, and give the model's path.

    Raises:
        TrainingFailed: Rasa refused the data or died.
    """
    model = model_of_the_data()
    if model.exists() and not force:
        console.print(f"The model fits the data ({model.name}).")
        return model
    log = settings.data / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = rasa("train", "--config", "config.yml", "--domain", "domain.yml", "--data", "nlu", "stories",
                   "--out", MODELS, "--fixed-model-name", model.name.removesuffix(".tar.gz"),
                   *(["--force"] if force else []))
    begun = time.monotonic()
    with console.status("Training: reading the data …") as status:
        code, tail = run_and_tell(command, settings, log, console, status, verbose=verbose)
    if code != 0 or not model.exists():
        raise TrainingFailed(f"Training did not work (exit {code}): {tail}\nThe whole log: {log}")
    console.print(f"Trained {model.name} in {time.monotonic() - begun:.0f} s.")
    return model


def run_and_tell(command: list[str], settings: Settings, log: Path, console: Console, status: Status,
                 *, verbose: bool) -> tuple[int, str]:
    """Run Rasa's training, its output to `log`, one line a component to the console.

    Returns:
        The exit code, and the last lines that Rasa printed.
    """
    tail: deque[str] = deque(maxlen=8)
    process = subprocess.Popen(command, cwd=ROOT, env=engine_environment(settings), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    assert process.stdout is not None
    try:
        begun: dict[str, float] = {}
        with log.open("w", encoding="utf-8") as kept:
            for line in process.stdout:
                kept.write(line)
                tail.append(line.rstrip())
                if verbose:
                    console.print(line.rstrip(), markup=False, highlight=False)
                elif step := STEP.search(line):
                    tell(step, begun, console, status)
        return process.wait(), "\n".join(tail)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=20)


def tell(step: re.Match[str], begun: dict[str, float], console: Console, status: Status) -> None:
    what, component, restored = step.groups()
    if restored:
        console.print(f"  {restored}: unchanged", highlight=False)
    elif what == "Starting to train":
        begun[component] = time.monotonic()
        status.update(f"Training: {component} …")
    else:
        took = time.monotonic() - begun.get(component, time.monotonic())
        console.print(f"  {component}: {took:.0f} s", highlight=False)
