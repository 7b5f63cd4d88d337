from bot.engine.evaluate import Answered, confusions, judged, report, theme_of

TOPICS = {"permits_fee": "permits", "permits_time": "permits", "booking_fees": "fees"}


def parsed(*ranking, entities=()):
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    found = [{"entity": name, "value": value} for name, value in entities]
    return {"intent": ranked[0], "intent_ranking": ranked, "entities": found}


def asked(lang, text, *themes):
    return {"id": "1", "lang": lang, "text": text, "themes": list(themes)}


def test_an_intent_belongs_to_the_theme_of_its_topic_file_or_of_the_dialogue():
    assert theme_of("permits_time", TOPICS) == "permits"
    assert theme_of("booking_make", TOPICS) == "counsellor_booking"
    assert theme_of("booking_fees", TOPICS) == "fees"
    assert theme_of("handoff_request", TOPICS) == "human_handoff"
    assert theme_of("smalltalk_greet", TOPICS) == "smalltalk"
    assert theme_of("out_of_scope", TOPICS) == "out_of_scope"
    assert theme_of(None, TOPICS) == "nlu_fallback"


def test_a_fallback_is_no_answer_but_the_nearest_topics_still_count():
    answer = judged(asked("en", "fee?", "permits"), parsed(("nlu_fallback", 0.3), ("permits_fee", 0.2)), 5, TOPICS)
    assert not answer.right
    assert answer.near
    assert answer.refused
    assert answer.intent == "permits_fee"


def test_any_of_several_themes_is_right():
    assert judged(asked("en", "x", "fees", "permits"), parsed(("permits_fee", 0.9)), 5, TOPICS).right


def test_the_report_counts_languages_scope_and_time():
    swedish = parsed(("permits_time", 0.9), entities=[("conversation_language", "sv")])
    answers = [
        judged(asked("sv", "hur länge", "permits"), swedish, 10, TOPICS),
        judged(asked("sv", "vad kostar det nu då", "fees"), parsed(("permits_fee", 0.9)), 20, TOPICS),
        judged(asked("ar", "كم", "out_of_scope"), parsed(("nlu_fallback", 0.3), ("permits_fee", 0.2)), 30, TOPICS),
    ]
    figures = report(answers)
    assert figures["n"] == 3
    assert figures["languages"]["sv"] == {
        "n": 2,
        "top1": 0.5,
        "top3": 0.5,
        "language_accuracy": {"1-3": 1.0, "4-6": 0.0, "7+": None},
    }
    assert "language_accuracy" not in figures["languages"]["ar"]
    assert figures["in_scope_accuracy"] == 0.5
    assert figures["out_of_scope_recall"] == 1.0
    assert figures["ms_median"] == 20
    assert ("fees", "permits", 1) in confusions(answers)


def test_without_questions_there_are_no_figures():
    assert report([])["in_scope_accuracy"] is None


def test_an_answer_outside_the_scope_is_refused_by_name():
    answer = Answered(asked("en", "pizza", "out_of_scope"), "out_of_scope", [], "out_of_scope", 0.9, "en", 1.0)
    assert answer.right
    assert answer.refused
