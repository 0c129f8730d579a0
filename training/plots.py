"""The pictures that go with a run: told chances against what came, what more outcomes bring, feature effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from features.pairs import PairFeatures
from models.rankers.protocol import Ranker

SIZE = (6.4, 4.2)
INK = "#1d70b8"
GREY = "#505a5f"
LINES = (":", "--", "-.")
"""One for each of the orders that need no learning, so that colour is not all that tells them apart."""


def draw_all(folder: Path, report: Mapping[str, Any], ranker: Ranker, pairs: PairFeatures) -> None:
    """Draw every plot of a run into a folder as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    said = " (simulated)" if report["simulated"] else ""
    calibration(report["chances"]["reliability"], said).savefig(folder / "calibration.png")
    learning_curve(report, said).savefig(folder / "learning_curve.png")
    ndcg_by_outcomes(report["by_outcomes"], said).savefig(folder / "ndcg_by_outcomes.png")
    effects(ranker, pairs, said).savefig(folder / "award_effects.png")
    rankings(report, said).savefig(folder / "rankings.png")


def calibration(told_and_seen: Sequence[tuple[float, float, int]], said: str) -> Figure:
    """Told chance against the observed rate; on the diagonal they agree. Empty where no chance is told."""
    figure, axes = _figure(f"Told chance and what came of it{said}", "told chance", "share awarded")
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
    if told_and_seen:
        told, seen, counts = np.array(told_and_seen, dtype=np.float64).T
        error = 1.96 * np.sqrt(np.maximum(seen * (1 - seen), 0.01) / counts)
        axes.errorbar(told, seen, yerr=error, fmt="o", color=INK, capsize=3)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return figure


def learning_curve(report: Mapping[str, Any], said: str) -> Figure:
    """What more outcomes to learn from bring, beside the orders that need no learning."""
    figure, axes = _figure(
        f"Learning curve of the chance of an award{said}", "pairs learned from", "nDCG@10, 95 % interval"
    )
    metric = _metric(report)
    for row, line in zip([row for row in report["rankers"] if not row["learned"]], LINES, strict=False):
        axes.axhline(row[metric]["value"], color=GREY, linestyle=line, label=_name(row["name"]))
    points = [[one[name] for name in ("pairs", "value", "low", "high")] for one in report["curve"]]
    counts, values, low, high = np.array(points, dtype=np.float64).T
    error = [values - low, high - values]
    axes.errorbar(counts, values, yerr=error, marker="o", color=INK, capsize=4, label=_name("learned"))
    axes.set_ylim(0, 1)
    axes.legend(fontsize=8)
    return figure


def ndcg_by_outcomes(steps: Sequence[Mapping[str, Any]], said: str) -> Figure:
    """How well needs are served by how much was known of the grant that met them."""
    figure, axes = _figure(
        f"nDCG@10 by number of outcomes known{said}", "past awards of the grant that met the need", "nDCG@10"
    )
    names = list(steps[0]["ndcg_at_10"]) if steps else []
    for name, line in zip(names, (*LINES, (0, (5, 1)), "-"), strict=False):
        values = [step["ndcg_at_10"][name] for step in steps]
        colour = INK if name in ("learned", "served") else GREY
        axes.plot(range(len(steps)), values, marker="o", linestyle=line, color=colour, label=_name(name))
    axes.set_xticks(range(len(steps)), [_step(step) for step in steps], fontsize=8)
    axes.set_ylim(0, 1)
    if names:
        axes.legend(fontsize=8)
    return figure


def _step(step: Mapping[str, Any]) -> str:
    first, below = step["from"], step["below"]
    span = f"{first}+" if below is None else str(first) if below == first + 1 else f"{first}–{below - 1}"
    return f"{span}\n{step['needs']} needs"


def _metric(report: Mapping[str, Any]) -> str:
    """Against the true chances where the world is made, else against what was awarded."""
    return "ndcg_at_10_chance" if "ndcg_at_10_chance" in report["rankers"][0] else "ndcg_at_10"


def _name(name: str) -> str:
    return {"learned": "chance of an award", "served": "as served"}.get(name, name.replace("_", " "))


def effects(ranker: Ranker, pairs: PairFeatures, said: str) -> Figure:
    """How far each column moves scores on average, the strongest on top."""
    moved = np.abs(ranker.contributions(pairs)[:, :-1])
    strength = moved.mean(axis=0) if len(moved) else np.zeros(len(ranker.columns))
    order = np.argsort(strength)
    figure, axes = _figure(
        f"What moves the chance of an award{said}", "mean distance that it moves the log-odds", ""
    )
    axes.barh([ranker.columns[place] for place in order], strength[order], color=INK)
    axes.tick_params(axis="y", labelsize=7)
    return figure


def rankings(report: Mapping[str, Any], said: str) -> Figure:
    """nDCG@10 of each ranking with its interval."""
    rows = report["rankers"]
    metric = _metric(report)
    figure, axes = _figure(f"nDCG@10 by ranking{said}", "", "nDCG@10")
    for place, row in enumerate(rows):
        found = row[metric]
        error = [[found["value"] - found["low"]], [found["high"] - found["value"]]]
        axes.errorbar(
            [place], [found["value"]], yerr=error, fmt="o", color=INK if row["learned"] else GREY, capsize=4
        )
    axes.set_xticks(range(len(rows)), [_name(row["name"]) for row in rows])
    axes.set_ylim(0, 1)
    return figure


def _figure(title: str, across: str, up: str) -> tuple[Figure, Any]:
    figure = Figure(figsize=SIZE, dpi=110, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(visible=True, alpha=0.25)
    return figure, axes
