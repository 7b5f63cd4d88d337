import json

import numpy as np
import pytest

from bot.engine.embeddings import Embeddings
from bot.engine.intent_bench import ours, read, reference_kept

LINES = {
    "fi": [("herätä minut", "alarm"), ("aseta herätys", "alarm"), ("soita jotain", "music"), ("toista laulu", "music")],
    "en": [("wake me up", "alarm"), ("set an alarm", "alarm"), ("play music", "music"), ("play a song", "music")],
}


def written(folder, name, lines):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("".join(json.dumps({"text": text, "intent": intent}) + "\n" for text, intent in lines))


@pytest.fixture
def data(tmp_path):
    for language, lines in LINES.items():
        written(tmp_path / language, "train.jsonl", lines)
        written(tmp_path / language, "test.jsonl", [*lines[:3], (lines[3][0], "alarm")])  # one label is wrong
    return tmp_path


def embeddings():
    """A vector that says which of the two it is."""
    about = {text: float(intent == "music") for lines in LINES.values() for text, intent in lines}
    return Embeddings(lambda texts: np.array([[about[text], 1 - about[text]] for text in texts], dtype=np.float32))


def test_one_model_for_all_languages_is_tested_in_each(data):
    assert ours(read(data), embeddings()) == {"en": 0.75, "fi": 0.75}


def test_a_folder_without_languages_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"train\.jsonl"):
        read(tmp_path)


@pytest.mark.parametrize("line", ['{"text": "a"}', "a b c", '"text"'])
def test_a_line_that_is_no_example_is_refused_with_its_file(data, line):
    (data / "fi" / "test.jsonl").write_text(line)
    with pytest.raises(ValueError, match=r"fi/test\.jsonl"):
        read(data)


def test_the_reference_is_measured_once_with_the_same_data(data, tmp_path):
    measured = []

    def measure(found):
        measured.append(found)
        return {"fi": 0.5, "en": 0.6}

    kept = tmp_path / "kept"
    first = reference_kept(read(data), kept, anew=False, measure=measure)
    assert first["accuracy"] == {"fi": 0.5, "en": 0.6}
    assert len(first["measured_on"]) == 10
    assert reference_kept(read(data), kept, anew=False, measure=measure) == first
    assert len(measured) == 1
    reference_kept(read(data), kept, anew=True, measure=measure)
    written(data / "fi", "train.jsonl", LINES["fi"][:3])
    reference_kept(read(data), kept, anew=False, measure=measure)
    assert len(measured) == 3
