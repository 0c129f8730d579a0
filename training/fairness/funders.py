"""What grants and funders get of the lists: attention beside merit, by band, and which grants nobody sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.fairness.disclosure import at_least, rounded
from training.fairness.exposure import (
    Floats,
    attention_fairness,
    exposure_loss,
    gini,
    shares,
    target_exposure,
    weights,
)
from training.fairness.lists import TEN, Lists
from training.fairness.measures import Names
from training.fairness.resampling import interval, weights_of_people
from training.fairness.verdicts import FEWEST

Sums = NDArray[np.float32]
ROUNDING: Final = 1e-6
"""A share of attention that falls short by less is no less than its share of merit."""


@dataclass(frozen=True, slots=True)
class BandTold:
    """A band of grants: its share of attention beside its share of merit; None is withheld."""

    band: str
    grants: int
    people: str
    """Who saw at least one of them, rounded."""
    exposure: float | None = None
    merit: float | None = None
    ratio: float | None = None
    """Attention for each unit of merit beside everything else's (disparate treatment ratio); 1 is even."""
    ratio_low: float | None = None
    ratio_high: float | None = None
    opened: float | None = None
    """Of those shown, the share that was opened, and that was applied for."""
    applied: float | None = None


@dataclass(frozen=True)
class Attention:
    """Attention and merit by person and grant band, from lists; merit is of the same lists."""

    exposure: Sums
    """(people, grants) summed over a person's lists."""
    merit: Sums

    @classmethod
    def of(cls, lists: Lists, grants: int, *, merit: Floats | None = None) -> Attention:
        """Sum place weights of the first ten places; (places,) `merit`, by default the product of told chances."""
        weight = np.where(
            lists.first_ten, weights(max(int(lists.rank.max(initial=1)), 1))[lists.rank - 1], 0.0
        )
        worth = _told_merit(lists) if merit is None else merit
        people, owner = len(lists.people), lists.owner[lists.of]
        flat = owner * grants + lists.grant

        def summed(values: Floats) -> Sums:
            sums = np.bincount(flat, weights=values, minlength=people * grants)
            return sums.reshape(people, grants).astype(np.float32)

        return cls(summed(weight), summed(worth))


def _told_merit(lists: Lists) -> Floats:
    """Chance of qualifying times chance of an award, each 1 where it was not told."""
    return np.where(np.isnan(lists.qualifies), 1.0, lists.qualifies) * np.where(
        np.isnan(lists.success), 1.0, lists.success
    )


def by_band(
    lists: Lists, attention: Attention, bands: Mapping[str, Names], *, seed: int, replicates: int = 1000
) -> dict[str, list[dict[str, Any]]]:
    """Lay every kind of band out; intervals by drawing people."""
    rng = np.random.default_rng([seed, 3])
    times = weights_of_people(rng, replicates, len(lists.people))
    return {
        kind: [asdict(one) for one in _bands(lists, attention, names, times)] for kind, names in bands.items()
    }


def _bands(lists: Lists, attention: Attention, names: Names, times: Sums) -> list[BandTold]:
    bands = sorted(set(names.tolist()))
    inside = (names[:, None] == np.array(bands)).astype(np.float32)
    exposure, merit = attention.exposure @ inside, attention.merit @ inside
    drawn_exposure, drawn_merit = times @ exposure, times @ merit
    found = []
    for place, band in enumerate(bands):
        at = names[lists.grant] == band
        saw = len(np.unique(lists.owner[lists.of[at & lists.first_ten]]))
        grants = int((names == band).sum())
        if saw < FEWEST:
            found.append(BandTold(band, grants, rounded(saw)))
            continue
        own = exposure[:, place].sum() / exposure.sum()
        worth = merit[:, place].sum() / merit.sum() if merit.sum() > 0 else np.nan
        low, high = interval(_odds(drawn_exposure, drawn_merit, place), at_least(saw))
        ratio = float(_odds(exposure.sum(axis=0), merit.sum(axis=0), place))
        known = bool(np.isfinite([ratio, low, high]).all())
        found.append(
            BandTold(
                band,
                grants,
                rounded(saw),
                round(float(own), 2),
                round(float(worth), 2) if np.isfinite(worth) else None,
                round(ratio, 2) if known else None,
                round(np.floor(low * 20) / 20, 2) if known else None,
                round(np.ceil(high * 20) / 20, 2) if known else None,
                _share(lists.opened, at & lists.first_ten, lists) if lists.opened.any() else None,
                _share(lists.applied, at & lists.first_ten, lists),
            )
        )
    return found


def _odds(exposure: Floats, merit: Floats, place: int) -> Floats:
    """Attention per merit of a band over that of everything else."""
    with np.errstate(divide="ignore", invalid="ignore"):
        own = exposure[..., place] / merit[..., place]
        rest = (exposure.sum(axis=-1) - exposure[..., place]) / (merit.sum(axis=-1) - merit[..., place])
        return np.asarray(own / rest)


def _share(what: Floats | Any, where: Any, lists: Lists) -> float | None:
    """A share of places in whole percent, or to 5 points where few people stand behind it."""
    people = len(np.unique(lists.owner[lists.of[where]]))
    return round(20 * float(what[where].mean())) / 20 if people < 200 else round(float(what[where].mean()), 2)


def overall(
    lists: Lists, attention: Attention, bands: Mapping[str, Names], ids: Sequence[str]
) -> dict[str, Any]:
    """Give what holds of all grants: evenness, fairness to merit by kind of band, expected exposure, the unseen."""
    exposure, merit = attention.exposure.sum(axis=0), attention.merit.sum(axis=0)
    people = np.bincount(
        np.unique(np.stack([lists.grant[lists.first_ten], lists.owner[lists.of[lists.first_ten]]]), axis=1)[
            0
        ],
        minlength=len(ids),
    )
    reach = min(len(ids), len(lists.owner) * TEN)
    return {
        "gini": round(gini(exposure), 2) if exposure.sum() > 0 else None,
        "shown": int((people > 0).sum()) if len(lists.people) >= FEWEST else None,
        "reachable": reach,
        "attention_fairness": {
            kind: round(attention_fairness(*_shares(names, exposure, merit)), 2)
            for kind, names in bands.items()
        },
        "expected_exposure": _expected(lists),
        "seldom": [ids[row] for row in np.flatnonzero(people < FEWEST).tolist()],
        "under_exposed": _least(exposure, merit, people, ids),
    }


def _shares(names: Names, *values: Floats) -> tuple[Floats, Floats]:
    bands = sorted(set(names.tolist()))
    first, second = (shares(one, names, bands) for one in values)
    return first, second


def _expected(lists: Lists) -> dict[str, float]:
    """Mean over lists with an award of EE-D, EE-R and EE-L of the first page; 0 loss is the ideal (Diaz et al.)."""
    found = []
    won = lists.awarded == 1
    for number in np.unique(lists.of[won])[:2000]:
        at = np.flatnonzero((lists.of == number) & lists.first_ten)
        order = at[np.argsort(lists.rank[at])]
        if won[order].any():
            found.append(exposure_loss(weights(len(order)), target_exposure(won[order])))
    if len(found) < FEWEST:
        return {}
    return dict(
        zip(("disparity", "relevance", "loss"), np.mean(found, axis=0).round(2).tolist(), strict=True)
    )


def _least(exposure: Floats, merit: Floats, people: Any, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The twenty grants whose share of attention falls shortest of their share of merit; few people: left out."""
    if exposure.sum() <= 0 or merit.sum() <= 0:
        return []
    gap = exposure / exposure.sum() - merit / merit.sum()
    known = [row for row in np.argsort(gap).tolist() if people[row] >= FEWEST and gap[row] < -ROUNDING][:20]
    return [{"grant": ids[row], "people": rounded(int(people[row]))} for row in known]
