"""Tables for other tools: what has rows gives them as Arrow, pandas or Polars; nothing in them tells who asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from data.catalogue.reading import Catalogue
from data.people.outcomes import History


class Tabular(ABC):
    """Something with rows and named columns."""

    @abstractmethod
    def to_arrow(self) -> pa.Table:
        """Give the rows as an Arrow table."""

    def to_pandas(self) -> Any:
        """Give the rows as a pandas data frame."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:
        """Give the rows as a Polars data frame; needs the package polars, which is not installed with training."""
        import polars

        return polars.from_arrow(self.to_arrow())


@dataclass(frozen=True)
class Rows(Tabular):
    """A table made of rows."""

    table: pa.Table

    def to_arrow(self) -> pa.Table:
        """Give the rows as an Arrow table."""
        return self.table


GRANTS = pa.schema(
    {
        "id": pa.string(),
        "title": pa.string(),
        "funder": pa.string(),
        "route": pa.string(),
        "purposes": pa.list_(pa.string()),
        "rules": pa.int64(),
        "least": pa.float64(),
        "most": pa.float64(),
        "checked_on": pa.date32(),
    }
)
DECISIONS = pa.schema(
    {
        "application": pa.string(),
        "grant": pa.string(),
        "applied_on": pa.date32(),
        "decided_on": pa.date32(),
        "result": pa.string(),
        "purposes": pa.list_(pa.string()),
        "areas": pa.list_(pa.string()),
        "asked": pa.float64(),
        "paid": pa.float64(),
        "position": pa.int64(),
        "propensity": pa.float64(),
    }
)


def grants_of(catalogue: Catalogue) -> Rows:
    """Give a row for each grant; `rules` counts its rules, `least` and `most` are the amounts that it pays."""
    rows = [
        {
            **{name: getattr(grant, name) for name in ("id", "title", "purposes", "checked_on")},
            "funder": None if grant.funder is None else grant.funder.name,
            "route": grant.route,
            "rules": len(grant.rules),
            "least": None if grant.amount is None else _plain(grant.amount.min),
            "most": None if grant.amount is None else _plain(grant.amount.max),
        }
        for grant in catalogue.grants
    ]
    return Rows(pa.Table.from_pylist(rows, GRANTS))


def _plain(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def decisions_of(history: History) -> Rows:
    """Give a row for each application that has an outcome, withdrawn and pending ones too; no person, no words."""
    made = {application.id: application for application in history.applications}
    rows = [
        {
            "application": asked.id,
            "grant": asked.grant_id,
            "applied_on": asked.on,
            "decided_on": outcome.decided_on,
            "result": str(outcome.result),
            "purposes": asked.need.purposes,
            "areas": asked.areas,
            "asked": asked.need.amount,
            "paid": outcome.amount,
            "position": asked.position,
            "propensity": asked.propensity,
        }
        for outcome in history.outcomes
        if (asked := made.get(outcome.application_id)) is not None
    ]
    return Rows(pa.Table.from_pylist(rows, DECISIONS))
