"""Pictures of a review, as PNG inside the page: what may be told and nothing else, readable without colour."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure

from training.fairness.disclosure import MARKED
from training.fairness.verdicts import Verdict

WIDTH: Final = 7.2
"""Inches: a column of an A4 page."""
INK, BLUE, ORANGE, GREY = "#0b0c0c", "#1d70b8", "#b3540f", "#6f777b"
LOOK: Final[dict[str, tuple[str, str, str]]] = {
    Verdict.LIKELY: ("D", ORANGE, ORANGE),
    Verdict.NONE: ("o", BLUE, BLUE),
    Verdict.UNSURE: ("o", "white", GREY),
}
"""Verdict → marker, its filling, its line: told apart by shape and filling too."""
LABEL: Final[dict[str, str]] = {
    Verdict.LIKELY: "difference likely (filled diamond)",
    Verdict.NONE: "no difference that matters (filled circle)",
    Verdict.UNSURE: "cannot tell yet (empty circle)",
}


def forest(
    comparisons: Sequence[Mapping[str, Any]], title: str, whole: float | None, *, percent: bool
) -> str:
    """Draw each group's figure with its interval, attribute by attribute; dashed where few people stand behind it."""
    rows = [(one["attribute"], cell) for one in comparisons for cell in one["groups"]]
    figure = Figure(figsize=(WIDTH, 1.3 + 0.25 * len(rows)), dpi=110, layout="constrained")
    axes = figure.subplots()
    times = 100 if percent else 1
    used = set()
    for place, (_, cell) in enumerate(rows):
        if cell["value"] is None:
            axes.annotate(
                "withheld", (0.02, place), xycoords=("axes fraction", "data"), va="center", color=GREY
            )
            continue
        marker, filling, line = LOOK[cell["verdict"]]
        used.add(cell["verdict"])
        style = ":" if cell["people"] == MARKED else "-"
        axes.plot([times * cell["low"], times * cell["high"]], [place, place], color=line, linestyle=style)
        axes.plot(
            [times * cell["value"]], [place], marker=marker, markerfacecolor=filling, color=line, linestyle=""
        )
    if whole is not None:
        axes.axvline(times * whole, color=INK, linewidth=1, linestyle="--")
    axes.set_yticks(
        range(len(rows)), [f"{attribute}: {cell['group']} ({cell['people']})" for attribute, cell in rows]
    )
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel("%" if percent else "")
    axes.set_title(title, fontsize=11, loc="left")
    axes.grid(visible=True, axis="x", alpha=0.25)
    for verdict in (one for one in LOOK if one in used):
        marker, filling, line = LOOK[verdict]
        axes.plot(
            [], [], marker=marker, markerfacecolor=filling, color=line, linestyle="", label=LABEL[verdict]
        )
    if used:
        figure.legend(loc="outside lower center", fontsize=8, ncols=1)
    return _png(figure)


def stacked(reasons: Sequence[Mapping[str, Any]], names: Mapping[str, str], title: str) -> str:
    """Draw for each group how many grants are ruled out, by reason; reasons are told apart by hatching too."""
    rows = [one for one in reasons if one["reasons"]]
    figure = Figure(figsize=(WIDTH, 2.2 + 0.28 * len(rows)), dpi=110, layout="constrained")
    axes = figure.subplots()
    left = np.zeros(len(rows))
    shades = ("#1d70b8", "#f3c3a0", "#5694ca", "#b1b4b6", "#28a197", "#ffdd7f", "#6f777b")
    hatches = ("", "//", "..", "\\\\", "xx", "--", "")
    for (key, told), shade, hatch in zip(names.items(), shades, hatches, strict=False):
        width = np.array([one["reasons"].get(key, 0.0) for one in rows])
        axes.barh(range(len(rows)), width, left=left, color=shade, hatch=hatch, edgecolor="white", label=told)
        left += width
    axes.set_yticks(range(len(rows)), [f"{one['attribute']}: {one['group']}" for one in rows])
    axes.invert_yaxis()
    axes.set_xlabel("grants ruled out, for each person")
    axes.set_title(title, fontsize=11, loc="left")
    figure.legend(loc="outside lower center", fontsize=7, ncols=1)
    return _png(figure)


def diagonal(points: Sequence[tuple[str, float, float]], title: str, across: str, up: str) -> str:
    """Draw named points beside the line on which both sides are even."""
    figure = Figure(figsize=(WIDTH * 0.75, 4.2), dpi=110, layout="constrained")
    axes = figure.subplots()
    most = max((max(x, y) for _, x, y in points), default=1.0) * 1.1 or 1.0
    axes.plot([0, most], [0, most], color=GREY, linestyle="--", linewidth=1)
    for place, (name, x, y) in enumerate(points):
        axes.plot([x], [y], marker="os^Dv"[place % 5], color=BLUE, linestyle="")
        axes.annotate(name, (x, y), xytext=(4, 4), textcoords="offset points", fontsize=8)
    axes.set(xlim=(0, most), ylim=(0, most), xlabel=across, ylabel=up)
    axes.set_title(title, fontsize=11, loc="left")
    axes.grid(visible=True, alpha=0.25)
    return _png(figure)


def over_time(steps: Sequence[Mapping[str, Any]], keys: Mapping[str, str], title: str) -> str:
    """Draw figures of everybody over the periods, each with its own mark."""
    figure = Figure(figsize=(WIDTH, 3.2), dpi=110, layout="constrained")
    axes = figure.subplots()
    for place, (key, name) in enumerate(keys.items()):
        values = [np.nan if one["values"].get(key) is None else one["values"][key] for one in steps]
        axes.plot(
            range(len(steps)),
            values,
            marker="os^D"[place % 4],
            color=(BLUE, ORANGE, GREY, INK)[place % 4],
            label=name,
        )
    axes.set_xticks(range(len(steps)), [f"{one['period']}\n{one['bundle'][:8]}" for one in steps], fontsize=8)
    axes.set_ylim(bottom=0)
    axes.set_title(title, fontsize=11, loc="left")
    axes.grid(visible=True, alpha=0.25)
    figure.legend(loc="outside lower center", fontsize=8)
    return _png(figure)


def _png(figure: Figure) -> str:
    """Give a figure as a data address; without a day or a version in it, so that it comes out the same."""
    written = BytesIO()
    figure.savefig(written, format="png", metadata={"Software": None})
    return f"data:image/png;base64,{b64encode(written.getvalue()).decode()}"
