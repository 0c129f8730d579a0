"""Both stages in one call: every grant judged, what is not ruled out ranked, and the page that is shown explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant, Window
from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant, Need
from data.people.base_rates import BaseRates
from features.embedding import Embedder
from features.fit import with_chances
from models.awards import Awards
from models.counterfactuals.missing import missing_sets
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import STATUSES, Status, Verdict, judge_in
from models.explanations.near_miss import NearMiss, near_miss_of
from models.explanations.next_question import NextQuestion, next_question
from models.explanations.places_ahead import CHANCES, TOP, Front
from models.explanations.reasons import reasons, steps_in_words
from models.needs.need_model import NeedModel
from models.needs.urgent import Urgent, urgent_in
from models.pairing import Described, Pairing
from models.qualifying.grouping import GROUPS, counted, groups_of, helps_tonight, parts_of
from models.qualifying.outlooks import Outlooks, decisive_in, outlooks
from models.rankers.baselines import likely_and_alike
from models.rankers.bundle import Bundle
from models.rankers.calibration import Chances
from models.rankers.exploration import Exploration
from models.rankers.floors import Floors
from models.rankers.protocol import Ranker
from models.recommendations import (
    Qualifies,
    Ranking,
    Recommendation,
    chance_of_award,
    contributions_of,
    qualifies_in_words,
)

RANKED: Final = (Status.ELIGIBLE, Status.DISCRETIONARY, Status.NEEDS_INFO)
"""Statuses of grants that are not ruled out."""
_LISTED: Final = [STATUSES.index(status) for status in RANKED]
NEAR: Final = timedelta(days=730)
"""A grant that opens to a person later than this is no near miss."""
HELD_AGAINST: Final = 3
"""Ruled-out grants, most fitting first, whose status is held against the plain judge's, as those of the page are."""
FRONT: Final = 60
"""Grants, best first, that may come among the first ten once a question is answered."""
LOOKED_AT: Final = 40
"""Ruled-out grants, most fitting first, among which near misses are looked for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to show: filters, which part of the list, and how much about it."""

    routes: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    offset: int = 0
    size: int = 10
    near_misses: int = 3
    explain: bool = True
    question: bool = True
    """Whether to look for the next question, where the page is explained."""
    exploration: Exploration = field(default_factory=Exploration)


@dataclass(frozen=True)
class _Page:
    """The part of the list that is shown, as rows of the catalogue, and the chance of each of its places."""

    rows: NDArray[np.int64]
    propensities: NDArray[np.float64]


@dataclass(frozen=True)
class _Scored:
    """Every grant described and scored."""

    described: Described
    scores: NDArray[np.float64]
    """(grants,) by which the list is ordered."""
    awards: Chances | None
    """(grants,) chances of an award of those who qualify and apply."""
    award_points: NDArray[np.float64]
    """(grants,) what these chances add to the scores."""
    groups: NDArray[np.int64]
    """(grants,) places in `GROUPS`."""
    urgent: tuple[Urgent, ...]
    """What cannot wait, by the words of the need."""


@dataclass(frozen=True)
class Recommender:
    """A catalogue made ready, the order of lists, and what past outcomes say."""

    pairing: Pairing
    order: Ranker
    awards: Awards | None = None
    """None where outcomes tell nothing, as those of a made world do not."""
    degraded: tuple[str, ...] = ()
    floors: Floors | None = None
    """Bands of grants that have their share of the first page; None leaves the order as it is."""

    @classmethod
    def unlearned(cls, catalogue: Catalogue, rates: BaseRates, embedder: Embedder, *, why: str) -> Self:
        """Build a recommender that ranks by who qualifies and by likeness, and says why nothing else is known."""
        return cls(Pairing.build(catalogue, rates, embedder), likely_and_alike(), degraded=(why,))

    @classmethod
    def of_bundle(cls, bundle: Bundle, catalogue: Catalogue, rates: BaseRates, embedder: Embedder) -> Self:
        """Put a bundle behind a catalogue; raises BadBundle where it was learned with another embedder."""
        bundle.check_embedder(embedder)
        needs = None if bundle.needs is None else NeedModel.from_arrays(bundle.needs)
        pairing = Pairing.build(catalogue, rates, embedder, needs=needs, vectors=bundle.vectors)
        awards = Awards(pairing.index, bundle.history, bundle.ranker, bundle.calibration)
        return cls(
            pairing,
            likely_and_alike() if bundle.order is None else bundle.order,
            None if bundle.about.simulated else awards,
            () if bundle.order is not None else ("order_not_learned",),
        )

    @property
    def catalogue(self) -> Catalogue:
        """The grants, facts and areas."""
        return self.pairing.catalogue

    @property
    def embedder(self) -> Embedder:
        """What gives texts their vectors."""
        return self.pairing.embedder

    def recommend(self, applicant: Applicant, need: Need, *, on: date, wish: Wish | None = None) -> Ranking:
        """Judge every grant, rank those not ruled out, explain the page that is asked for."""
        return self.recommend_in(self.context(applicant, on=on), need, wish)

    def recommend_in(self, context: EvaluationContext, need: Need, wish: Wish | None = None) -> Ranking:
        """Do the same in a context at hand, which keeps what it found out for whoever asks next."""
        wish = wish or Wish()
        whole = wish.explain or wish.near_misses > 0
        ranking = self._ranking(context, self._scored(context, need, ruled_out=whole), need, wish)
        if not ranking.disputed:
            return ranking
        plain = np.array(
            [STATUSES.index(one.status) for one in self.verdicts(context, self.catalogue.grants)]
        )
        again = self._ranking(context, self._scored(context, need, plain), need, wish)
        degraded = (*again.degraded, "judges_disagree")
        return replace(again, disputed=ranking.disputed, degraded=degraded)

    def order_of(self, applicant: Applicant, need: Need, *, on: date) -> NDArray[np.int64]:
        """Give the rows of the whole list, best first, as `recommend` shows them page by page: for who measures it."""
        return self.scored_list(self.context(applicant, on=on), need)[0]

    def scored_list(
        self, context: EvaluationContext, need: Need
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the rows of the whole list, best first, and the score of each."""
        scored = self._scored(context, need, ruled_out=False)
        rows = self._listed(scored, need, Wish())[0]
        return rows, scored.scores[rows]

    def _listed(
        self, scored: _Scored, need: Need, wish: Wish
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Give the rows that are listed, best first; those that are ruled out, likewise; and (grants,) the statuses."""
        unwanted = self._never_for(need)
        statuses = np.where(unwanted, STATUSES.index(Status.NOT_ELIGIBLE), scored.described.statuses)
        order = np.lexsort((np.arange(len(scored.scores)), -scored.scores))
        order = order[self._shown(wish)[order]]
        listed = np.isin(statuses[order], _LISTED)
        first, ruled_out = order[listed], order[~listed & ~unwanted[order]]
        tonight = self._tonight(scored.urgent)
        first = first[np.argsort(parts_of(scored.groups, tonight)[first], kind="stable")]
        first = first if self.floors is None else self.floors.reorder(first, scored.scores)
        return first, ruled_out, statuses.astype(np.int64)

    def _ranking(self, context: EvaluationContext, scored: _Scored, need: Need, wish: Wish) -> Ranking:
        judged = scored.described.statuses
        listed, ruled_out, statuses = self._listed(scored, need, wish)
        listed, propensities = wish.exploration.reorder(listed)
        shown_here = slice(wish.offset, wish.offset + wish.size)
        page = _Page(listed[shown_here], propensities[shown_here])
        explained = (*listed[:TOP], *page.rows, *ruled_out[:HELD_AGAINST]) if wish.explain else ()
        verdicts = self._judged(explained, context)
        asks = wish.explain and wish.question
        ahead = outlooks(scored.described.estimate, listed[:FRONT].tolist()) if asks else None
        decisive = (
            {} if ahead is None else dict(zip(listed[:FRONT].tolist(), decisive_in(ahead), strict=True))
        )
        return Ranking(
            results=self._page(page, context, statuses, scored, verdicts, wish, decisive),
            near_misses=self._near_misses(ruled_out, context, statuses, wish.near_misses),
            next_question=self._next_question(listed, context, statuses, scored, ahead) if asks else None,
            counts=_counts(statuses[self._shown(wish)]),
            total=len(listed),
            groups=counted(scored.groups[listed]),
            urgent=scored.urgent,
            degraded=self.degraded,
            disputed=self._disputed(verdicts, explained, judged),
        )

    def _disputed(
        self, verdicts: Mapping[str, Verdict], rows: Iterable[np.int64], judged: NDArray[Any]
    ) -> tuple[str, ...]:
        """Name the grants of some rows whose verdict has another status than the one (grants,) judged at once."""
        grants = {self.catalogue.grants[row].id: STATUSES[judged[row]] for row in rows}
        return tuple(name for name, status in grants.items() if verdicts[name].status is not status)

    def context(self, applicant: Applicant, *, on: date) -> EvaluationContext:
        """Give the one context in which everything about a request is asked."""
        return self.pairing.context(applicant, on=on)

    def verdicts(self, context: EvaluationContext, grants: Sequence[Grant]) -> tuple[Verdict, ...]:
        """Judge some grants with all their findings, without ranking."""
        return tuple(judge_in(context, grant) for grant in grants)

    def _scored(
        self,
        context: EvaluationContext,
        need: Need,
        statuses: NDArray[Any] | None = None,
        *,
        ruled_out: bool = True,
    ) -> _Scored:
        """Describe and score every grant; those that are ruled out stay last where they are not asked for."""
        described = self.pairing.describe(context, need, statuses)
        scores = np.full(len(described.statuses), -np.inf)
        rows = np.flatnonzero(ruled_out | np.isin(described.statuses, _LISTED))
        scores[rows] = self.order.score(described.pairs.take(rows))
        awards, points = None, np.zeros(len(scores))
        if self.awards is not None:
            vector = self.pairing.vector(need)
            areas = self.pairing.nearest_first(context.applicant)
            awards = self.awards.chances(need, vector, areas, on=context.on)
            points = points if awards is None else self.awards.points(awards)
        groups = groups_of(described.pairs, self._reviewed)
        urgent = urgent_in(need.text, self.pairing.vector(need), self.embedder.name)
        return _Scored(described, scores + points, awards, points, groups, urgent)

    @cached_property
    def _reviewed(self) -> NDArray[np.bool_]:
        return np.array([grant.reviewed for grant in self.catalogue.grants], dtype=np.bool_)

    def _shown(self, wish: Wish) -> NDArray[np.bool_]:
        """Tell which grants pass the filters, (grants,)."""
        routes, purposes = wish.routes, wish.purposes
        if routes is None and purposes is None:
            return np.ones(len(self.catalogue.grants), dtype=np.bool_)
        return np.array(
            [
                (routes is None or grant.route in routes)
                and (purposes is None or not set(purposes).isdisjoint(grant.purposes))
                for grant in self.catalogue.grants
            ],
            dtype=np.bool_,
        )

    def _never_for(self, need: Need) -> NDArray[np.bool_]:
        """Tell which grants never pay for anything that is asked, (grants,)."""
        asked, never = set(need.purposes), np.zeros(len(self.catalogue.grants), dtype=np.bool_)
        never[[row for row, excluded in self._excluding if asked and asked <= excluded]] = True
        return never

    @cached_property
    def _excluding(self) -> tuple[tuple[int, frozenset[str]], ...]:
        """The grants that never pay for some purposes, by row."""
        excluded = ((row, grant.excluded_purposes) for row, grant in enumerate(self.catalogue.grants))
        return tuple((row, frozenset(purposes)) for row, purposes in excluded if purposes)

    def _tonight(self, urgent: Sequence[Urgent]) -> NDArray[np.bool_]:
        """Tell (grants,) what can help tonight with what cannot wait without doubt."""
        kinds = frozenset(one.kind for one in urgent if one.sure)
        if kinds not in self._helping:
            self._helping[kinds] = helps_tonight(self.catalogue.grants, sorted(kinds))
        return self._helping[kinds]

    @cached_property
    def _helping(self) -> dict[frozenset[str], NDArray[np.bool_]]:
        return {}

    def _page(
        self,
        page: _Page,
        context: EvaluationContext,
        statuses: NDArray[np.int64],
        scored: _Scored,
        verdicts: dict[str, Verdict],
        wish: Wish,
        decisive: Mapping[int, str | None],
    ) -> tuple[Recommendation, ...]:
        pairs = scored.described.pairs.take(page.rows)
        points = self.order.contributions(pairs) if wish.explain else None
        results = []
        for place, row in enumerate(page.rows):
            grant, status = self.catalogue.grants[row], STATUSES[statuses[row]]
            verdict = verdicts.get(grant.id)
            window = current_window(grant.windows, on=context.on)
            chance = float(scored.described.chances[row])
            results.append(
                Recommendation(
                    grant_id=grant.id,
                    rank=wish.offset + place + 1,
                    status=status,
                    group=GROUPS[scored.groups[row]],
                    score=float(scored.scores[row]),
                    route=grant.route,
                    qualifies=Qualifies(chance, qualifies_in_words(chance, status, reviewed=grant.reviewed)),
                    propensity=float(page.propensities[place]),
                    success=chance_of_award(scored.awards, int(row), status, chance),
                    reasons=() if verdict is None else reasons(verdict, grant, context),
                    missing=() if verdict is None else missing_sets(context, grant, verdict),
                    decisive=decisive.get(int(row)),
                    steps=() if verdict is None else steps_in_words(verdict, grant, context),
                    contributions=()
                    if points is None
                    else contributions_of(
                        self.order, pairs, points, place, awards=float(scored.award_points[row])
                    ),
                    opens=None if window is None else window.opens,
                    closes=None if window is None else window.closes,
                    checked_on=grant.checked_on,
                    reviewed=grant.reviewed,
                )
            )
        return tuple(results)

    def _near_misses(
        self,
        ruled_out: NDArray[np.int64],
        context: EvaluationContext,
        statuses: NDArray[np.int64],
        wanted: int,
    ) -> tuple[NearMiss, ...]:
        found: list[NearMiss] = []
        for row in ruled_out[:LOOKED_AT] if wanted else ():
            miss = near_miss_of(context, self.catalogue.grants[row], STATUSES[statuses[row]])
            first = None if miss is None else miss.from_day or miss.not_before
            if miss is not None and (first is None or first - context.on <= NEAR):
                found.append(miss)
            if len(found) == wanted:
                break
        return tuple(found)

    def _judged(self, rows: Iterable[np.int64], context: EvaluationContext) -> dict[str, Verdict]:
        """Judge the grants of some rows with all their findings, by grant."""
        grants = {grant.id: grant for grant in (self.catalogue.grants[row] for row in rows)}
        return {grant_id: judge_in(context, grant) for grant_id, grant in grants.items()}

    def _next_question(
        self,
        listed: NDArray[np.int64],
        context: EvaluationContext,
        statuses: NDArray[np.int64],
        scored: _Scored,
        ahead: Outlooks | None,
    ) -> NextQuestion | None:
        ranked = [(self.catalogue.grants[row], STATUSES[statuses[row]]) for row in listed]
        return next_question(context, ranked, self._front(listed[:FRONT], statuses, scored), ahead)

    def _front(self, rows: NDArray[np.int64], statuses: NDArray[np.int64], scored: _Scored) -> Front:
        described, every = scored.described, len(CHANCES)
        pairs, usual = described.pairs.take(np.tile(rows, every)), np.tile(described.usual[rows], every)
        by_chance = self.order.score(with_chances(pairs, np.repeat(CHANCES, len(rows)), usual))
        return Front(
            scored.scores[rows],
            described.chances[rows],
            by_chance.reshape(every, len(rows)),
            statuses[rows] == STATUSES.index(Status.NEEDS_INFO),
        )


def current_window(windows: Sequence[Window], *, on: date) -> Window | None:
    """Give the window that is open on a day, else the next one to open; None where there is none."""
    unpaused = [window for window in windows if not window.paused]
    unended = [window for window in unpaused if window.closes is None or window.closes >= on]
    return min(unended, key=lambda window: window.opens or date.min, default=None)


def _counts(statuses: NDArray[np.int64]) -> dict[Status, int]:
    counted = np.bincount(statuses, minlength=len(STATUSES))
    return {status: int(counted[code]) for code, status in reversed(list(enumerate(STATUSES)))}
