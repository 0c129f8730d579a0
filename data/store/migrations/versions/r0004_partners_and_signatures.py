"""What partners say beside their grades, and signatures under fairness reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "partner_records",
        sa.Column("partner", sa.String(200)),
        sa.Column("kind", sa.String(20)),
        sa.Column("situation_id", sa.String(200)),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("partner", "kind", "situation_id", name="pk_partner_records"),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.String(200)),
        sa.Column("review", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
    )
    op.create_index("ix_signatures_review", "signatures", ["review"])
