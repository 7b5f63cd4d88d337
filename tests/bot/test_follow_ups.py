"""What a short question after an answer means stands in content/follow_ups.yml."""

from datetime import date

import pytest

from bot.content_check import check
from bot.content_files import ContentError
from bot.follow_ups import read_follow_ups
from bot.settings import ROOT


def test_the_questions_of_the_specification_have_their_answers():
    found = read_follow_ups(ROOT / "content")
    assert found["recognition_health"]["cost"] == "recognition_fee_time_fee"
    assert found["recognition_teacher"]["missing"] == "recognition_documents_missing"
    assert found["jobsearch_register"]["next"] == "jobsearch_register_after"


@pytest.mark.parametrize("broken", ["a: 1", "a: {themes: x}", "a: {themes: [x], colour: y}",
                                    "a: {themes: [x]}\nb: {themes: [x]}"])
def test_a_group_that_is_none_is_refused(tmp_path, broken):
    (tmp_path / "follow_ups.yml").write_text(broken, "utf-8")
    with pytest.raises(ContentError):
        read_follow_ups(tmp_path)


def test_the_check_finds_themes_and_topics_that_are_not_there(tmp_path):
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "follow_ups.yml").write_text("a: {themes: [nowhere], cost: nothing}", "utf-8")
    found = {one.what for one in check(tmp_path, date(2026, 11, 22)) if one.file == "content/follow_ups.yml"}
    assert found == {"there is no such theme", "the topic nothing for cost does not exist"}
