"""The arrows between the parts: the middle imports nothing from the edge."""

import ast
import re
from pathlib import Path

import pytest

from bot.settings import ROOT

# part → what it must not import. `bot.texts` and `bot.settings` are open to all.
FORBIDDEN = {
    "bot/office": ("actions", "bot.channels", "bot.desk", "bot.engine", "bot.app", "bot.cli", "rasa", "rasa_sdk",
                   "fastapi", "starlette", "httpx", "telegram"),
    "bot/engine": ("actions", "bot.office", "bot.channels", "bot.desk", "bot.app", "fastapi"),
    "bot/channels": ("actions", "bot.desk", "bot.engine", "rasa", "rasa_sdk"),
    "actions": ("bot.channels", "bot.desk", "bot.engine", "bot.app", "rasa"),
}
OURS = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("actions/**/*.py")])


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def within(module: str, part: str) -> bool:
    return module == part or module.startswith(part + ".")


@pytest.mark.parametrize("part", FORBIDDEN)
def test_no_part_imports_what_lies_further_out(part):
    wrong = [f"{path.relative_to(ROOT)} imports {module}"
             for path in ROOT.glob(f"{part}/**/*.py") for module in sorted(imports(path))
             if any(within(module, forbidden) for forbidden in FORBIDDEN[part])]
    assert not wrong, "\n".join(wrong)


def test_the_environment_is_read_in_one_file():
    reads = re.compile(r"os\.(environ\.get|environ\[|getenv)|from_environment\(.*environ")
    readers = [str(path.relative_to(ROOT)) for path in OURS if reads.search(path.read_text("utf-8"))]
    # The set-up script runs before anything of ours is installed and looks for pyenv where pyenv says it is.
    assert set(readers) <= {"bot/settings.py", "bot/setup.py"}


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_holds_a_sentence_with_letters_of_finnish_or_swedish(path):
    assert not re.search("[äöåÄÖÅ]", path.read_text("utf-8"))


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_one_idea(path):
    assert len(path.read_text("utf-8").splitlines()) < 400
