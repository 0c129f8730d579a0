"""The pictures that go with a run: told chances against what came, gain by number of outcomes, feature effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from features.pairs import PairFeatures
from models.ranker import Ranker

SIZE = (6.4, 4.2)
INK = "#1d70b8"
GREY = "#505a5f"


def draw_all(folder: Path, report: Mapping[str, Any], ranker: Ranker, pairs: PairFeatures) -> None:
    """Draw every plot of a run into a folder as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    said = " (simulated)" if report["simulated"] else ""
    calibration(report["chances"]["reliability"], said).savefig(folder / "calibration.png")
    learning_curve(report["curve"], said).savefig(folder / "learning_curve.png")
    effects(ranker, pairs, said).savefig(folder / "feature_effects.png")
    rankings(report, said).savefig(folder / "rankings.png")


def calibration(told_and_seen: Sequence[tuple[float, float, int]], said: str) -> Figure:
    """Told chance against the observed rate; on the diagonal they agree."""
    figure, axes = _figure(f"Told chance and what came of it{said}", "told chance", "share awarded")
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
    if told_and_seen:
        told, seen, counts = np.array(told_and_seen, dtype=np.float64).T
        error = 1.96 * np.sqrt(np.maximum(seen * (1 - seen), 0.01) / counts)
        axes.errorbar(told, seen, yerr=error, fmt="o", color=INK, capsize=3)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return figure


def learning_curve(curve: Sequence[tuple[int, float]], said: str) -> Figure:
    """What more outcomes bring."""
    figure, axes = _figure(
        f"Gain by number of outcomes{said}", "decided applications learned from", "nDCG@10"
    )
    axes.plot([count for count, _ in curve], [value for _, value in curve], marker="o", color=INK)
    axes.set_ylim(bottom=0)
    return figure


def effects(ranker: Ranker, pairs: PairFeatures, said: str) -> Figure:
    """How far each column moves scores on average, the strongest on top."""
    moved = np.abs(ranker.contributions(pairs)[:, :-1])
    strength = moved.mean(axis=0) if len(moved) else np.zeros(len(ranker.columns))
    order = np.argsort(strength)
    figure, axes = _figure(f"What moves the order{said}", "mean distance that it moves a score", "")
    axes.barh([ranker.columns[place] for place in order], strength[order], color=INK)
    axes.tick_params(axis="y", labelsize=7)
    return figure


def rankings(report: Mapping[str, Any], said: str) -> Figure:
    """nDCG@10 of each ranking with its interval."""
    rows = report["rankers"]
    metric = "ndcg_at_10_chance" if "ndcg_at_10_chance" in rows[0] else "ndcg_at_10"
    figure, axes = _figure(f"nDCG@10 by ranking{said}", "", "nDCG@10")
    for place, row in enumerate(rows):
        found = row[metric]
        error = [[found["value"] - found["low"]], [found["high"] - found["value"]]]
        axes.errorbar(
            [place], [found["value"]], yerr=error, fmt="o", color=INK if row["learned"] else GREY, capsize=4
        )
    axes.set_xticks(range(len(rows)), [row["name"].replace("_", " ") for row in rows])
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
