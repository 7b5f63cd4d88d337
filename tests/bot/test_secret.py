import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.secret import EmptySecret, shared_secret
from bot.settings import Settings


def settings_in(folder):
    return Settings(data_dir=str(folder))


def test_the_secret_is_made_once_and_stays(tmp_path):
    settings = settings_in(tmp_path / "data")
    first = shared_secret(settings)
    assert len(first) >= 40
    assert shared_secret(settings) == first


def test_only_the_owner_can_read_the_secret(tmp_path):
    shared_secret(settings_in(tmp_path))
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_no_draft_of_the_secret_stays_behind(tmp_path):
    shared_secret(settings_in(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_the_setting_wins_and_no_file_is_made(tmp_path):
    settings = replace(settings_in(tmp_path), engine_secret="given by the operator")
    assert shared_secret(settings) == "given by the operator"
    assert list(tmp_path.iterdir()) == []


def test_all_who_start_at_once_get_the_same_secret(tmp_path):
    settings = settings_in(tmp_path)
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: shared_secret(settings), range(64)))
    assert len(found) == 1


def test_an_empty_secret_is_refused(tmp_path):
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(EmptySecret):
        shared_secret(settings_in(tmp_path))
