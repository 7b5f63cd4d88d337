"""`polku`: set up, train, run, talk to and look after Polku."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from bot import training
from bot.environment import app_environment, engine_environment, engine_variables, rasa
from bot.measure_cli import bench, evaluate, in_engine
from bot.model import NoModel, model_to_serve
from bot.office.database import UnusableDatabase
from bot.office.schema import NewerDatabase
from bot.office_cli import office
from bot.preflight import CannotRun, check_all, check_folder
from bot.settings import ROOT, Settings
from bot.supervisor import GaveUp, Part, Supervisor

console = Console(highlight=False, soft_wrap=True)
# Refusals that are sentences already: shown as they are, without a traceback.
REFUSALS = (CannotRun, NoModel, GaveUp, training.TrainingFailed, UnusableDatabase, NewerDatabase)


class PolkuGroup(click.Group):
    """Turns refusals into one sentence and exit code 1; caught here and nowhere else."""

    def invoke(self, ctx: click.Context):
        try:
            ctx.obj = Settings.from_environment()
            return super().invoke(ctx)
        except (*REFUSALS, ValueError) as refused:
            raise click.ClickException(str(refused)) from refused


verbose_option = click.option("--verbose", is_flag=True, help="Show everything that the parts print.")


@click.group(cls=PolkuGroup, context_settings={"help_option_names": ["-h", "--help"]})
def polku():
    """Polku answers people who have moved to Finland and look for work: in Finnish, Swedish and English.

    \b
    First time:   polku run      set up, train, start; prints one address
    In another
    terminal:     polku chat     the same conversation without a browser
    """


@polku.command()
@click.option("--tests", is_flag=True, help="Also what the tests need (Chromium).")
@verbose_option
def setup(tests, verbose):
    """Make or mend the two environments, hash-checked, in .venvs/."""
    flags = ["--tests"] * tests + ["--verbose"] * verbose
    sys.exit(subprocess.run(["python3", "bot/setup.py", *flags], cwd=ROOT, check=False).returncode)


@polku.command()
@click.option("--force", is_flag=True, help="Train everything anew, even what has not changed.")
@verbose_option
@click.pass_obj
def train(settings, force, verbose):
    """Train the model if its data changed; what is unchanged is taken from the last training."""
    check_folder(settings)
    training.train(settings, console, verbose=verbose, force=force)


@polku.command()
@click.option("--no-train", is_flag=True, help="Serve the model that is there; refuse if there is none.")
@verbose_option
@click.pass_obj
def run(settings, no_train, verbose):
    """Train if the data changed, start engine and app, keep both alive. Ctrl-C stops them."""
    os.umask(0o077)  # what people write is for nobody else on this machine, also in a folder that others may read
    check_all(settings)
    if not (no_train or settings.model or settings.engine_url):
        training.train(settings, console, verbose=verbose)
    asyncio.run(supervise(settings, verbose=verbose))
    console.print("Polku has stopped.")


async def supervise(settings: Settings, *, verbose: bool) -> None:
    status = console.status("Starting: the engine loads the model, which takes some ten seconds …")

    def when_ready():
        status.stop()
        console.print(f"Polku is ready: {settings.address}/   (Ctrl-C stops it)")

    supervisor = Supervisor(parts(settings), console.print, cwd=ROOT, echo=say_plainly if verbose else None)
    with status:
        await supervisor.run(when_ready)


def say_plainly(line: str) -> None:
    console.print(line, markup=False)


def parts(settings: Settings) -> list[Part]:
    """The app always; the engine unless one runs elsewhere."""
    environment = engine_environment(settings)
    bearer = {"Authorization": f"Bearer {environment['POLKU_ENGINE_SECRET']}"}
    app = Part("app", [sys.executable, "-m", "bot.app"], app_environment(settings), settings.data / "app.log",
               f"{settings.address}/healthz")
    if settings.engine_url:
        return [app]
    engine = Part(
        "engine",
        rasa("run", "--interface", "127.0.0.1", "--port", settings.engine_port, "--model", model_to_serve(settings),
             "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
        # One thread for a sentence's vector: two are quicker for one person, but slower when many write.
        {"OMP_NUM_THREADS": "1", **environment}, settings.data / "engine.log",
        f"{settings.engine}/webhooks/polku/ready", bearer)
    return [engine, app]


@polku.command()
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), help="The language to begin in.")
@click.option("--url", help="Address of the app; default: the one of this machine's settings.")
@click.pass_obj
def chat(settings, language, url):
    """Talk to Polku in the terminal, through the same door as the widget."""
    from bot.chat import talk  # only here: nobody else pays for its imports

    sys.exit(talk(url or settings.address, language))


@polku.command()
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Check as if it were that day.")
@click.option("--links", is_flag=True, help="Also ask the pages that the content names whether they are still there.")
@click.option("--data", is_flag=True, help="Also the examples of nlu/, by what they mean: a minute, more if untrained.")
@click.option("--test-file", "tests", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="With --data: lines with a \"text\" that no example may repeat; those of tests/nlu always count.")
@click.pass_obj
def check(settings, today, links, data, tests):
    """Check the content: nothing missing, nothing stale, nothing that breaks a rule of the house."""
    from bot.content_check import check as find_problems

    problems = find_problems(ROOT, today.date() if today else date.today())  # noqa: DTZ011 - the reader's day
    if links:
        from bot.content_links import NoNetwork, dead_links

        try:
            problems += dead_links(ROOT)
        except NoNetwork:
            console.print("No page answered: there is no network here, so the links are not checked.")
    for problem in problems:
        console.print(str(problem), markup=False)
    console.print(f"{len(problems)} problems." if problems else "The content is in order.")
    if data:
        files = [part for test in tests for part in ("--test-file", test.resolve())]
        in_engine(settings, "bot.engine.data_check", *files)
    sys.exit(1 if problems else 0)


@polku.command()
@click.pass_obj
def env(settings):
    """Print the variables with which plain `rasa train`, `rasa shell` and `rasa run` work: eval "$(./polku env)"."""
    check_folder(settings)
    for name, value in engine_variables(settings).items():
        console.print(f"export {name}={shlex.quote(value)}", markup=False)


for command in (evaluate, bench, office):
    polku.add_command(command)


if __name__ == "__main__":
    polku(prog_name="polku")
