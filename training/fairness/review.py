"""Puts a review together: what was measured, as it may be told, and sentences that say what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from models.rankers.bundle import Bundle
from training.fairness.applicants import measures_of
from training.fairness.comparing import NOT_STATED, Compared, compare, who
from training.fairness.disclosure import COARSE, FEW, FINE, LARGE, Told, rounded
from training.fairness.exposure import WEIGHT
from training.fairness.funders import Attention, by_band, overall
from training.fairness.lists import Lists
from training.fairness.measures import MATTERS_IN_WORDS, Kind, Measure, Names
from training.fairness.permuting import DEALS
from training.fairness.resampling import REPLICATES
from training.fairness.verdicts import DOUBT, FEWEST, Verdict
from training.metrics import reliability

SCHEMA: Final = 1
CURVE: Final = 100
"""Fewest decisions under a reliability curve."""
NOT_A_FINDING: Final = frozenset({"open_grants"})
"""Figures whose gaps may be lawful as they are, since a fund may say whom it is for; beside it stands what counts."""


@dataclass(frozen=True)
class Subject:
    """What is reviewed and by what: the bundle, the period, where the lists are from, on which day it was made."""

    bundle: Bundle
    period: str
    shown: bool
    """Whether people were shown these lists; else the bundle was never live in the period."""
    made_on: str
    prepared_by: str
    seed: int = 0


@dataclass(frozen=True)
class Made:
    """What made-up people told: comparisons, reasons, rules, and floors before and after; all simulated."""

    people: int
    compared: tuple[Compared, ...] = ()
    who: list[dict[str, str]] = field(default_factory=list)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    bands: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    grants: dict[str, Any] = field(default_factory=dict)
    floors: dict[str, Any] = field(default_factory=dict)


def assembled(
    subject: Subject,
    lists: Lists,
    attributes: Mapping[str, Names],
    bands: Mapping[str, Names],
    ids: Sequence[str],
    *,
    made: Made | None = None,
    before: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Measure everything that lists can tell and lay it out as plain data; `before` are earlier reviews."""
    measures = measures_of(lists)
    compared = compare(measures, attributes, seed=subject.seed)
    attention = Attention.of(lists, len(ids))
    made = made or Made(0)
    told = {
        "schema": SCHEMA,
        "bundle": subject.bundle.version,
        "run": subject.bundle.about.run,
        "experiment": subject.bundle.about.experiment,
        "trained_until": subject.bundle.about.trained_until.isoformat(),
        "simulated": subject.bundle.about.simulated,
        "period": subject.period,
        "shown": subject.shown,
        "made_on": subject.made_on,
        "prepared_by": subject.prepared_by,
        "people": rounded(len(lists.people)),
        "lists": rounded(len(lists.owner)),
        "who": who(attributes),
        "measures": [_overall(one) for one in measures],
        "comparisons": [one.as_dict() for one in compared],
        "reliability": _reliability(lists),
        "bands": by_band(lists, attention, bands, seed=subject.seed) if len(lists.people) >= FEWEST else {},
        "grants": overall(lists, attention, bands, ids) if len(lists.people) >= FEWEST else {},
        "made": {
            "people": made.people,
            "who": made.who,
            "measures": [_overall(one) for one in _once(made.compared)],
            "comparisons": [one.as_dict() for one in made.compared],
            "reasons": made.reasons,
            "rules": made.rules,
            "bands": made.bands,
            "grants": made.grants,
            "floors": made.floors,
        },
        "differences": [*_likely(compared, "lists"), *_likely(made.compared, "made people")],
        "method": _method(subject.seed),
    }
    told["trend"] = [*(_step(one) for one in before), _step(told)][-6:]
    told["summary"] = _summary(told)
    return told


def _once(compared: Iterable[Compared]) -> list[Measure]:
    return list({one.measure.key: one.measure for one in compared}.values())


def _overall(measure: Measure) -> dict[str, Any]:
    """A figure of everybody; on the coarse grid where few people stand behind it, withheld under ten."""
    people = int(measure.counted.sum())
    grid = (COARSE if people < LARGE else FINE)[measure.kind]
    value = float(measure.numerator.sum() / measure.denominator.sum())
    return {
        "key": measure.key,
        "title": measure.title,
        "about": measure.about,
        "kind": str(measure.kind),
        "matters": MATTERS_IN_WORDS[measure.kind],
        "people": rounded(people),
        "value": None if people < FEWEST else round(round(value / grid) * grid, 6),
    }


def _reliability(lists: Lists) -> list[dict[str, Any]]:
    """Told chances against what came, in at most 5 equally full bins; nothing with too few decisions."""
    known = np.isfinite(lists.awarded) & np.isfinite(lists.success)
    if int(known.sum()) < CURVE or len(np.unique(lists.owner[lists.of[known]])) < CURVE:
        return []
    bins = reliability(lists.success[known], lists.awarded[known], bins=5)
    return [
        {"told": round(told, 2), "seen": round(20 * seen) / 20, "decisions": rounded(count)}
        for told, seen, count in bins
        if count >= FEW
    ]


def _likely(compared: Iterable[Compared], where: str) -> list[dict[str, str]]:
    """Name every difference that has to be answered before a review can be signed."""
    return [
        {
            "id": f"{where}/{one.measure.key}/{one.attribute}/{cell.group}",
            "text": f"{one.measure.title}, {one.attribute} {cell.group}: {_against(one.measure.kind, cell)}",
        }
        for one in compared
        if one.measure.key not in NOT_A_FINDING
        for cell in _each_gap_once(one)
    ]


def _each_gap_once(compared: Compared) -> tuple[Told, ...]:
    """Give the likely differences; the second of two stated groups is left out: its gap is the first one's."""
    stated = [cell for cell in compared.likely if cell.group != NOT_STATED]
    two = sum(cell.group != NOT_STATED for cell in compared.cells) == 2
    second = stated[1:] if two else []
    return tuple(cell for cell in compared.likely if cell not in second)


def _against(kind: Kind, cell: Any) -> str:
    return f"{in_unit(kind, cell.value)} against {in_unit(kind, cell.rest)} for everybody else"


def in_unit(kind: Kind, value: float | None) -> str:
    """Write a figure as people read it.

    >>> in_unit(Kind.RATE, .2), in_unit(Kind.GAIN, .75), in_unit(Kind.RATE, None)
    ('20 %', '0.75', 'withheld')
    """
    if value is None:
        return "withheld"
    return (
        f"{100 * value:.0f} %"
        if kind is Kind.RATE
        else f"{value:.2f}"
        if kind is not Kind.COUNT
        else f"{value:.1f}"
    )


def _step(told: Mapping[str, Any]) -> dict[str, Any]:
    values = {one["key"]: one["value"] for one in told["measures"]}
    return {"period": told["period"], "bundle": told["bundle"], "values": values}


def _summary(told: Mapping[str, Any]) -> list[str]:
    """Say in plain English what can and what cannot be said."""
    every = [cell for one in told["comparisons"] for cell in one["groups"]]
    counted = {verdict: sum(cell["verdict"] == verdict for cell in every) for verdict in Verdict}
    likely = len(told["differences"])
    lines = [
        f"{told['period']} is reviewed as a whole quarter, by what was known 30 days after it. Part of a quarter, or "
        "one whose late decisions are not in, is never reviewed."
    ]
    if told["shown"]:
        lines.append(f"These are lists that {told['people']} people were shown in {told['period']}.")
    else:
        lines.append(
            f"These lists were never shown in {told['period']}. They are what this version would show to "
            f"{told['people']} people of its test period, who saw other lists then."
        )
    if told["simulated"]:
        lines.append(
            "The people and what came of their applications are made up by a program. Nobody real is in here."
        )
    if likely:
        lines.append(
            f"A difference is likely in {likely} figures of groups. Each one needs an answer before anyone signs."
        )
    else:
        lines.append("No difference is likely in any group. This does not show that there is none.")
    lines.append(
        f"In {counted[Verdict.NONE]} comparisons there is no difference that matters. In {counted[Verdict.UNSURE]} "
        f"we cannot tell yet, because too few people are in them. {counted[Verdict.WITHHELD]} are withheld, so "
        "that nobody can be picked out."
    )
    lines.append("A gap in a figure does not say why it is there, and no figure here is a pass mark.")
    return lines


def _method(seed: int) -> dict[str, Any]:
    return {
        "seed": seed,
        "replicates": REPLICATES,
        "deals": DEALS,
        "doubt": DOUBT,
        "weight": WEIGHT,
        "logarithm": "nDCG discounts by log base 2; attention fairness uses base 2, 0 to 1",
        "withheld_under": FEWEST,
        "marked_under": FEW,
        "coarse_under": LARGE,
        "rounding": "counts to the nearest 5",
    }
