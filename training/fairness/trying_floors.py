"""Floors of attention before and after, for both sides; refused where they hurt a group, or the order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from data.people.applicants import read_applicant
from data.people.judgements import Judgements
from models.listing.wish import Wish
from models.rankers.floors import Floors
from models.recommender import Recommender
from training.fairness.comparing import in_codes
from training.fairness.exposure import Floats
from training.fairness.funders import Attention, by_band
from training.fairness.made_people import Crowd, Seen, ineligible_shown, never_shown, seen
from training.fairness.measures import Kind, Measure, Names
from training.fairness.resampling import drawn, interval
from training.fairness.verdicts import FEWEST
from training.graded_order import graded_ndcg

LEAST_KEPT: Final = 0.98
"""Share of the judged nDCG@10 that floors must leave."""


def floors_tried(
    recommender: Recommender,
    crowd: Crowd,
    free: Seen,
    names: Names,
    *,
    judged: Judgements | None,
    seed: int,
    done: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """Rank a crowd again with floors for (grants,) bands, and lay both beside each other."""
    codes = np.unique(names, return_inverse=True)[1].astype(np.int64)
    held = replace(recommender, floors=Floors(codes))
    kept = seen(held, crowd, done=done)
    both = ((recommender, free), (held, kept))
    ruled_out = [ineligible_shown(one, crowd, found) for one, found in both]
    rows = [
        ["Open to somebody, on nobody's first page", *(str(len(never_shown(found))) for _, found in both)],
        ["Places given to a grant that is ruled out", *map(str, ruled_out)],
        ["Of the first ten, truly open", *(f"{100 * _truly(found):.1f} %" for _, found in both)],
        ["Lists that changed", "", f"{_changed(free, kept)} of {len(crowd.people)}"],
        *_ratios(free, kept, names, seed),
    ]
    share = 1.0
    if judged is not None:
        plain, floored = (judged_ndcg(one, judged, crowd) for one, _ in both)
        share = floored / plain if plain > 0 else 0.0
        rows.append(["nDCG@10 on judged situations", f"{plain:.3f}", f"{floored:.3f} ({share:.1%} of it)"])
    against = _hurt(free, kept, crowd.groups, seed)
    against += ["a grant that is ruled out is shown"] if ruled_out[1] else []
    against += ["too much of the judged order is lost"] if share < LEAST_KEPT else []
    fine = "No group is worse off beyond its interval, and nothing ruled out is shown. " + (
        "The judged order was not measured." if judged is None else "The judged order is kept."
    )
    return {
        "rows": rows,
        "refused": bool(against),
        "said": f"Refused: {'; '.join(against)}." if against else fine,
    }


def _truly(found: Seen) -> float:
    top = found.lists.first_ten
    return float(found.open[found.lists.owner[found.lists.of[top]], found.lists.grant[top]].mean())


def _changed(free: Seen, kept: Seen) -> int:
    return len(np.unique(free.lists.of[free.lists.grant != kept.lists.grant]))


def _ratios(free: Seen, kept: Seen, names: Names, seed: int) -> list[list[str]]:
    rows: dict[str, list[str]] = {}
    for one in (free, kept):
        attention = Attention.of(one.lists, one.open.shape[1], merit=one.worth)
        for band in by_band(one.lists, attention, {"band": names}, seed=seed)["band"]:
            told = "withheld" if band["ratio"] is None else f"{band['ratio']:.2f}"
            rows.setdefault(band["band"], [f"Attention per merit, {band['band']}"]).append(told)
    return list(rows.values())


def _hurt(free: Seen, kept: Seen, groups: Mapping[str, Names], seed: int) -> list[str]:
    """Name the groups that have fewer truly open grants on their first pages, beyond the interval of the change."""
    change = Measure("change", "", Kind.COUNT, _good(kept) - _good(free), np.ones(len(free.lists.people)))
    hurt = []
    for attribute, values in groups.items():
        names, codes = in_codes(values)
        (sample,) = drawn([change], [(codes, len(names))], np.random.default_rng([seed, 4]))
        for place, name in enumerate(names):
            people = int((codes == place).sum())
            if people >= FEWEST and interval(sample.values[:, place, 0], people)[1] < 0:
                hurt.append(f"{attribute} {name} would see fewer grants that are open to them")
    return hurt


def _good(found: Seen) -> Floats:
    """(people,) truly open grants on the first page."""
    lists = found.lists
    return lists.by_person(found.open[lists.owner[lists.of], lists.grant], where=lists.first_ten)


def judged_ndcg(recommender: Recommender, judgements: Judgements, crowd: Crowd) -> float:
    """Mean nDCG@10 over judged situations of the lists as they are served on the crowd's day."""
    catalogue, on = recommender.catalogue, crowd.on
    there = [
        grant.id
        for grant in catalogue.grants
        if grant.id in judgements.graded and (not grant.windows or any(w.is_open(on) for w in grant.windows))
    ]
    wish = Wish(size=len(catalogue.grants), near_misses=0, explain=False)
    found = []
    for one in judgements.situations:
        applicant = read_applicant(one.applicant, catalogue.facts, catalogue.areas)
        results = recommender.recommend(applicant, one.need, on=on, wish=wish).results
        grades = [one.grades.get(r.grant_id, 0) for r in results if r.grant_id in judgements.graded]
        best = np.array([one.grades.get(grant, 0) for grant in there], dtype=np.int64)
        order = -np.arange(len(grades), dtype=np.float64)
        found.append(graded_ndcg(order, np.array(grades, dtype=np.int64), best))
    return float(np.nanmean(found))
