import numpy as np
import pytest

from bot.engine.intent_model import GROUPS, IntentModel, groups_alike

EXAMPLES = {
    "fee": ["what does it cost", "how much is the fee", "price of the permit", "is it free of charge"],
    "time": ["how long does it take", "when will it be ready", "waiting time", "how many weeks must i wait"],
    "place": ["where do i go", "which office is it", "the address please", "in which street are you"],
}
THEMES = {"fee": "permits", "time": "permits", "place": "offices"}
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
INTENTS = [intent for intent, texts in EXAMPLES.items() for _ in texts]


def vectors_of(texts):
    return np.random.default_rng(len(texts)).normal(size=(len(texts), 8)).astype(np.float32)


def learned(themes=THEMES, **options):
    return IntentModel.train(
        TEXTS, vectors_of(TEXTS), INTENTS, [themes[one] for one in INTENTS] if themes else None, **options
    )


@pytest.fixture(scope="module")
def model():
    return learned()


def test_what_was_learned_is_recognised(model):
    of_themes, of_intents = model.chances(TEXTS, vectors_of(TEXTS))
    assert [model.intents[place] for place in of_intents.argmax(axis=1)] == INTENTS
    assert [model.themes[place] for place in of_themes.argmax(axis=1)] == [THEMES[one] for one in INTENTS]


def test_a_themes_chance_is_that_of_its_intents(model):
    of_themes, of_intents = model.chances(["entirely new"], vectors_of(["x"]))
    assert of_themes.shape == (1, 2)
    assert of_intents.shape == (1, 3)
    assert of_themes.sum() == pytest.approx(1)
    of_permits = sum(of_intents[0, model.intents.index(name)] for name in ("fee", "time"))
    assert of_permits == pytest.approx(of_themes[0, model.themes.index("permits")])


def test_without_themes_the_intents_are_told_apart_all_the_same():
    model = learned(themes=None)
    of_themes, of_intents = model.chances(TEXTS, vectors_of(TEXTS))
    assert of_themes.tolist() == [[1.0]] * len(TEXTS)
    assert [model.intents[place] for place in of_intents.argmax(axis=1)] == INTENTS


def test_a_theme_with_many_examples_does_not_win_by_their_number():
    """Half way between a theme of 6 examples and one of 120, the small one has its say."""
    rng = np.random.default_rng(0)
    one, other = np.eye(8, dtype=np.float32)[:2]
    vectors = np.vstack([one + 0.2 * rng.normal(size=(120, 8)), other + 0.2 * rng.normal(size=(6, 8))])
    texts = [f"text {number}" for number in range(126)]
    intents = ["large"] * 120 + ["small"] * 6
    model = IntentModel.train(texts, vectors.astype(np.float32), intents, intents)
    chances, _ = model.chances(["new"], (one * 0.3 + other * 0.7)[np.newaxis])
    assert model.themes[chances[0].argmax()] == "small"


def test_a_model_read_from_disk_says_the_same(model, tmp_path):
    model.save(tmp_path)
    texts = ["how long is the waiting", "price"]
    again = IntentModel.read(tmp_path).chances(texts, vectors_of(texts))
    for ours, theirs in zip(model.chances(texts, vectors_of(texts)), again, strict=True):
        assert theirs == pytest.approx(ours, abs=1e-6)


def test_nothing_on_disk_is_a_pickle(model, tmp_path):
    model.save(tmp_path)
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".json", ".json", ".npz", ".npz"]
    np.load(tmp_path / "intents.npz", allow_pickle=False).close()


def test_two_intents_are_enough():
    model = IntentModel.train(TEXTS[:8], vectors_of(TEXTS[:8]), INTENTS[:8])
    _, chances = model.chances(TEXTS[:8], vectors_of(TEXTS[:8]))
    assert [model.intents[place] for place in chances.argmax(axis=1)] == INTENTS[:8]


def test_a_kernel_made_in_several_blocks_is_the_same(monkeypatch):
    whole = learned().chances(TEXTS, vectors_of(TEXTS))
    monkeypatch.setattr("bot.engine.intent_model.ROWS", 5)
    for one, other in zip(whole, learned().chances(TEXTS, vectors_of(TEXTS)), strict=True):
        assert other == pytest.approx(one, abs=1e-5)


def test_what_is_held_back_are_whole_groups_of_an_intent():
    """Two sentences that mean nearly the same are held back together, or what was measured would flatter."""
    rng = np.random.default_rng(0)
    centres = np.repeat(rng.normal(size=(2 * GROUPS, 8)), 5, axis=0)
    meant = (centres + 0.01 * rng.normal(size=centres.shape)).astype(np.float32)
    groups = groups_alike(meant, np.repeat([0, 1], 5 * GROUPS))
    for five in groups.reshape(-1, 5):
        assert len(set(five)) == 1
    assert len(set(groups)) == GROUPS


def test_a_calibrated_model_is_less_sure_where_examples_contradict_each_other():
    texts = [f"sentence number {number}" for number in range(120)]
    vectors = np.random.default_rng(1).normal(size=(120, 16)).astype(np.float32)
    intents = ["fee", "time", "place"] * 40  # pure chance
    raw = IntentModel.train(texts, vectors, intents, intents, calibrate=False)
    honest = IntentModel.train(texts, vectors, intents, intents)
    new = np.random.default_rng(2).normal(size=(50, 16)).astype(np.float32)
    asked = ["something else"] * 50
    assert honest.chances(asked, new)[0].max(axis=1).mean() < raw.chances(asked, new)[0].max(axis=1).mean() - 0.05
