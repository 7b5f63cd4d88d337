"""The command-line tool as its user meets it: a process, its output and its exit code."""

import os
import socket
import subprocess
import sys

import pytest

from bot.cli import polku
from bot.settings import ROOT

pytestmark = pytest.mark.slow


def call(*arguments, **variables):
    """Run ./polku and give the finished process."""
    environment = {**os.environ, **variables}
    return subprocess.run([sys.executable, "-m", "bot.cli", *arguments], cwd=ROOT, env=environment, text=True,
                          capture_output=True, timeout=120, check=False)


def refused_in_one_sentence(answer) -> bool:
    lines = answer.stderr.strip().splitlines()
    return answer.returncode != 0 and len(lines) == 1 and "Traceback" not in answer.stderr + answer.stdout


@pytest.mark.parametrize("command", [[], *[[name] for name in sorted(polku.commands)]])
def test_every_command_explains_itself(command):
    answer = call(*command, "--help")
    assert answer.returncode == 0
    assert "Usage: polku" in answer.stdout


def test_a_port_in_use_ends_the_run_in_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = call("run", POLKU_DATA_DIR=str(tmp_path), POLKU_PORT=str(taken.getsockname()[1]))
    assert refused_in_one_sentence(answer), answer.stderr
    assert "POLKU_PORT" in answer.stderr


def test_a_missing_model_ends_the_run_in_one_sentence(tmp_path):
    answer = call("run", "--no-train", POLKU_DATA_DIR=str(tmp_path), POLKU_MODEL=str(tmp_path / "none.tar.gz"),
                  POLKU_PORT="0", POLKU_ENGINE_PORT="0")
    assert refused_in_one_sentence(answer), answer.stderr
    assert "./polku train" in answer.stderr


def test_what_people_write_is_readable_by_its_owner_only_also_in_an_open_folder(tmp_path):
    tmp_path.chmod(0o755)
    call("run", "--no-train", POLKU_DATA_DIR=str(tmp_path), POLKU_MODEL=str(tmp_path / "none.tar.gz"),
         POLKU_PORT="0", POLKU_ENGINE_PORT="0")
    assert (tmp_path / "polku.db").stat().st_mode & 0o077 == 0


def test_a_broken_model_ends_the_run_in_one_sentence(tmp_path):
    (tmp_path / "broken.tar.gz").write_bytes(b"\x1f\x8b but no more")
    answer = call("run", "--no-train", POLKU_DATA_DIR=str(tmp_path), POLKU_MODEL=str(tmp_path / "broken.tar.gz"),
                  POLKU_PORT="0", POLKU_ENGINE_PORT="0")
    assert refused_in_one_sentence(answer), answer.stderr
    assert "broken" in answer.stderr


def test_a_setting_that_makes_no_sense_is_named(tmp_path):
    answer = call("run", POLKU_DATA_DIR=str(tmp_path), POLKU_PORT="eighty")
    assert refused_in_one_sentence(answer), answer.stderr
    assert "POLKU_PORT must be a port number, not 'eighty'" in answer.stderr


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    answer = call("run", POLKU_DATA_DIR=str(tmp_path / "file" / "x"))
    assert refused_in_one_sentence(answer), answer.stderr
    assert "POLKU_DATA_DIR" in answer.stderr


def test_the_variables_for_plain_rasa_are_printed_as_shell_exports(tmp_path):
    answer = call("env", POLKU_DATA_DIR=str(tmp_path / "a folder"))
    assert answer.returncode == 0
    shell = subprocess.run(["sh", "-c", answer.stdout + 'echo "$POLKU_TRACKER_URL"'], capture_output=True, text=True,
                           check=True)
    assert shell.stdout.strip() == f"sqlite:///{tmp_path}/a folder/engine.db"


def test_chat_without_an_app_says_so_in_the_chosen_language():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    answer = call("chat", "--language", "sv", "--url", url)
    assert answer.returncode == 1
    assert "Det går inte att få kontakt med Polku" in answer.stdout
