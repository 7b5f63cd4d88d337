"""The set-up script is plain standard library: tested by calling it as a new machine would."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot import setup


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """No Python on PATH, none under pyenv."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_pyenv_shim_that_answers_command_not_found_is_not_a_python(bare_machine):
    executable(bare_machine / "bin" / "python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")
    assert setup.find_python(["3.10"]) is None


def test_a_python_is_found_on_the_path(bare_machine):
    found = executable(bare_machine / "bin" / "python3.10", "echo 3.10")
    assert setup.find_python(["3.10"]) == str(found)


def test_a_python_is_found_under_pyenv_behind_a_useless_shim(bare_machine):
    executable(bare_machine / "bin" / "python3.10", "exit 127")
    found = executable(bare_machine / "pyenv" / "versions" / "3.10.13" / "bin" / "python", "echo 3.10")
    assert setup.find_python(["3.10"]) == str(found)


def test_a_python_of_another_version_than_its_name_says_is_not_taken(bare_machine):
    executable(bare_machine / "bin" / "python3.10", "echo 3.6")
    assert setup.find_python(["3.10"]) is None


def test_the_python_that_runs_the_setup_is_taken_when_it_fits():
    assert setup.find_python([setup.version_of(sys.executable)]) == sys.executable


def test_without_any_fitting_python_one_sentence_says_what_to_do(bare_machine):
    uv = executable(bare_machine / "uv", "exit 2")
    with pytest.raises(setup.CannotSetUp, match=r"Python 3\.10 is needed .* install it \(for example `pyenv install"):
        setup.get_python(["3.10"], str(uv), setup.Steps(verbose=True))


def test_a_failing_step_shows_its_last_lines_and_its_log(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "LOG", tmp_path / "setup.log")
    with pytest.raises(setup.CannotSetUp, match="no such package"):
        setup.Steps(verbose=False).run("libraries", ["sh", "-c", "echo no such package; exit 3"])
    assert "no such package" in (tmp_path / "setup.log").read_text()


def test_a_changed_lock_makes_the_environment_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(setup, "LOG", tmp_path / "setup.log")
    home = tmp_path / "app"
    version = setup.version_of(sys.executable)
    executable(home / "bin" / "python", f"echo {version}")
    uv = executable(tmp_path / "uv", f"echo \"$@\" >> {tmp_path}/calls")
    fresh = f"{setup.stamp_of('requirements/app.lock', version)} {version}\n"
    (home / "polku.stamp").write_text(fresh)

    setup.make_environment("app", "requirements/app.lock", [version], str(uv), setup.Steps(verbose=False))
    assert not (tmp_path / "calls").exists()

    (home / "polku.stamp").write_text(f"another {version}\n")
    setup.make_environment("app", "requirements/app.lock", [version], str(uv), setup.Steps(verbose=False))
    assert "pip sync --require-hashes" in (tmp_path / "calls").read_text()
    assert (home / "polku.stamp").read_text() == fresh


def test_a_second_set_up_does_nothing_and_says_nothing():
    answer = subprocess.run([sys.executable, "bot/setup.py"], cwd=setup.ROOT, capture_output=True, text=True,
                            timeout=300, check=False, env=dict(os.environ))
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
