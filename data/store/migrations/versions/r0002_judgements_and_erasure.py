"""Partners' judgements, and the marks that keep an erased person from coming back."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Make the tables and draw this store's salt."""
    op.create_table(
        "judgements",
        sa.Column("id", sa.String(200)),
        sa.Column("partner", sa.String(200), nullable=False),
        sa.Column("situation_id", sa.String(200), nullable=False),
        sa.Column("grant_id", sa.String(200), nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("judged_on", sa.Date, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
        sa.CheckConstraint("grade BETWEEN 0 AND 3", name="ck_judgements_grade"),
    )
    op.create_index("ix_judgements_partner", "judgements", ["partner"])
    op.create_table("erased", _bytes("mark"), sa.PrimaryKeyConstraint("mark", name="pk_erased"))
    salt = op.create_table("salt", _bytes("bytes"), sa.PrimaryKeyConstraint("bytes", name="pk_salt"))
    op.bulk_insert(salt, [{"bytes": secrets.token_bytes(32)}])


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(32))
