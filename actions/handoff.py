"""Asking for a human: kept, and told honestly what happens next."""

from __future__ import annotations

from datetime import datetime

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.context import Office, OfficeAction, language_of
from actions.crisis import CRISIS
from bot.office import inbox, offices
from bot.office.conversations import UnknownConversation
from bot.office.handoff import OPEN, URGENT, Outlook, asked_before, outlook, request
from bot.texts import Texts

NOT_UNDERSTOOD = "utter_did_you_mean"


class HandoffRequest(OfficeAction):
    def name(self) -> str:
        return "action_handoff_request"

    def work(self, dispatcher: CollectingDispatcher, tracker: Tracker, office: Office) -> list[EventType]:
        texts, language, conversation, now = office.words(), language_of(tracker), tracker.sender_id, office.clock()
        desk = next(iter(offices.load().values()))
        try:
            with office.database.session() as session:
                earlier = asked_before(session, conversation, than=_asked_at(session, conversation))
                again = any(one.state in OPEN for one in earlier)
                request(
                    session,
                    conversation,
                    reason=_reason(tracker),
                    language=language,
                    topic=tracker.get_slot("topic"),
                    now=now,
                )
                expected = outlook(session, desk, now=now, conversation_id=conversation)
        except UnknownConversation:
            # `rasa shell` and the like: no conversation of the office, so nobody could answer there.
            dispatcher.utter_message(response="utter_handoff_not_here")
            return []
        dispatcher.utter_message(
            response="utter_handoff_again" if again else "utter_handoff_requested",
            when=_when(expected, texts, language),
            queue=_queue(expected, texts, language),
        )
        if desk.demo and not earlier:
            dispatcher.utter_message(response="utter_handoff_demo")
        return [SlotSet(CRISIS, None)]


def _reason(tracker: Tracker) -> str:
    if tracker.get_slot(CRISIS):
        return URGENT
    return "not_understood" if _last_said(tracker) == NOT_UNDERSTOOD else "asked"


def _asked_at(session: Session, conversation: str) -> datetime | None:
    """When the message in hand was written. An engine that died over it makes the same request a second time:
    what came of the first is no earlier request. None in channels without an inbox.
    """
    in_hand = inbox.pending(session, conversation, limit=1)
    return in_hand[0].created_at if in_hand else None


def _when(expected: Outlook, texts: Texts, language: str) -> str:
    if expected.open_now:
        return texts.label("handoff_open", language)
    if expected.opens_at is None:
        return texts.label("handoff_closed", language)
    return texts.label("handoff_opens", language, moment=texts.moment(expected.opens_at, language))


def _queue(expected: Outlook, texts: Texts, language: str) -> str:
    before = expected.waiting_before
    name = {0: "handoff_queue_first", 1: "handoff_queue_second"}.get(before, "handoff_queue")
    return texts.label(name, language, before=before)


def _last_said(tracker: Tracker) -> str | None:
    """The action that spoke last, before this message."""
    return next(
        (
            event["name"]
            for event in reversed(tracker.events)
            if event["event"] == "action" and event["name"] not in ("action_listen", "action_handoff_request")
        ),
        None,
    )
