"""The first tables: conversations and messages, counsellors and bookings, handoffs.

A migration is frozen: it must not import the tables, which go on changing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('waiting', 'active')")


def upgrade() -> None:
    _conversations()
    _messages()
    _counsellors()
    _bookings()
    _handoffs()


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(43), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("channel_user", sa.String(100)),
        sa.Column("language", sa.String(8)),
        sa.Column("language_chosen", sa.Boolean(), nullable=False),
        sa.Column("register", sa.String(8), nullable=False),
        sa.Column("locale", sa.String(20)),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("channel", "channel_user", name="uq_conversations_channel"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(43), nullable=False),
        sa.Column("author", sa.String(12), nullable=False),
        sa.Column("channel_message_id", sa.String(64)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text()),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("in_reply_to", sa.Integer()),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("handled_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_messages_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["in_reply_to"], ["messages.id"], name="fk_messages_in_reply_to_messages", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("conversation_id", "channel_message_id", name="uq_messages_conversation_id"),
    )
    op.create_index("ix_messages_conversation", "messages", ["conversation_id", "id"])
    op.create_index("ix_messages_state", "messages", ["state", "id"])


def _counsellors() -> None:
    op.create_table(
        "counsellors",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("meetings", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counsellors"),
        sa.UniqueConstraint("name", name="uq_counsellors_name"),
    )
    op.create_table(
        "working_hours",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("counsellor_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_working_hours"),
        sa.ForeignKeyConstraint(
            ["counsellor_id"],
            ["counsellors.id"],
            name="fk_working_hours_counsellor_id_counsellors",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_working_hours_counsellor_id", "working_hours", ["counsellor_id"])


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("counsellor_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(43)),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("meeting", sa.String(10), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("blocked_from", MOMENT, nullable=False),
        sa.Column("blocked_to", MOMENT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("cancelled_at", MOMENT),
        sa.Column("cancelled_by", sa.String(12)),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.ForeignKeyConstraint(["counsellor_id"], ["counsellors.id"], name="fk_bookings_counsellor_id_counsellors"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_bookings_conversation_id_conversations",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("code", name="uq_bookings_code"),
        sa.CheckConstraint(
            "blocked_from <= starts_at AND starts_at < ends_at AND ends_at <= blocked_to",
            name=op.f("ck_bookings_order"),
        ),
        sa.CheckConstraint("state IN ('booked', 'cancelled')", name=op.f("ck_bookings_state")),
    )
    op.create_index("ix_bookings_counsellor", "bookings", ["counsellor_id", "starts_at"])
    op.create_index("ix_bookings_conversation_id", "bookings", ["conversation_id"])
    if op.get_bind().dialect.name == "postgresql":
        _exclude_on_postgresql()
    else:
        _exclude_on_sqlite()


def _exclude_on_postgresql() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for name, column, begins, ends in OVERLAPS:
        op.execute(
            f"ALTER TABLE bookings ADD CONSTRAINT {name} EXCLUDE USING gist "
            f"({column} WITH =, tstzrange({begins}, {ends}) WITH &&) WHERE (state = 'booked')"
        )


def _exclude_on_sqlite() -> None:
    """SQLite has one writer at a time, so nothing can be inserted between the trigger's look and the row."""
    for name, column, begins, ends in OVERLAPS:
        for moment, others in (("INSERT", ""), ("UPDATE", "AND other.id <> NEW.id ")):
            op.execute(
                f"CREATE TRIGGER {name}_{moment.lower()} BEFORE {moment} ON bookings "
                f"WHEN NEW.state = 'booked' BEGIN SELECT RAISE(ABORT, '{name}') "
                f"WHERE EXISTS (SELECT 1 FROM bookings AS other "
                f"WHERE other.{column} = NEW.{column} AND other.state = 'booked' {others}"
                f"AND other.{begins} < NEW.{ends} AND NEW.{begins} < other.{ends}); END"
            )


# name, who cannot be in two places at once, from, to
OVERLAPS = (
    ("no_overlap_for_counsellor", "counsellor_id", "blocked_from", "blocked_to"),
    ("no_overlap_for_person", "conversation_id", "starts_at", "ends_at"),
)


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(43), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("topic", sa.String(60)),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("claimed_by", sa.String(100)),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("claimed_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_handoffs_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'active', 'returned', 'closed', 'expired')", name=op.f("ck_handoffs_state")
        ),
    )
    op.create_index("ix_handoffs_conversation_id", "handoffs", ["conversation_id"])
    op.create_index(
        "uq_handoffs_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
