"""The first tables: applications, their outcomes, and what was shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def _kept() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
    )


def upgrade() -> None:
    """Make the tables."""
    _applications()
    _outcomes()
    _events()


def _applications() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.String(200)),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("grant_id", sa.String(200), nullable=False),
        sa.Column("applied_on", sa.Date, nullable=False),
        sa.Column("need", sa.Text, nullable=False),
        sa.Column("areas", sa.Text, nullable=False),
        sa.Column("position", sa.Integer),
        sa.Column("propensity", sa.Double),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.CheckConstraint("position >= 1", name="ck_applications_position"),
        sa.CheckConstraint("propensity > 0 AND propensity <= 1", name="ck_applications_propensity"),
    )
    op.create_index("ix_applications_person", "applications", ["person"])
    op.create_index("ix_applications_applied_on", "applications", ["applied_on"])


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.String(200)),
        sa.Column("application_id", sa.String(200), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("amount", sa.Double),
        sa.Column("corrects", sa.String(200)),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_outcomes_application_id"),
        sa.ForeignKeyConstraint(["corrects"], ["outcomes.id"], name="fk_outcomes_corrects"),
        sa.UniqueConstraint("corrects", name="uq_outcomes_corrects"),
        sa.CheckConstraint("result IN ('awarded', 'declined', 'withdrawn', 'pending')", name="ck_outcomes_result"),
        sa.CheckConstraint("amount >= 0", name="ck_outcomes_amount"),
        sa.CheckConstraint("corrects <> id", name="ck_outcomes_corrects"),
    )
    op.create_index("ix_outcomes_application_id", "outcomes", ["application_id"])
    op.create_index("ix_outcomes_decided_on", "outcomes", ["decided_on"])
    first = sa.text("corrects IS NULL AND result <> 'pending'")
    op.create_index(
        "uq_outcomes_first_decision",
        "outcomes",
        ["application_id"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.String(200)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("response_id", sa.String(200), nullable=False),
        sa.Column("person", sa.String(200)),
        sa.Column("at", sa.String(27), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.CheckConstraint("kind IN ('shown', 'opened', 'applied')", name="ck_events_kind"),
    )
    for column in ("response_id", "person", "at"):
        op.create_index(f"ix_events_{column}", "events", [column])
    op.create_table(
        "placements",
        sa.Column("event_id", sa.String(200)),
        sa.Column("grant_id", sa.String(200)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("propensity", sa.Double),
        sa.PrimaryKeyConstraint("event_id", "grant_id", name="pk_placements"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_placements_event_id", ondelete="CASCADE"),
        sa.CheckConstraint("position >= 1", name="ck_placements_position"),
        sa.CheckConstraint("propensity > 0 AND propensity <= 1", name="ck_placements_propensity"),
    )
