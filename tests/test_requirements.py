"""The locks: exact, hashed, and without a word about where the packages come from."""

import re

import pytest

from bot.settings import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def requirements(text):
    return [block for block in re.split(r"\n(?=[A-Za-z0-9])", text) if re.match(r"[A-Za-z0-9]", block)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_is_exact_and_hashed(lock):
    found = requirements(lock.read_text())
    assert found
    for block in found:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_lock_names_an_address(lock):
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", lock.read_text())


def test_the_engines_lock_carries_every_override():
    lock = (ROOT / "requirements" / "engine.lock").read_text()
    for line in (ROOT / "requirements" / "engine-overrides.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, version = line.split("==")
            pinned = re.search(rf"(?m)^{re.escape(name)}==(\S+)", lock)
            assert pinned is None or pinned[1] == version, line
