"""What comes of the programme finder: the suggestions, the paper, and what is said when it is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking_words import button
from actions.context import Office, OfficeAction
from actions.finder_answers import CHANGE, CONSENT, HEALTH, SLOTS, USED, answers_of, is_complete, without_health
from actions.finder_words import near, paper, past, said_lines, suggestions
from actions.short_form import ALL, FORGET, MENU, NOT_NEEDED
from actions.voice import Voice
from bot.dates_spoken import HELSINKI
from bot.office import papers
from bot.office.conversations import UnknownConversation
from bot.office.programme_catalogue import Catalogue, load
from bot.office.programmes import Answers, Result, find
from bot.texts import spell_full_date

KIND = "programmes"  # of the paper
CHOOSE = "finder_choose"
# The booking's topic that the goal speaks of; the rest is asked.
TOPIC_OF_GOAL = {"job": "jobsearch", "own_field": "jobsearch", "language": "training", "study": "training"}


class FinderResult(OfficeAction):
    """The form has ended: with all answers, or because something is to be changed or forgotten."""

    def name(self) -> str:
        return "action_finder_result"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        change, catalogue, voice = tracker.get_slot(CHANGE), load(), Voice.of(tracker, office.words())
        if change == FORGET:
            with office.database.session() as session:
                papers.forget(session, tracker.sender_id, KIND)
            dispatcher.utter_message(response="utter_finder_forgotten")
            return [SlotSet(CHANGE, None)]
        if change == MENU or not is_complete(tracker.slots):
            dispatcher.utter_message(response="utter_finder_change", buttons=_menu(tracker, voice))
            # Who is about to change another answer has not heard the result yet: health waits for it.
            return [SlotSet(CHANGE, None)]
        answers = answers_of(tracker.slots)
        _tell(dispatcher, find(answers, catalogue), catalogue, voice, office, health=_about_health(tracker))
        _keep(tracker.sender_id, answers, catalogue, voice, office)
        left = {**without_health(tracker.slots), CHANGE: None, "topic": None}
        return [SlotSet(slot, value) for slot, value in left.items()]


def _about_health(tracker: Tracker) -> str | None:
    """The name of what is to be said about the answer on health: that it goes now, or that it is gone."""
    if tracker.get_slot(HEALTH) not in (None, NOT_NEEDED):
        return "finder_health_deleted"
    return "finder_health_gone" if tracker.get_slot(CONSENT) == USED else None


def _tell(
    dispatcher: CollectingDispatcher,
    result: Result,
    catalogue: Catalogue,
    voice: Voice,
    office: Office,
    *,
    health: str | None,
) -> None:
    dispatcher.utter_message(
        response="utter_finder_result",
        said=said_lines(result.answers, voice),
        suggestions=suggestions(result, voice),
        buttons=[_topic_button(one.programme.topic, voice) for one in result.suggestions],
    )
    if result.near:
        dispatcher.utter_message(response="utter_finder_near", programmes=near(result.near, voice))
    if result.past:
        dispatcher.utter_message(response="utter_finder_past", programmes=past(result.past, voice))
    today = office.clock().astimezone(HELSINKI).date()
    next_ = [voice.text(health)] if health else []
    next_ += [voice.text("answer_overdue")] if today > catalogue.review_by else []
    next_.append(voice.text("finder_next", day=spell_full_date(catalogue.checked_on, voice.language)))
    dispatcher.utter_message(
        response="utter_finder_next", next="\n\n".join(next_), buttons=_next_buttons(result, voice)
    )


def _next_buttons(result: Result, voice: Voice) -> list[dict[str, str]]:
    topic = TOPIC_OF_GOAL.get(result.answers.goal or "")
    buttons = [
        button(voice.text("finder_book_button"), "booking_make", **({"booking_topic": topic} if topic else {})),
        button(voice.text("finder_change_button"), CHOOSE, **{CHANGE: MENU}),
    ]
    if any(one.missing == "situation" for one in result.near) or result.answers.situation == "looking":
        buttons.append(_topic_button("jobsearch_register_start", voice))
    if result.answers.goal == "own_field":
        buttons.append(button(voice.text("recognition_route_button"), "recognition_route"))
    return buttons


def _topic_button(topic: str, voice: Voice) -> dict[str, str]:
    return button(voice.texts.title(topic, voice.language), topic)


def _keep(conversation: str, answers: Answers, catalogue: Catalogue, voice: Voice, office: Office) -> None:
    """As a paper of the conversation, found anew without what was told about health, and without the services that
    depend on it. Channels without a conversation keep nothing."""
    now, kept = office.clock(), replace(answers, work_ability=None)
    result = find(kept, catalogue)
    shown = tuple(one for one in result.suggestions if "work_ability" not in one.programme.conditions)
    text = paper(replace(result, suggestions=shown), catalogue, voice, now.astimezone(HELSINKI).date())
    content = {name: value for name, value in vars(kept).items() if name != "work_ability"}
    try:
        with office.database.session() as session:
            papers.keep(session, conversation, KIND, text=text, content=content, language=voice.language, now=now)
    except UnknownConversation:
        pass  # `rasa shell` and the like


def _menu(tracker: Tracker, voice: Voice) -> list[dict[str, str]]:
    """A button for each answer that was given; health is asked for again only through its consent."""
    slots = {name: slot for name, slot in SLOTS.items() if slot != HEALTH}
    given = [name for name, slot in slots.items() if tracker.get_slot(slot) not in (None, NOT_NEEDED)]
    buttons = [button(voice.text(f"finder_name_{name}"), CHOOSE, **{CHANGE: name}) for name in given]
    return [*buttons, button(voice.text("finder_again_button"), CHOOSE, **{CHANGE: ALL})]


class FinderStop(OfficeAction):
    def name(self) -> str:
        return "action_finder_stop"

    def work(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        office: Office,  # noqa: ARG002 - as in every action
    ) -> list[EventType]:
        """The answers stay, for who comes back; but for the one about health."""
        dispatcher.utter_message(response="utter_finder_stopped")
        left: dict[str, Any] = {HEALTH: None}
        if tracker.get_slot(HEALTH) not in (None, NOT_NEEDED):
            left[CONSENT] = None
        return [SlotSet(slot, value) for slot, value in left.items()]
