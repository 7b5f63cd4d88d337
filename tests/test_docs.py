"""Docs that cannot rot: what they name exists, and what exists is named."""

import re
from dataclasses import fields

import pytest

from bot.cli import polku
from bot.settings import ROOT, Settings

DOCS = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_documented_with_its_default(field):
    [row] = re.findall(rf"(?m)^\| `POLKU_{field.name.upper()}` \| (.+?) \| (.+?) \|$",
                       (ROOT / "docs" / "operating.md").read_text())
    assert row == (f"`{field.default}`" if field.default else "–", field.metadata["help"])


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_every_command_in_the_docs_exists(doc):
    text = doc.read_text()
    unknown = [target for target in re.findall(r"(?m)(?:^|`)make ([a-z-]+)", text) if target not in TARGETS]
    commands = re.findall(r"(?m)(?:\./|^|`)polku ([a-z]+)", text)
    unknown += [command for command in commands if command not in polku.commands]
    assert not unknown


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(doc):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", doc.read_text())
    assert [target for target in targets if not (doc.parent / target).exists()] == []


def test_the_readme_begins_with_what_polku_is_a_picture_and_the_two_commands():
    readme = (ROOT / "README.md").read_text()
    places = [readme.index(part) for part in ("# Polku", "![", "make run", "make test", "## What it is made of")]
    assert places == sorted(places)
