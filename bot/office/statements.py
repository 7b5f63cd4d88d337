"""What runs at every message, written once.

To write a statement down anew costs SQLAlchemy several times as much as to run it, and the ORM as much again to keep
track of objects. So these are built when the module is loaded, are run with parameters, and give plain rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, func, insert, select, update

from bot.office.tables import Table

conversations = Table.metadata.tables["conversations"]
messages = Table.metadata.tables["messages"]
handoffs = Table.metadata.tables["handoffs"]

_here = messages.c.conversation_id == bindparam("conversation")
_visible = and_(_here, messages.c.state != "withheld")
_with_human = exists().where(handoffs.c.conversation_id == bindparam("conversation"), handoffs.c.state == "active")

WITH_HUMAN = select(_with_human)

# Taking the conversation's lock and looking are two statements: on PostgreSQL one that has waited for a lock still
# sees the other tables as they were before the wait.
LOCK = select(conversations.c.language).where(conversations.c.id == bindparam("conversation")).with_for_update()
LOCK_OF_MESSAGE = (
    select(conversations.c.id, conversations.c.language)
    .where(
        conversations.c.id
        == select(messages.c.conversation_id).where(messages.c.id == bindparam("message")).scalar_subquery()
    )
    .with_for_update()
)
LOCK_AND_SEE = (  # the person is there at this moment
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(last_seen_at=bindparam("moment"))
    .returning(conversations.c.language)
)

# of the conversation, for its page
STANDING = select(
    conversations.c.language,
    conversations.c.language_chosen,
    conversations.c.register,
    conversations.c.locale,
    _with_human.label("with_human"),
).where(conversations.c.id == bindparam("conversation"))

MESSAGES_AFTER = (
    select(messages)
    .where(_visible, messages.c.id > bindparam("after"))
    .order_by(messages.c.id)
    .limit(bindparam("limit"))
)

# before a message of a person is kept
_newest = (  # that the person may see
    select(messages.c.id).where(_visible).order_by(messages.c.id.desc()).limit(1).scalar_subquery()
)
KNOWN = select(
    select(messages.c.id)
    .where(_here, messages.c.channel_message_id == bindparam("channel_message"))
    .scalar_subquery()
    .label("id"),
    _with_human.label("with_human"),
    func.coalesce(_newest, 0).label("newest"),
)
SAID = insert(messages).returning(messages)

# what the person was shown since they last wrote, and all that they were ever shown, the newest first
_last_written = (
    select(messages.c.id)
    .where(_here, messages.c.author == "person")
    .order_by(messages.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
SHOWN_LAST = (
    select(messages.c.extra).where(_visible, messages.c.id > func.coalesce(_last_written, 0)).order_by(messages.c.id)
)
SHOWN = select(messages.c.extra).where(_visible, messages.c.author != "person").order_by(messages.c.id.desc())

# what the engine has found out, unless the person has chosen something else meanwhile
LEARN_LANGUAGE = (
    update(conversations)
    .where(
        conversations.c.id == bindparam("conversation"),
        conversations.c.language.is_not_distinct_from(bindparam("asked")),
        conversations.c.language_chosen == bindparam("asked_chosen"),
    )
    .values(language=bindparam("found"), language_chosen=bindparam("found_chosen"))
)
LEARN_REGISTER = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"), conversations.c.register == bindparam("asked"))
    .values(register=bindparam("found"))
)

# the message that is next, with all that the engine must know
NEXT: Select[Any] = (
    select(
        messages.c.id,
        messages.c.text,
        messages.c.payload,
        conversations.c.language,
        conversations.c.language_chosen,
        conversations.c.register,
        conversations.c.locale,
        conversations.c.channel,
    )
    .join(conversations, messages.c.conversation_id == conversations.c.id)
    .where(_here, messages.c.state == "received")
    .order_by(messages.c.id)
    .limit(1)
)

# once it is answered
TAKE = (
    update(messages)
    .where(messages.c.id == bindparam("message"), messages.c.state == "received")
    .values(state=bindparam("taken_as"), handled_at=bindparam("moment"))
    .returning(messages.c.id)
)
BEFORE_ANSWER = select(
    _with_human.label("with_human"),
    exists().where(_here, messages.c.id > bindparam("message"), messages.c.author == "system").label("overtaken"),
    _newest.label("newest"),
)
