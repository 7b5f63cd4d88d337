"""Make the two environments: `python3 bot/setup.py [--tests] [--verbose]`.

Standard library only, Python 3.8 or newer: this runs before anything of ours is installed.
What is already right is left alone, so that a second call costs a fraction of a second.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venvs"
LOG = ENVIRONMENTS / "setup.log"
# The app's lock was resolved for all of these. The engine's line of Rasa ends with 3.10.
APP_PYTHONS = ("3.12", "3.11", "3.13")
ENGINE_PYTHONS = ("3.10",)


class CannotSetUp(Exception):
    """Says in one sentence what is missing and what to do."""


class Steps:
    """One line a step, finished by how long it took; the commands' own words go to the log."""

    def __init__(self, verbose):
        self.verbose = verbose

    def run(self, title, command, env=None):
        """Run one command under a step's title.

        Raises:
            CannotSetUp: the command failed; the log's last lines are in the message.
        """
        begun = time.monotonic()
        if self.verbose:
            print(f"  {title}: {' '.join(map(str, command))}", flush=True)
            code = subprocess.run([str(c) for c in command], env=env, cwd=ROOT, check=False).returncode
            tail = ""
        else:
            print(f"  {title} …", end="", flush=True)
            with LOG.open("ab") as log:
                start = log.tell()
                code = subprocess.run([str(c) for c in command], env=env, cwd=ROOT, check=False,
                                      stdout=log, stderr=subprocess.STDOUT).returncode
            with LOG.open("rb") as log:
                log.seek(start)
                tail = "\n".join(log.read().decode(errors="replace").splitlines()[-8:])
            print(f" {'done' if code == 0 else 'failed'} ({time.monotonic() - begun:.0f} s)", flush=True)
        if code != 0:
            raise CannotSetUp(f"{title} did not work (exit {code}). {tail}\nThe whole log: {LOG}")


def version_of(python):
    """"3.10" for an interpreter that really starts, else None.

    A pyenv shim without its version says "command not found": such a one is no Python.
    """
    try:
        answer = subprocess.run([str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                                capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def pyenv_pythons(version):
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return sorted(root.glob(f"versions/{version}.*/bin/python"), reverse=True)


def find_python(versions):
    """The first interpreter of one of `versions`: this one, on PATH, under pyenv. None if there is none."""
    if version_of(sys.executable) in versions:
        return sys.executable
    for version in versions:
        for candidate in [shutil.which(f"python{version}"), *pyenv_pythons(version)]:
            if candidate and version_of(candidate) == version:
                return str(candidate)
    return None


def get_python(versions, uv, steps):
    found = find_python(versions)
    if found:
        return found
    wanted = versions[0]
    try:
        steps.run(f"Python {wanted} (uv python install)", [uv, "python", "install", wanted])
    except CannotSetUp as failure:
        raise CannotSetUp(
            f"Python {' or '.join(versions)} is needed and was found neither on PATH nor under pyenv, nor could uv "
            f"fetch it: install it (for example `pyenv install {wanted}`) and run the same command again.") from failure
    return wanted


def stamp_of(lock, python):
    return hashlib.sha256((ROOT / lock).read_bytes() + str(python).encode()).hexdigest()


def make_environment(name, lock, versions, uv, steps):
    """`.venvs/<name>` holds exactly what `lock` says: every file hash-checked, nothing else in it."""
    home = ENVIRONMENTS / name
    stamp = home / "polku.stamp"
    known = stamp.read_text().split() if stamp.exists() else []
    if len(known) == 2 and known[0] == stamp_of(lock, known[1]) and version_of(home / "bin/python") == known[1]:
        return
    python = get_python(versions, uv, steps)
    steps.run(f"{name}: environment", [uv, "venv", "--clear", "--python", python, home])
    steps.run(f"{name}: libraries", [uv, "pip", "sync", "--require-hashes", "--python", home / "bin/python", lock])
    version = version_of(home / "bin/python")
    stamp.write_text(f"{stamp_of(lock, version)} {version}\n")


def get_uv(steps):
    """uv, of the pinned version and hash, in an environment of its own."""
    home = ENVIRONMENTS / "tools"
    uv = home / "bin/uv"
    stamp = home / "polku.stamp"
    if uv.exists() and stamp.exists() and stamp.read_text() == stamp_of("requirements/tools.lock", ""):
        return uv
    try:
        steps.run("tools: environment", [sys.executable, "-m", "venv", "--clear", home])
    except CannotSetUp as failure:
        raise CannotSetUp(f"Python's venv module does not work here: on Debian and Ubuntu, "
                          f"`apt install python3-venv`. {failure}") from failure
    steps.run("tools: uv", [home / "bin/python", "-m", "pip", "install", "--quiet", "--require-hashes",
                            "--disable-pip-version-check", "-r", "requirements/tools.lock"])
    stamp.write_text(stamp_of("requirements/tools.lock", ""))
    return uv


def get_chromium(steps):
    """The browser of the tests: Debian's. Installed where we may, else said how."""
    if shutil.which("chromium"):
        return
    how = "the browser tests need Debian's Chromium: `apt-get install chromium`"
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise CannotSetUp(how[0].upper() + how[1:] + " (as root), then run the same command again.")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    steps.run("tests: package lists", ["apt-get", "update", "-qq"], env=quiet)
    steps.run("tests: chromium", ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], env=quiet)


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Make Polku's two environments, hash-checked, in .venvs/.")
    parser.add_argument("--tests", action="store_true", help="also what the tests need (Chromium)")
    parser.add_argument("--verbose", action="store_true", help="show every command and its output")
    chosen = parser.parse_args(arguments)
    steps = Steps(chosen.verbose)
    try:
        ENVIRONMENTS.mkdir(exist_ok=True)
        LOG.write_text("")
        uv = get_uv(steps)
        make_environment("app", "requirements/app.lock", APP_PYTHONS, uv, steps)
        make_environment("engine", "requirements/engine.lock", ENGINE_PYTHONS, uv, steps)
        if chosen.tests:
            get_chromium(steps)
    except (CannotSetUp, OSError) as failure:
        print(f"Polku cannot be set up: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
