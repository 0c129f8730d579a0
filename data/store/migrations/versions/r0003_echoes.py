"""What a placement or an application repeats of the answer: status, chance of qualifying, chance of an award."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"

STANDINGS = "'not_eligible', 'not_now', 'needs_info', 'discretionary', 'eligible'"


def upgrade() -> None:
    """Add the columns, empty in every earlier row; in plain SQL, since SQLite takes a check only with its column."""
    double = sa.Double().compile(dialect=op.get_bind().dialect)
    columns = {
        "status": ("VARCHAR(20)", f"status IN ({STANDINGS})"),
        "qualifies": (double, "qualifies >= 0 AND qualifies <= 1"),
        "success": (double, "success >= 0 AND success <= 1"),
    }
    for table in ("applications", "placements"):
        for name, (kind, check) in columns.items():
            constraint = f"CONSTRAINT ck_{table}_{name} CHECK ({check})"
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind} {constraint}")
