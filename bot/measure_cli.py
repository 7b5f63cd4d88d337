"""`polku evaluate` and `polku bench`: how well Polku understands, and how fast it is."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import click
from rich.console import Console

from bot.environment import ENGINE_PYTHON, engine_environment
from bot.model import model_to_serve
from bot.preflight import check_folder
from bot.settings import ROOT, Settings

console = Console(highlight=False, soft_wrap=True)
as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")


def in_engine(settings: Settings, module: str, *arguments: str | Path) -> None:
    """Run a module in the engine's environment; what it prints is ours.

    Raises:
        click.ClickException: it failed; says why in one line.
    """
    check_folder(settings)
    name = module.rpartition(".")[2]
    log = settings.data / f"{name}.log"  # Rasa's libraries warn of their own age: not what one wants to read here
    command = [str(ENGINE_PYTHON), "-W", "ignore", "-m", module, *map(str, arguments)]
    with log.open("w") as warnings:
        code = subprocess.run(command, cwd=ROOT, env=engine_environment(settings), stderr=warnings,
                              check=False).returncode
    if code:
        said = log.read_text().strip().splitlines() or [f"exit code {code}"]
        raise click.ClickException(f"{name} did not work: {said[-1]}")


@click.command()
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help='Lines of {"id","lang","text","themes":[…]}.')
@as_json_option
@click.option("--curve", is_flag=True, help="Also what each threshold would give: in-scope accuracy, recall.")
@click.option("--mistakes", is_flag=True, help="Also each question that was not understood.")
@click.pass_obj
def evaluate(settings, path, as_json, curve, mistakes):
    """Measure how well questions are understood, theme by theme and language by language."""
    flags = ["--json"] * as_json + ["--curve"] * curve + ["--mistakes"] * mistakes
    in_engine(settings, "bot.engine.evaluate", "--file", path.resolve(), "--model", model_to_serve(settings), *flags)


@click.group(invoke_without_command=True)
@click.option("--messages", default=200, show_default=True, help="How many messages a measurement takes.")
@click.option("--no-training", is_flag=True, help="Take models that are there instead of training both anew.")
@as_json_option
@click.pass_context
def bench(context, messages, no_training, as_json):
    """Measure Polku beside a default Rasa assistant with the same data. Trains both: about an hour on two cores."""
    if context.invoked_subcommand:
        return
    from bot.bench.run import bench as measure
    from bot.bench.run import table

    check_folder(context.obj)
    progress = Console(stderr=True, highlight=False)
    results = asyncio.run(measure(context.obj, progress, messages=messages, with_training=not no_training))
    console.print(json.dumps(results) if as_json else table(results), markup=False)


@bench.command()
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              help="Tab-separated, with columns lang and text.")
@as_json_option
@click.pass_obj
def language(settings, path, as_json):
    """Measure how well languages are told apart, by language and length, beside lingua and langdetect.

    Needs no model: the examples of nlu/ are read as they are. About half a minute for 4,000 lines.
    """
    in_engine(settings, "bot.engine.language_bench", "--file", path.resolve(), *["--json"] * as_json)


@bench.command()
@click.option("--data", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
              help='A folder for each language with train.jsonl and test.jsonl, lines of {"text","intent"}.')
@click.option("--no-reference", is_flag=True, help="Ours alone: a training takes a minute.")
@click.option("--anew", is_flag=True, help="Measure the reference again, though it was measured with this data.")
@as_json_option
@click.pass_obj
def nlu(settings, folder, no_reference, anew, as_json):
    """Measure how well intents are learned from given examples, beside Rasa's default pipeline.

    The reference trains one model a language, about ten minutes each on two cores; its figures are kept for the next
    time with the day they were measured. Ours is one model for all languages.
    """
    flags = ["--no-reference"] * no_reference + ["--anew"] * anew + ["--json"] * as_json
    in_engine(settings, "bot.engine.intent_bench", "--data", folder.resolve(), "--kept-in", settings.data / "bench",
              *flags)
