"""What comes of the navigator: the route, the short plan, and what is said when it is left."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.booking_words import button
from actions.context import Office, OfficeAction
from actions.recognition_answers import CHANGE, FORM, SLOTS, answers_of, is_complete
from actions.recognition_words import details, metadata, plan, said_lines, steps, verdict
from actions.short_form import ALL, FORGET, MENU, NOT_NEEDED
from actions.voice import Voice
from bot.dates_spoken import HELSINKI
from bot.office import papers
from bot.office.conversations import UnknownConversation
from bot.office.recognition import Answers, Route, route
from bot.office.recognition_catalogue import Catalogue, load

KIND = "recognition"  # of the paper; also the topic of the booking
CHOOSE = "recognition_choose"


class RecognitionRoute(OfficeAction):
    """The form has ended: with all answers, or because something is to be changed or forgotten."""

    def name(self) -> str:
        return "action_recognition_route"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        change, catalogue, voice = tracker.get_slot(CHANGE), load(), Voice.of(tracker, office.words())
        if change == FORGET:
            with office.database.session() as session:
                papers.forget(session, tracker.sender_id, KIND)
            dispatcher.utter_message(response="utter_recognition_forgotten")
            return [SlotSet(CHANGE, None)]
        if change == MENU or not is_complete(tracker.slots, catalogue):
            dispatcher.utter_message(response="utter_recognition_change", buttons=_menu(tracker, voice))
            return [SlotSet(CHANGE, None)]
        made = route(answers_of(tracker.slots), catalogue)
        _tell(dispatcher, made, catalogue, voice, office)
        _keep(tracker.sender_id, made, catalogue, voice, office)
        return [SlotSet(CHANGE, None), SlotSet("topic", None)]


def _tell(dispatcher: CollectingDispatcher, made: Route, catalogue: Catalogue, voice: Voice, office: Office) -> None:
    today = office.clock().astimezone(HELSINKI).date()
    said = said_lines(made.answers, voice, catalogue)
    dispatcher.utter_message(response="utter_recognition_verdict", said=said, verdict=verdict(made, voice))
    dispatcher.utter_message(response="utter_recognition_steps", steps=steps(made, voice))
    extra = metadata(made, catalogue, voice, today)
    dispatcher.utter_message(response="utter_recognition_details", metadata=extra, **details(made, voice))
    next_ = [voice.text("recognition_counsellor")] if made.counsellor else []
    next_ += [voice.text("answer_overdue")] if extra["overdue"] else []
    next_.append(voice.text("recognition_next"))
    other = "fuller" if voice.register == "plain" else "simpler"
    related = [topic for topic in made.related if topic in voice.texts.topics]
    buttons = [
        button(voice.text("recognition_plan_button"), "recognition_plan"),
        button(voice.text("recognition_book_button"), "booking_make", booking_topic=KIND),
        button(voice.text("recognition_change_button"), CHOOSE, **{CHANGE: MENU}),
        button(voice.text(f"answer_{other}_button"), other),
        *(button(voice.texts.title(topic, voice.language), topic) for topic in related),
    ]
    dispatcher.utter_message(response="utter_recognition_next", next="\n\n".join(next_), buttons=buttons)


def _keep(conversation: str, made: Route, catalogue: Catalogue, voice: Voice, office: Office) -> str:
    """The plan as a paper of the conversation; gives its text. Channels without a conversation keep nothing."""
    now = office.clock()
    text = plan(made, catalogue, voice, now.astimezone(HELSINKI).date())
    try:
        with office.database.session() as session:
            papers.keep(
                session, conversation, KIND, text=text, content=vars(made.answers), language=voice.language, now=now
            )
    except UnknownConversation:
        pass  # `rasa shell` and the like: the plan is said, and that is all
    return text


def _menu(tracker: Tracker, voice: Voice) -> list[dict[str, str]]:
    """A button for each answer that was given."""
    given = [name for name, slot in SLOTS.items() if tracker.get_slot(slot) not in (None, NOT_NEEDED)]
    buttons = [button(voice.text(f"recognition_name_{name}"), CHOOSE, **{CHANGE: name}) for name in given]
    return [*buttons, button(voice.text("recognition_again_button"), CHOOSE, **{CHANGE: ALL})]


class RecognitionPlan(OfficeAction):
    """The short plan: of the answers at hand, or of those that were kept."""

    def name(self) -> str:
        return "action_recognition_plan"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        catalogue, voice = load(), Voice.of(tracker, office.words())
        answers = answers_of(tracker.slots) if is_complete(tracker.slots, catalogue) else self._kept(tracker, office)
        if answers is None:
            dispatcher.utter_message(response="utter_recognition_no_plan")
            return []
        text = _keep(tracker.sender_id, route(answers, catalogue), catalogue, voice, office)
        buttons = [
            button(voice.text("recognition_book_button"), "booking_make", booking_topic=KIND),
            button(voice.text("recognition_change_button"), CHOOSE, **{CHANGE: MENU}),
        ]
        dispatcher.utter_message(response="utter_recognition_paper", paper=text, buttons=buttons)
        return []

    @staticmethod
    def _kept(tracker: Tracker, office: Office) -> Answers | None:
        with office.database.reading() as session:
            paper = papers.newest(session, tracker.sender_id, KIND)
            content: dict[str, Any] = dict(paper.content) if paper else {}
        return Answers(**content) if content else None


class RecognitionInform(OfficeAction):
    """Something of a qualification is told, though nothing was asked: it is for the route that was begun, if there is
    one."""

    def name(self) -> str:
        return "action_recognition_inform"

    def work(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        office: Office,  # noqa: ARG002 - as in every action
    ) -> list[EventType]:
        if any(tracker.get_slot(slot) not in (None, NOT_NEEDED) for slot in SLOTS.values()):
            return [FollowupAction(FORM)]
        dispatcher.utter_message(response="utter_recognition_offer")
        return []


class RecognitionStop(OfficeAction):
    def name(self) -> str:
        return "action_recognition_stop"

    def work(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,  # noqa: ARG002 - as in every action
        office: Office,  # noqa: ARG002
    ) -> list[EventType]:
        """The answers stay: who stops in the middle may come back."""
        dispatcher.utter_message(response="utter_recognition_stopped")
        return []
