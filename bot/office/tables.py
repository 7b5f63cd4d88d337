"""What the office keeps, as SQLAlchemy tables. Alembic's migrations must lead to exactly this.

Times are stored in UTC and come back aware, on SQLite as on PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UTCDateTime(TypeDecorator[datetime]):
    """SQLite forgets the zone; this gives it back, and refuses a naive time on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UTCDateTime, dict[str, Any]: JSON, list[str]: JSON}


class Conversation(Table):
    """One person on one channel. `id` is unguessable and is Rasa's sender id too."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))  # widget | telegram | terminal
    # the channel's own id of the person, if any
    channel_user: Mapped[str | None] = mapped_column(String(100))
    language: Mapped[str | None] = mapped_column(String(8))  # the language we answer in
    # the person chose it; texts no longer change it
    language_chosen: Mapped[bool] = mapped_column(default=False)
    register: Mapped[str] = mapped_column(String(8), default="normal")  # normal | plain
    locale: Mapped[str | None] = mapped_column(String(20))  # what the page or Telegram said; a hint only
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("channel", "channel_user"),)


class Message(Table):
    """Everything said, in order of `id`: inbox, outbox and transcript at once."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(String(12))  # person | bot | counsellor | system
    # the channel's own id: seen twice, handled once
    channel_message_id: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    # what goes to the engine if not `text` (a button's payload)
    payload: Mapped[str | None] = mapped_column(Text)
    # buttons, source, topic … as the engine gave them
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    language: Mapped[str | None] = mapped_column(String(8))
    in_reply_to: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    # person: received → answered | with_human.  others: queued → sent | failed;
    # withheld: the bot's, kept for the desk, not shown to the person, as a human was in the conversation
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("conversation_id", "channel_message_id"),
        Index("ix_messages_conversation", "conversation_id", "id"),
        Index("ix_messages_state", "state", "id"),
    )


class Counsellor(Table):
    __tablename__ = "counsellors"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    languages: Mapped[list[str]]
    topics: Mapped[list[str]]  # keys of booking topics, see content/*/booking.yml
    meetings: Mapped[list[str]]  # onsite | phone | video
    place: Mapped[str] = mapped_column(String(100))
    demo: Mapped[bool] = mapped_column(default=False)  # plainly invented, and marked so wherever it is shown

    hours: Mapped[list[WorkingHours]] = relationship(back_populates="counsellor", cascade="all, delete-orphan")


class WorkingHours(Table):
    """A weekly rule: on `weekday` (0 = Monday), from `opens` to `closes`, Helsinki time."""

    __tablename__ = "working_hours"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    counsellor_id: Mapped[int] = mapped_column(ForeignKey("counsellors.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    counsellor: Mapped[Counsellor] = relationship(back_populates="hours")


class Booking(Table):
    """A session. `blocked_from`/`blocked_to` hold the buffers too; the database refuses overlaps of
    them for one counsellor, and of the session itself for one person, while `state` is "booked"."""

    __tablename__ = "bookings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)  # what people call it by
    counsellor_id: Mapped[int] = mapped_column(ForeignKey("counsellors.id"))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    topic: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    meeting: Mapped[str] = mapped_column(String(10))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    blocked_from: Mapped[datetime]
    blocked_to: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="booked")  # booked | cancelled
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(12))  # person | counsellor

    # Joined, so that a booking says whose it is after its transaction has ended too.
    counsellor: Mapped[Counsellor] = relationship(lazy="joined", innerjoin=True)

    # What refuses overlaps is in the migrations: an exclusion constraint on PostgreSQL, triggers on SQLite.
    __table_args__ = (
        Index("ix_bookings_counsellor", "counsellor_id", "starts_at"),
        CheckConstraint("blocked_from <= starts_at AND starts_at < ends_at AND ends_at <= blocked_to", "order"),
        CheckConstraint("state IN ('booked', 'cancelled')", "state"),
    )


class Paper(Table):
    """What Polku and the person have written together (a plan, a summary), in the words that the person saw.

    A counsellor sees it only with a booking, and it gets there only with the person's yes. It goes when the
    conversation goes.
    """

    __tablename__ = "papers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # recognition, programmes …
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the answers behind the text, free of language
    created_at: Mapped[datetime]
    attached_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("(booking_id IS NULL) = (attached_at IS NULL)", "attached"),)


class Handoff(Table):
    """A conversation that waits for, is with, or was with a human."""

    __tablename__ = "handoffs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10))  # waiting | active | returned | closed | expired
    reason: Mapped[str] = mapped_column(String(20))  # asked | not_understood | topic | crisis
    topic: Mapped[str | None] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8))
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    # A conversation is handed to a human once at a time; the database says so, not a check before an insert.
    __table_args__ = (
        Index(
            "uq_handoffs_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'active')"),
            postgresql_where=text("state IN ('waiting', 'active')"),
        ),
        CheckConstraint("state IN ('waiting', 'active', 'returned', 'closed', 'expired')", "state"),
    )
