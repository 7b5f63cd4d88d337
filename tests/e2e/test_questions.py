"""Real questions through the whole path: the app, the engine, the trained model."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.texts import Texts
from tests.e2e.person import Person

pytestmark = pytest.mark.engine

IN_ONE_GO = 20  # Settings.burst: who writes more at once is asked to wait

QUESTIONS = yaml.safe_load(Path(__file__).with_name("questions.yml").read_text("utf-8"))
CASES = [pytest.param(language, question["text"], question["topic"], id=f"{language}-{question['topic']}")
         for language, questions in QUESTIONS.items() for question in questions]
SIMPLER = {"fi": "voitko kertoa helpommin", "sv": "kan du säga det enklare", "en": "can you say that in easier words"}
NONSENSE = {"fi": "hölyn pölyn krimpsis vaaps", "sv": "blaha mjuggel frotsk tjorv", "en": "glorp zaffle wubbish trenk"}
UNRELATED = {"fi": "Paljonko lentolippu Espanjaan maksaa?", "sv": "Vad kostar en flygbiljett till Spanien?",
             "en": "How much is a flight to Spain?"}


@pytest.fixture(scope="module")
def ask(polku):
    """One person a language at a time, who asks as many questions as the app takes in one go; then another comes."""
    talking: dict[str, tuple[Person, int]] = {}

    def say(language, text):
        person, said = talking.get(language, (None, IN_ONE_GO))
        if said == IN_ONE_GO:
            if person:
                person.leave()
            person, said = Person(polku.url), 0
        talking[language] = (person, said + 1)
        return person.say(text)

    yield say
    for person, _ in talking.values():
        person.leave()


@pytest.mark.parametrize(("language", "text", "topic"), CASES)
def test_a_question_is_answered_with_its_source_and_the_day_it_was_checked(ask, language, text, topic):
    [answer] = ask(language, text)
    assert answer["metadata"].get("topic") == topic, answer["text"]
    assert answer["language"] == language
    assert answer["metadata"]["sources"][0]["url"].startswith("https://")
    checked = date.fromisoformat(answer["metadata"]["checked_on"])
    assert str(checked.year) in answer["metadata"]["source_line"]


@pytest.mark.parametrize("language", QUESTIONS)
def test_simpler_gives_the_same_answer_in_plain_language_and_it_stays_so(polku, language):
    person, texts = Person(polku.url, language), Texts.load()
    question = QUESTIONS[language][0]
    [normal] = person.say(question["text"])
    assert texts.answer(question["topic"], language, "normal", date.today())["text"] == normal["text"]  # noqa: DTZ011
    plain = texts.answer(question["topic"], language, "plain", date.today())["text"]  # noqa: DTZ011
    answers = person.say(SIMPLER[language])
    assert plain in "\n".join(answer["text"] for answer in answers)
    [next_one] = person.say(QUESTIONS[language][1]["text"])
    assert next_one["metadata"]["register"] == "plain"
    person.leave()


@pytest.mark.parametrize("language", QUESTIONS)
@pytest.mark.parametrize("texts", [NONSENSE, UNRELATED], ids=["nonsense", "unrelated"])
def test_what_is_not_understood_is_said_so_with_a_way_on_and_the_offer_of_a_human(polku, language, texts):
    person = Person(polku.url, language)
    [answer] = person.say(texts[language])
    assert "topic" not in answer["metadata"], answer["text"]
    assert answer["language"] == language
    payloads = [button["payload"] for button in answer["buttons"]]
    assert any(payload.startswith("/handoff_request") for payload in payloads)
    assert len(payloads) >= 2
    person.leave()


@pytest.mark.parametrize("language", QUESTIONS)
def test_each_of_the_nearest_topics_offered_can_be_pressed_or_typed_as_a_number(polku, language):
    person = Person(polku.url, language)
    person.say(NONSENSE[language])
    offered = [button for button in person.heard[-1]["buttons"] if "handoff" not in button["payload"]]
    pressed = person.press(offered[0]["payload"])
    assert pressed[0]["text"].strip()
    person.leave()


ODD = {"empty": "", "blank": "   ", "invisible": "\u200b\u200f", "emoji": "🙂🙂", "html": "<script>alert(1)</script>",
       "long": "x" * 9_000, "control": "\x00\x07 hei", "command": "/restart", "forged": '/handoff_request{"x":',
       "file": "cv.pdf", "number": "0401234567"}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_input_gets_an_answer_and_never_silence(polku, text):
    person = Person(polku.url, "en")
    sent = person.post(text)
    if sent.status_code == 422:
        assert sent.json()["text"]  # refused, and told why
    else:
        answers = person.answers_to(sent.json()["id"])
        assert answers[0]["text"].strip()
        assert "<script>" not in answers[0]["text"]
    person.leave()


def test_what_people_write_is_in_no_log(polku, ask):
    ask("en", "my secret word is abracadabra-42")
    for log in polku.data.glob("*.log"):
        assert "abracadabra-42" not in log.read_text("utf-8", errors="replace"), log.name
