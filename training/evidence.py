"""What the gate judges a candidate by: measured anew, never read from what it says of itself but for one figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.errors import BadExperiment
from models.rankers.baselines import Similarity
from models.rankers.bundle import Bundle
from training.compare import check_comparable, untouched
from training.evaluate import Order, chance_figures, list_order, order_of, worth
from training.groups import GroupsOf
from training.harm import asked_of, harm, read_harm_cases
from training.intervals import mean_interval, paired_interval
from training.latency import latency
from training.left_out import LeftOut
from training.lists import Lists
from training.metrics import Estimate
from training.prepared import Prepared
from training.split import Period

METRIC: Final = "ndcg_at_10"
SIMILARITY: Final = "similarity alone"
FEWEST_PEOPLE: Final = 30
"""Of a group with fewer people in the test period nothing can be told."""
DOUBT: Final = 0.05
"""Chance that an equally good ranking seems worse for some group, shared out among all groups (Bonferroni)."""
REPLICATES: Final = 2000


@dataclass(frozen=True, slots=True)
class GroupGain:
    """What a candidate brings one group of applicants, less what the yardstick brings them."""

    kind: str
    group: str
    people: int
    gain: Estimate
    """In nDCG@10; its interval is the wider, the more groups are looked at."""

    @property
    def told(self) -> bool:
        """Whether there are people enough to tell anything."""
        return self.people >= FEWEST_PEOPLE

    @property
    def worse(self) -> bool:
        """Whether the group is worse off by more than chance explains."""
        return self.told and self.gain.high < 0

    def __str__(self) -> str:
        span = f"{self.gain.low:+.3f} to {self.gain.high:+.3f}"
        return f"{self.kind} {self.group}: nDCG@10 {self.gain.value:+.3f} ({span}; {self.people} people)"


@dataclass(frozen=True)
class Evidence:
    """A candidate's figures on its test period."""

    yardstick: str
    """What it is compared with: the champion, or similarity alone while there is no champion."""
    gain: Estimate
    """nDCG@10 less the yardstick's, as a share of the yardstick's."""
    over_similarity: Estimate
    """nDCG@10 less that of similarity alone."""
    calibration: Estimate
    """Error of the told chances, on so many decisions; hidden chances are not among them."""
    groups: tuple[GroupGain, ...]
    milliseconds: float
    """Median, to judge, describe and order all grants for one need."""
    calibration_noise: float = 0.0
    """The error that true chances would show on so many decisions."""
    left_out: LeftOut = field(default_factory=lambda: LeftOut(0))
    """What of the history could not be learned from."""
    judged: float | None = None
    """nDCG@10 of the order on judged situations that it had not seen, as its fit measured it; None: it tells none."""
    judged_before: float | None = None
    """The same of the champion."""
    harm: tuple[str, ...] = ()
    """Harm cases that the order breaks."""
    harm_asked: int = 0
    """Harm cases that can be asked of its catalogue."""
    since: date | None = None
    """The first day that is measured on, where days of the test period before it were learned from."""


JUDGED: Final = "judged.ndcg_at_10"


def gather(candidate: Bundle, champion: Bundle | None, prepared: Prepared) -> Evidence:
    """Measure a candidate beside the champion, or beside similarity alone while there is none.

    Raises BadExperiment where too few people asked on days that neither learned from.
    """
    for bundle in (candidate, champion):
        if bundle is not None:
            check_comparable(bundle, prepared)
    rng = np.random.default_rng(prepared.experiment.seed)
    replicates = prepared.experiment.bootstrap
    period = measured(candidate, champion, prepared)
    lists, test = prepared.lists(period), prepared.pairs(period)
    served = prepared.served(candidate)
    ours = list_order("candidate", served.score, lists, learned=True)
    similarity = order_of(SIMILARITY, Similarity().fit().score, lists)
    theirs = (
        similarity
        if champion is None
        else list_order(champion.version, prepared.served(champion).score, lists)
    )

    def over(other: Order) -> Estimate:
        values = ours.figures[METRIC], other.figures[METRIC]
        return paired_interval(*values, lists.people, rng, weights=lists.weights, replicates=replicates)

    whole = worth(theirs, lists, METRIC)
    cases = () if candidate.order is None else tuple(asked_of(prepared.source.catalogue, read_harm_cases()))
    chances = chance_figures(candidate.ranker, candidate.calibration, test, rng, replicates=replicates)
    return Evidence(
        SIMILARITY if champion is None else f"the champion {champion.version}",
        over(theirs).times(1 / whole if whole > 0 else nan),
        over(similarity),
        Estimate(**chances["calibration_error"]),
        gains_by_group(ours, theirs, lists, prepared.source.groups, rng),
        latency(served.score, lists)["p50"],
        chances["calibration_noise"],
        prepared.left_out,
        judged_figure(candidate),
        None if champion is None else judged_figure(champion),
        tuple(harm(served.recommender, cases)),
        len(cases),
        None if period == prepared.periods.test else period.start,
    )


def measured(candidate: Bundle, champion: Bundle | None, prepared: Prepared) -> Period:
    """The days of the test period that neither bundle learned from: rows that were brought in since move its start.

    Raises BadExperiment where the candidate does not tell its days, or where too few people asked on what is left.
    """
    if candidate.about.tested_from is None:
        raise BadExperiment(f"{candidate.version} does not tell which days it learned from; fit it anew")
    bundles = [candidate] if champion is None else [candidate, champion]
    whole = prepared.periods.test
    period = untouched(bundles, whole)
    people = len({query.person for query in prepared.queries(period)})
    if period != whole and people < FEWEST_PEOPLE:
        named = " or ".join(bundle.version for bundle in bundles)
        raise BadExperiment(
            f"the test period begins on {whole.start}, and {named} learned from days of it. {people} people asked "
            f"from {period.start} on, {FEWEST_PEOPLE} are needed to tell anything: fit a candidate whose test period "
            f"begins on {period.start} or later (larger shares under [split]), or wait for later decisions"
        )
    return period


def judged_figure(bundle: Bundle) -> float | None:
    """What a learned order reached on judged situations, 0 to 1, by its manifest; None where it tells no such figure.

    To measure it anew is to learn the order anew, five times: it is the one figure of the gate that is read.
    """
    told = bundle.about.metrics.get(JUDGED)
    return told if bundle.order is not None and isinstance(told, float) and 0 <= told <= 1 else None


def gains_by_group(
    ours: Order, theirs: Order, lists: Lists, groups: GroupsOf, rng: np.random.Generator
) -> tuple[GroupGain, ...]:
    """Compare two rankings within every group of applicants, need by need."""
    members = _members(lists, groups)
    people = {named: len(np.unique(lists.people[rows])) for named, rows in members.items()}
    judged = sum(count >= FEWEST_PEOPLE for count in people.values())
    level = 1 - DOUBT / max(judged, 1)
    gains = ours.figures[METRIC] - theirs.figures[METRIC]
    return tuple(
        GroupGain(
            *named,
            people[named],
            mean_interval(
                gains[rows],
                lists.people[rows],
                rng,
                weights=lists.weights[rows],
                replicates=REPLICATES,
                level=level,
            ),
        )
        for named, rows in sorted(members.items())
    )


def _members(lists: Lists, groups: GroupsOf) -> dict[tuple[str, str], NDArray[np.int64]]:
    """Kind and group → places of its needs."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, named in _named(lists, groups):
        found[named].append(place)
    return {named: np.array(places, dtype=np.int64) for named, places in found.items()}


def _named(lists: Lists, groups: GroupsOf) -> Iterator[tuple[int, tuple[str, str]]]:
    for place, one in enumerate(lists.lists):
        for kind, group in groups(one.query.first).items():
            yield place, (kind, group)
