"""Whether purposes and reasons are told rightly from the words of needs that were not learned from.

By default every labelled need is measured by a model of the other four fifths, needs that are nearly the same in one
fifth; the easier needs of `needs_more.jsonl` are learned from, in fifths too, and not measured. `--test` measures the
model of all needs on a file of needs that were written apart. A code is told from `LIKELY` on, as by the service.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from data.catalogue.codelists import PURPOSES, REASONS
from data.catalogue.facts import FactBook
from features.embedding import Embedder
from models.needs.need_model import CODES, LIKELY, labels_of
from training.graded_order import FOLDS, LabelledNeed, fit_needs, folds_of

SEED = 0
BINS = 10
"""Of equal width, in which told chances are held against what was so."""


@dataclass(frozen=True)
class OfCode:
    """How one code is told."""

    needs: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Figures:
    """The study's figures, each 0 to 1, with the number of needs that they rest on."""

    needs: int
    macro_f1: dict[str, float]
    """Of purposes and of reasons: the mean over codes that any need is about."""
    micro_f1: dict[str, float]
    all_right: float
    """Of the needs, those whose purposes are told exactly."""
    calibration_error: float
    """How far chances of purposes lie from what was so, on average over purposes and needs."""
    codes: dict[str, OfCode]


def run(
    needs: Sequence[LabelledNeed],
    embedder: Embedder,
    *,
    test: Sequence[LabelledNeed] = (),
    beside: Sequence[LabelledNeed] = (),
) -> Figures:
    """Measure `test`, or else `needs`, each by a model that has not seen it; what is `beside` is only learned from."""
    known = [*needs, *beside]
    if test:
        return measured(test, _inferred(known, test, embedder))
    folds = folds_of([need.text for need in known], embedder, seed=SEED)
    found = np.zeros((len(known), len(CODES)))
    for fold in range(FOLDS):
        seen, unseen = (
            [need for need, at in zip(known, folds, strict=True) if (at == fold) == out]
            for out in (False, True)
        )
        found[folds == fold] = _inferred(seen, unseen, embedder)
    return measured(needs, found[: len(needs)])


def _inferred(
    seen: Sequence[LabelledNeed], unseen: Sequence[LabelledNeed], embedder: Embedder
) -> NDArray[np.float64]:
    """Give (unseen, CODES) chances by a model of the seen."""
    model = fit_needs(seen, embedder, FactBook.model_validate({"facts": {}}))
    texts = [need.text for need in unseen]
    return model.infer(texts, embedder.embed(texts))


def measured(needs: Sequence[LabelledNeed], chances: NDArray[np.float64]) -> Figures:
    """Measure (needs, CODES) chances against the labels."""
    so = labels_of((*need.purposes, *need.reasons) for need in needs)
    told = chances >= LIKELY
    of_purposes = np.arange(len(CODES)) < len(PURPOSES)
    parts = {"purposes": of_purposes, "reasons": ~of_purposes}
    codes = {code: _of_code(told[:, at], so[:, at]) for at, code in enumerate(CODES) if so[:, at].any()}
    return Figures(
        len(needs),
        {
            name: float(np.mean([codes[code].f1 for code in np.array(CODES)[of] if code in codes]))
            for name, of in parts.items()
        },
        {name: _of_code(told[:, of].ravel(), so[:, of].ravel()).f1 for name, of in parts.items()},
        float((told == so)[:, of_purposes].all(axis=1).mean()),
        _calibration_error(chances[:, of_purposes].ravel(), so[:, of_purposes].ravel()),
        codes,
    )


def _of_code(told: NDArray[np.bool_], so: NDArray[np.bool_]) -> OfCode:
    both = float((told & so).sum())
    return OfCode(
        int(so.sum()),
        both / max(float(told.sum()), 1.0),
        both / max(float(so.sum()), 1.0),
        2 * both / max(float(told.sum() + so.sum()), 1.0),
    )


def _calibration_error(chances: NDArray[np.float64], so: NDArray[np.bool_]) -> float:
    """Give the mean over bins of equal width, by how many chances they hold, of |mean chance - share that was so|."""
    bins = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    off = np.bincount(bins, weights=chances - so, minlength=BINS)
    return float(np.abs(off).sum() / len(chances))


def show(found: Figures, *, as_json: bool) -> None:
    """Print the figures, as JSON or as a table."""
    if as_json:
        print(json.dumps(asdict(found)))
        return
    table = Table(
        "code", "needs", "precision", "recall", "F1", title=f"{found.needs} needs, none of them seen"
    )
    for code, one in found.codes.items():
        name = f"{code} {(PURPOSES | REASONS)[code]}"
        table.add_row(name, str(one.needs), f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}")
    console = Console()
    console.print(table)
    for part, macro in found.macro_f1.items():
        console.print(f"{part}: macro-F1 {macro:.3f}, micro-F1 {found.micro_f1[part]:.3f}")
    console.print(
        f"purposes told exactly {found.all_right:.3f}, calibration error {found.calibration_error:.4f}"
    )
