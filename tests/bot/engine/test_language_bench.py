import json

import pytest

from bot.engine.language_bench import figures, length_of, lines_of, measure, table

LINES = [
    ("fi", "miten saan töitä"),
    ("fi", "hei"),
    ("sv", "hur får jag ett arbete i Finland"),
    ("nb", "jeg trenger hjelp med å finne arbeid"),
    ("fa", "سلام من دنبال کار هستم"),
]


def test_lines_are_read_and_the_files_names_become_ours(tmp_path):
    file = tmp_path / "lines.tsv"
    file.write_text('lang\ttext\tsource\nfi\tsano "hei"\tx\nprs\tسلام\tx\n', encoding="utf-8")
    assert lines_of(file) == [("fi", 'sano "hei"'), ("fa", "سلام")]


def test_a_file_without_the_columns_is_refused(tmp_path):
    file = tmp_path / "lines.tsv"
    file.write_text("language\tsentence\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lang and text"):
        lines_of(file)


@pytest.mark.parametrize(
    ("text", "length"), [("a", "1-3"), ("a b c", "1-3"), ("a b c d", "4-6"), ("a " * 7, "7+"), ("", "1-3")]
)
def test_lengths_are_counted_in_words(text, length):
    assert length_of(text) == length


def test_figures_say_what_is_right_what_is_mixed_up_and_how_precise_our_languages_are():
    found = figures(LINES, {"miten saan töitä": "fi", "hei": "no", LINES[2][1]: "sv", LINES[3][1]: "sv"}.get)
    assert found["accuracy"]["fi"] == {"n": 2, "1-3": 0.5, "4-6": None, "7+": None, "4+": None}
    assert found["accuracy"]["nb"]["4+"] == 0.0
    assert found["precision"]["sv"] == 0.5
    assert ["fi", "nb", 1] in found["mixed_up"]
    assert ["fa", "None", 1] in found["mixed_up"]


def test_the_real_thing_is_measured_beside_others():
    results = json.loads(json.dumps(measure(LINES)))
    for who in ("ours", "lingua", "langdetect"):
        assert results[who]["accuracy"]["sv"]["4+"] == 1.0
    assert results["ours"]["told_of"]["nb"]["7+"] == 1.0
    assert results["ours"]["answered_in"]["fi"]["1-3"] == 1.0
    assert "ms a message" in table(results)
