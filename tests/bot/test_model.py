import io
import tarfile

import pytest

from bot.model import NoModel, fingerprint, model_to_serve
from bot.settings import Settings


@pytest.fixture
def project(tmp_path):
    for folder in ("nlu/fi", "stories", "content/topics", "content/fi", "bot/engine", "requirements", "models"):
        (tmp_path / folder).mkdir(parents=True)
    for file, text in {
        "config.yml": "pipeline: []", "domain.yml": "intents: []", "requirements/engine.lock": "rasa==3.6.21",
        "nlu/fi/dialogue.yml": "nlu: []", "stories/dialogue.yml": "rules: []",
        "content/topics/interview.yml": "interview_prepare: {checked_on: 2026-11-22}",
        "content/fi/interview.yml": "interview_prepare: {title: Haastattelu}",
        "bot/engine/intents.py": "x = 1", "bot/engine/responses.py": "y = 1",
    }.items():
        (tmp_path / file).write_text(text)
    return tmp_path


@pytest.mark.parametrize("file", ["config.yml", "nlu/fi/dialogue.yml", "stories/dialogue.yml", "bot/engine/intents.py",
                                  "requirements/engine.lock"])
def test_a_change_of_what_training_reads_asks_for_a_new_model(project, file):
    before = fingerprint(project)
    (project / file).write_text("changed: true")
    assert fingerprint(project) != before


def test_a_new_topic_asks_for_a_new_model(project):
    before = fingerprint(project)
    (project / "content/topics/interview.yml").write_text("interview_prepare: {}\ninterview_after: {}")
    assert fingerprint(project) != before


def test_a_change_of_sentences_dates_or_serving_code_does_not(project):
    before = fingerprint(project)
    (project / "content/fi/interview.yml").write_text("interview_prepare: {title: Työhaastattelu}")
    (project / "content/topics/interview.yml").write_text("interview_prepare: {checked_on: 2026-12-01}")
    (project / "bot/engine/responses.py").write_text("y = 2")
    assert fingerprint(project) == before


def archive(path, name):
    with tarfile.open(path, "w:gz") as made:
        entry = tarfile.TarInfo(name)
        entry.size = 2
        made.addfile(entry, io.BytesIO(b"{}"))


def test_a_missing_model_says_how_to_train_one(project):
    with pytest.raises(NoModel, match="train it with"):
        model_to_serve(Settings(), project)


def test_a_model_that_was_cut_short_is_named_as_broken(project):
    path = project / "models" / f"polku-{fingerprint(project)}.tar.gz"
    archive(path, "metadata.json")
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(NoModel, match="broken"):
        model_to_serve(Settings(), project)


def test_an_archive_of_something_else_is_not_taken_for_a_model(project):
    path = project / "other.tar.gz"
    archive(path, "holiday.jpg")
    with pytest.raises(NoModel, match="not a Rasa model"):
        model_to_serve(Settings(model=str(path)), project)


def test_a_sound_model_is_served(project):
    path = project / "other.tar.gz"
    archive(path, "metadata.json")
    assert model_to_serve(Settings(model=str(path)), project) == path
