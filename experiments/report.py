"""One table for every study: each ranker's figures with intervals, printed, as JSON, and kept in RESULTS.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from training.intervals import mean_interval
from training.metrics import Estimate, ndcg, reciprocal_rank, top_k_found

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
HEADING: Final = (
    "# Results\n\nWritten by the studies, oldest first; intervals are 95 %, by bootstrap over queries.\n"
)
REPLICATES: Final = 2000
SEED: Final = 20

Figures = Mapping[str, NDArray[np.float64]]
"""Metric → (queries,) its value for each query."""


@dataclass(frozen=True)
class Measured:
    """One ranker's figures; the first one is the study's measure."""

    name: str
    learned: bool
    figures: dict[str, Estimate]

    @classmethod
    def of(cls, name: str, figures: Figures, owners: NDArray[np.int64], *, learned: bool) -> Measured:
        """Average each metric, with an interval from drawing whole owners (such as one recipient's queries)."""
        estimates = {
            metric: mean_interval(values, owners, np.random.default_rng(SEED), replicates=REPLICATES)
            for metric, values in figures.items()
        }
        return cls(name, learned, estimates)

    def as_dict(self) -> dict[str, Any]:
        """The row as plain JSON-ready data; `low` and `high` belong to the study's measure."""
        first = next(iter(self.figures.values()))
        return {
            "name": self.name,
            "learned": self.learned,
            **{metric: round(figure.value, 4) for metric, figure in self.figures.items()},
            "low": round(first.low, 4),
            "high": round(first.high, 4),
            "intervals": {m: [round(f.low, 4), round(f.high, 4)] for m, f in self.figures.items()},
        }


@dataclass(frozen=True)
class Report:
    """What a study found."""

    study: str
    queries: int
    rankers: Sequence[Measured]
    notes: Sequence[str] = ()
    """What a reader has to know to judge the figures."""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON-ready data."""
        rows = [row.as_dict() for row in self.rankers]
        return {
            "study": self.study,
            "queries": self.queries,
            "rankers": rows,
            "notes": list(self.notes),
            **self.extra,
        }

    def show(self, *, as_json: bool) -> None:
        """Print the report: a table for people, or one JSON object."""
        if as_json:
            print(json.dumps(self.as_dict(), ensure_ascii=False))
            return
        console = Console()
        console.print(self._table())
        for note in self.notes:
            console.print(f"- {note}", highlight=False)

    def keep(self, *, on: date, path: Path = RESULTS) -> None:
        """Append the report to the file of results."""
        held = path.read_text("utf-8") if path.is_file() else HEADING
        path.write_text(f"{held.rstrip()}\n\n{self._markdown(on)}", "utf-8")

    @property
    def _metrics(self) -> list[str]:
        return list(self.rankers[0].figures) if self.rankers else []

    def _table(self) -> Table:
        table = Table(title=f"{self.study}: {self.queries} queries")
        table.add_column("ranker")
        for metric in self._metrics:
            table.add_column(metric, justify="right")
        for row in self.rankers:
            cells = (str(row.figures[metric]) for metric in self._metrics)
            table.add_row(f"{row.name} *" if row.learned else row.name, *cells)
        return table

    def _markdown(self, on: date) -> str:
        lines = [f"## {self.study}, {on.isoformat()}: {self.queries} queries", ""]
        lines += [f"| ranker | {' | '.join(self._metrics)} |", "|---|" + "---|" * len(self._metrics)]
        for row in self.rankers:
            name = f"**{row.name}**" if row.learned else row.name
            lines.append(f"| {name} | {' | '.join(str(row.figures[metric]) for metric in self._metrics)} |")
        return "\n".join([*lines, "", *(f"- {note}" for note in self.notes), ""])


def query_figures(scores: NDArray[np.float64], awarded: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Measure rows of (queries, candidates) scores against (queries,) the place of the one awarded candidate.

    Ties count as the mean over their orders for MRR and nDCG@10, and in part for the first and the first five.
    """
    found: dict[str, list[float]] = {"mrr": [], "ndcg_at_10": [], "top_1": [], "top_5": []}
    for row, place in zip(scores, awarded, strict=True):
        good = np.arange(len(row)) == place
        found["mrr"].append(reciprocal_rank(row, good))
        found["ndcg_at_10"].append(ndcg(row, good.astype(np.float64), k=10))
        found["top_1"].append(top_k_found(row, good, k=1))
        found["top_5"].append(top_k_found(row, good, k=5))
    return {metric: np.array(values) for metric, values in found.items()}
