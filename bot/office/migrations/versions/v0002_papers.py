"""What Polku and a person have written together, and which of it a counsellor may see.

A migration is frozen: it must not import the tables, which go on changing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(43), nullable=False),
        sa.Column("booking_id", sa.Integer()),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("attached_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_papers_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name="fk_papers_booking_id_bookings", ondelete="CASCADE"
        ),
        sa.CheckConstraint("(booking_id IS NULL) = (attached_at IS NULL)", name=op.f("ck_papers_attached")),
    )
    op.create_index("ix_papers_conversation_id", "papers", ["conversation_id"])
    op.create_index("ix_papers_booking_id", "papers", ["booking_id"])
