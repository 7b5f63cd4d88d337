import pytest

from bot.engine.evaluate import answered_themes, confusions, curve, judged, report, table

THEMES = {"permits", "fees", "jobs", "counsellor_booking", "human_handoff"}


def parsed(*themes, intent=None, entities=()):
    ranked = [{"name": name, "confidence": chance} for name, chance in themes]
    intents = [{"name": f"{name}_first", "confidence": chance} for name, chance in themes]
    found = [{"entity": name, "value": value} for name, value in entities]
    return {
        "intent": {"name": intent or (intents[0]["name"] if intents else None)},
        "intent_ranking": intents,
        "theme_ranking": ranked,
        "entities": found,
    }


def asked(lang, text, *themes):
    return {"id": "1", "lang": lang, "text": text, "themes": list(themes)}


def read(question, *themes, ms=5, **kinds):
    return judged(question, parsed(*themes, **kinds), ms, THEMES)


def test_people_are_answered_about_the_topics_themes_booking_and_a_human(tmp_path):
    (tmp_path / "permits.yml").write_text("{}")
    assert answered_themes(tmp_path) == {"permits", "counsellor_booking", "human_handoff"}


def test_booking_and_handoff_have_the_names_of_the_questions():
    assert read(asked("en", "see someone", "counsellor_booking"), ("booking", 0.9)).right
    assert read(asked("en", "a human", "human_handoff"), ("handoff", 0.9)).right


def test_a_crisis_is_answered_as_its_theme_whatever_else_was_likely():
    found = parsed(("jobs", 0.9), intent="crisis")
    themes = THEMES | {"discrimination_abuse_help"}
    assert judged(asked("en", "he hits me", "discrimination_abuse_help"), found, 5, themes).right
    assert judged(asked("en", "he hits me", "discrimination_abuse_help"), found, 5, themes).answered


def test_a_doubted_question_counts_as_not_answered_but_its_theme_still_counts():
    answer = read(asked("en", "fee?", "permits"), ("permits", 0.2), ("fees", 0.1), intent="nlu_fallback")
    assert answer.right
    assert not answer.answered
    assert answer.intent == "permits_first"
    assert report([answer])["in_scope_accuracy"] == 0
    assert report([answer])["languages"]["en"]["top1"] == 1


def test_any_of_several_themes_is_right():
    assert read(asked("en", "x", "fees", "permits"), ("permits", 0.9)).right


def test_the_nearest_three_are_what_could_be_offered():
    ranking = [("smalltalk", 0.3), ("fees", 0.2), ("affirm", 0.15), ("jobs", 0.1), ("booking", 0.1), ("permits", 0.05)]
    assert read(asked("en", "x", "counsellor_booking"), *ranking).nearest == ["fees", "jobs", "counsellor_booking"]
    assert read(asked("en", "x", "counsellor_booking"), *ranking).near
    assert not read(asked("en", "x", "permits"), *ranking).near


@pytest.mark.parametrize(
    ("ranking", "intent", "refused"),
    [
        ([("out_of_scope", 0.9)], None, True),
        ([("smalltalk", 0.9)], None, True),
        ([("stop", 0.9)], None, True),
        ([("fees", 0.2)], "nlu_fallback", True),
        ([("fees", 0.9)], None, False),
        ([("handoff", 0.9)], None, False),
        ([], None, True),
    ],
)
def test_outside_the_scope_it_is_right_to_answer_no_topic(ranking, intent, refused):
    for theme in ("out_of_scope", "smalltalk"):
        figures = report([read(asked("en", "pizza", theme), *ranking, intent=intent)])
        assert figures["out_of_scope_recall"] == refused
        assert figures["in_scope_accuracy"] is None
        assert figures["languages"]["en"]["top1"] is None


def test_the_report_has_exactly_what_others_read():
    answers = [
        read(asked("sv", "hur länge", "permits"), ("permits", 0.9), ms=10, entities=[("conversation_language", "sv")]),
        read(asked("sv", "vad kostar det nu då", "fees"), ("permits", 0.9), ("fees", 0.05), ms=20),
        read(asked("ar", "كم", "out_of_scope"), ("permits", 0.3), ms=30, entities=[("other_language", "ar")]),
    ]
    assert report(answers) == {
        "n": 3,
        "languages": {
            "sv": {
                "n": 2, "top1": 0.5, "top3": 1.0,
                "language_accuracy": {"1-3": 1.0, "4-6": 0.0, "7+": None},
            },
            "ar": {
                "n": 1, "top1": None, "top3": None,
                "language_accuracy": {"1-3": 1.0, "4-6": None, "7+": None},
            },
        },
        "in_scope_accuracy": 0.5,
        "out_of_scope_recall": 0.0,
        "ms_median": 20,
    }
    assert confusions(answers) == [("fees", "permits", 1), ("out_of_scope", "permits", 1)]


def test_the_worst_confusion_comes_first():
    wrong = read(asked("en", "x", "fees"), ("permits", 0.9))
    assert confusions([read(asked("en", "y", "jobs"), ("permits", 0.9)), wrong, wrong])[0] == ("fees", "permits", 2)


def test_a_higher_threshold_answers_less_and_refuses_more():
    answers = [
        read(asked("en", "a", "fees"), ("fees", 0.9)),
        read(asked("en", "b", "fees"), ("fees", 0.4)),
        read(asked("en", "c", "fees"), ("jobs", 0.9)),
        read(asked("en", "d", "out_of_scope"), ("jobs", 0.5)),
        read(asked("en", "e", "smalltalk"), ("smalltalk", 0.9)),
    ]
    assert curve(answers, [0.0, 0.45, 0.6]) == [(0.0, 0.667, 0.5), (0.45, 0.333, 0.5), (0.6, 0.333, 1.0)]


def test_a_curve_of_questions_in_scope_only_has_no_recall():
    assert curve([read(asked("en", "a", "fees"), ("fees", 0.9))], [0.5]) == [(0.5, 1.0, None)]


def test_without_questions_there_are_no_figures():
    assert report([])["in_scope_accuracy"] is None
    assert report([])["n"] == 0


def test_the_table_shows_every_language_and_a_dash_for_nothing():
    lines = table(report([read(asked("fi", "mitä maksaa", "fees"), ("fees", 0.9))]))
    assert any(line.startswith("fi") and "1.000" in line and "–" in line for line in lines)
