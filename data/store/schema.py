"""The store's tables, in words that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

STANDINGS: Final = "'not_eligible', 'not_now', 'needs_info', 'discretionary', 'eligible'"

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[Any]:
    return Column("id", String(200), primary_key=True)


def _kept() -> tuple[Column[Any], Column[Any]]:
    """What every kept record carries: a digest of its content, and the moment it was recorded."""
    return Column("digest", String(64), nullable=False), Column("recorded_at", String(27), nullable=False)


def _echoes() -> tuple[Column[Any] | CheckConstraint, ...]:
    """What a record may repeat of the answer it came from: a status and two chances, never a fact."""
    return (
        Column("status", String(20)),
        Column("qualifies", Double),
        Column("success", Double),
        CheckConstraint(f"status IN ({STANDINGS})", name="status"),
        CheckConstraint("qualifies >= 0 AND qualifies <= 1", name="qualifies"),
        CheckConstraint("success >= 0 AND success <= 1", name="success"),
    )


APPLICATIONS: Final = Table(
    "applications",
    METADATA,
    _id(),
    Column("person", String(200), nullable=False, index=True),
    Column("grant_id", String(200), nullable=False),
    Column("applied_on", Date, nullable=False, index=True),
    Column("need", Text, nullable=False),
    Column("areas", Text, nullable=False),
    Column("position", Integer),
    Column("propensity", Double),
    *_kept(),
    *_echoes(),
    CheckConstraint("position >= 1", name="position"),
    CheckConstraint("propensity > 0 AND propensity <= 1", name="propensity"),
)

OUTCOMES: Final = Table(
    "outcomes",
    METADATA,
    _id(),
    Column("application_id", ForeignKey("applications.id"), nullable=False, index=True),
    Column("result", String(20), nullable=False),
    Column("decided_on", Date, nullable=False, index=True),
    Column("amount", Double),
    Column("corrects", ForeignKey("outcomes.id"), unique=True),
    *_kept(),
    CheckConstraint("result IN ('awarded', 'declined', 'withdrawn', 'pending')", name="result"),
    CheckConstraint("amount >= 0", name="amount"),
    CheckConstraint("corrects <> id", name="corrects"),
)
FIRST_DECISION: Final = text("corrects IS NULL AND result <> 'pending'")
Index(
    "uq_outcomes_first_decision",
    OUTCOMES.c.application_id,
    unique=True,
    sqlite_where=FIRST_DECISION,
    postgresql_where=FIRST_DECISION,
)

EVENTS: Final = Table(
    "events",
    METADATA,
    _id(),
    Column("kind", String(20), nullable=False),
    Column("response_id", String(200), nullable=False, index=True),
    Column("person", String(200), index=True),
    Column("at", String(27), nullable=False, index=True),
    *_kept(),
    CheckConstraint("kind IN ('shown', 'opened', 'applied')", name="kind"),
)

PLACEMENTS: Final = Table(
    "placements",
    METADATA,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("grant_id", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("propensity", Double),
    *_echoes(),
    CheckConstraint("position >= 1", name="position"),
    CheckConstraint("propensity > 0 AND propensity <= 1", name="propensity"),
)

JUDGEMENTS: Final = Table(
    "judgements",
    METADATA,
    _id(),
    Column("partner", String(200), nullable=False, index=True),
    Column("situation_id", String(200), nullable=False),
    Column("grant_id", String(200), nullable=False),
    Column("grade", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("judged_on", Date, nullable=False),
    *_kept(),
    CheckConstraint("grade BETWEEN 0 AND 3", name="grade"),
)

PARTNER_RECORDS: Final = Table(
    "partner_records",
    METADATA,
    Column("partner", String(200), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("situation_id", String(200), primary_key=True),
    Column("content", Text, nullable=False),
    Column("recorded_at", String(27), nullable=False),
)
"""What a partner says beside grades, the newest of each kind; an empty situation stands for all of them."""

SIGNATURES: Final = Table(
    "signatures",
    METADATA,
    _id(),
    Column("review", String(64), nullable=False, index=True),
    Column("content", Text, nullable=False),
    *_kept(),
)
"""Who signed which fairness review, and what was said to each difference."""

ERASED: Final = Table("erased", METADATA, Column("mark", LargeBinary(32), primary_key=True))
"""A keyed hash of each erased pseudonym: enough to refuse it again, too little to name it."""

SALT: Final = Table("salt", METADATA, Column("bytes", LargeBinary(32), primary_key=True))
"""One row: the key of those hashes, drawn when the table is made."""
