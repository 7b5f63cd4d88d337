"""The reference is what a Rasa user would have: the template's pipeline, our data, a wording for each answer."""

import yaml

from bot.bench.reference import build
from bot.settings import ROOT
from bot.texts import Texts


def read(path):
    return yaml.safe_load(path.read_text("utf-8"))


def test_the_reference_has_the_default_pipeline_and_all_our_data(tmp_path):
    project = build(tmp_path / "reference", 5055)
    config = read(project / "config.yml")
    assert config["pipeline"] is None
    assert config["policies"] is None
    assert config["recipe"] == "default.v1"
    ours = {path.relative_to(ROOT / "nlu") for path in (ROOT / "nlu").rglob("*.yml") if path.name != "words.yml"}
    assert {path.relative_to(project / "data" / "nlu") for path in (project / "data" / "nlu").rglob("*.yml")} == ours


def test_every_topic_of_ours_is_answered_by_the_reference_in_words(tmp_path):
    project = build(tmp_path / "reference", 5055)
    domain = read(project / "domain.yml")
    rules = read(project / "data" / "topics.yml")["rules"]
    for topic in Texts.load().topics:
        assert topic in domain["intents"]
        assert len(domain["responses"][f"utter_{topic}"][0]["text"]) > 50
        assert any(rule["steps"] == [{"intent": topic}, {"action": f"utter_{topic}"}] for rule in rules)


def test_building_again_keeps_the_model_that_took_half_an_hour(tmp_path):
    project = build(tmp_path / "reference", 5055)
    (project / "models").mkdir()
    (project / "models" / "reference.tar.gz").write_bytes(b"")
    build(project, 5056)
    assert (project / "models" / "reference.tar.gz").exists()
    assert "5056" in (project / "endpoints.yml").read_text()
