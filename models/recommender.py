"""Both stages in one call: every grant judged, what is not ruled out ranked, and the page that is shown explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple, Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant, Need
from data.people.base_rates import BaseRates
from features.embedding import Embedder
from features.pairs import PairFeatures
from models.awards import Awards
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import STATUSES, Status, Verdict, judge_in
from models.listing.page import Listed
from models.listing.recommendations import Ranking
from models.listing.scored import Scored
from models.listing.wish import Wish
from models.needs.need_model import NeedModel
from models.needs.urgent import Urgent
from models.pairing import Described, Pairing, ReadNeed
from models.qualifying.grouping import counted, groups_of, helps_tonight, parts_of, within_reach
from models.rankers.baselines import likely_and_alike
from models.rankers.bundle import Bundle
from models.rankers.floors import Floors
from models.rankers.protocol import Ranker

RANKED: Final = (Status.ELIGIBLE, Status.DISCRETIONARY, Status.NEEDS_INFO)
"""Statuses of grants that are not ruled out."""
PLAIN: Final = 0.7
"""Chance from which a need is plainly about a purpose …"""
UNLIKELY: Final = 0.2
"""… and below which it hardly is."""
_LISTED: Final = [STATUSES.index(status) for status in RANKED]


class _Anybody(NamedTuple):
    """A need described and scored on a day, for somebody of whom at most the home is known."""

    on: date
    pairs: PairFeatures
    scores: NDArray[np.float64]


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
        scored = self.scored(context, need, ruled_out=whole, later=whole or wish.counts)
        ranking = self._ranking(context, scored, need, wish)
        if not ranking.disputed:
            return ranking
        plain = np.array(
            [STATUSES.index(one.status) for one in self.verdicts(context, self.catalogue.grants)]
        )
        again = self._ranking(context, self.scored(context, need, plain), need, wish)
        degraded = (*again.degraded, "judges_disagree")
        return replace(again, disputed=ranking.disputed, degraded=degraded)

    def order_of(self, applicant: Applicant, need: Need, *, on: date) -> NDArray[np.int64]:
        """Give the rows of the whole list, best first, as `recommend` shows them page by page: for who measures it."""
        return self.scored_list(self.context(applicant, on=on), need)[0]

    def scored_list(
        self, context: EvaluationContext, need: Need
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the rows of the whole list, best first, and the score of each."""
        scored = self.scored(context, need, ruled_out=False, later=False)
        rows = self._listed(context, scored, need, Wish()).rows
        return rows, scored.scores[rows]

    def _ranking(self, context: EvaluationContext, scored: Scored, need: Need, wish: Wish) -> Ranking:
        listed = self._listed(context, scored, need, wish)
        verdicts = listed.verdicts(wish)
        asks = wish.explain and wish.question
        ahead = listed.ahead() if asks else None
        return Ranking(
            results=listed.page(wish, verdicts, ahead),
            near_misses=listed.near_misses(wish.near_misses),
            next_question=listed.next_question(ahead) if asks else None,
            counts=_counts(listed.statuses[wish.passing(self.catalogue.grants)]) if wish.counts else {},
            total=len(listed.rows),
            groups=counted(scored.groups[listed.rows]),
            urgent=scored.described.need.urgent,
            degraded=self.degraded,
            disputed=listed.disputed(verdicts),
        )

    def _listed(self, context: EvaluationContext, scored: Scored, need: Need, wish: Wish) -> Listed:
        """Put what passes the filters in order: by part, then by score; floors and exploration come last."""
        grants, unwanted = self.catalogue.grants, self._never_for(need)
        statuses = np.where(unwanted, STATUSES.index(Status.NOT_ELIGIBLE), scored.described.statuses)
        order = np.lexsort((np.arange(len(scored.scores)), -scored.scores))
        order = order[wish.passing(grants)[order]]
        open_here = np.isin(statuses[order], _LISTED)
        first, ruled_out = order[open_here], order[~open_here & ~unwanted[order]]
        tonight = self._tonight(scored.described.need.urgent) & within_reach(scored.described.pairs)
        unfit = self._hardly_for(scored.described.need.about)
        first = first[np.lexsort((unfit[first], parts_of(scored.groups, tonight)[first]))]
        first = first if self.floors is None else self.floors.reorder(first, scored.scores)
        rows, propensities = wish.exploration.reorder(first)
        statuses = statuses.astype(np.int64)
        return Listed(grants, self.order, context, scored, statuses, rows, propensities, ruled_out)

    def context(self, applicant: Applicant, *, on: date) -> EvaluationContext:
        """Give the one context in which everything about a request is asked."""
        return self.pairing.context(applicant, on=on)

    def verdicts(self, context: EvaluationContext, grants: Sequence[Grant]) -> tuple[Verdict, ...]:
        """Judge some grants with all their findings, without ranking."""
        return tuple(judge_in(context, grant) for grant in grants)

    def scored(
        self,
        context: EvaluationContext,
        need: Need,
        statuses: NDArray[Any] | None = None,
        *,
        ruled_out: bool = True,
        later: bool = True,
    ) -> Scored:
        """Describe and score every grant; those that are ruled out stay last where they are not asked for."""
        described = self.pairing.describe(context, need, statuses, later=later)
        scores = self._scores(described, context.on, ruled_out=ruled_out)
        awards, points, vector = None, np.zeros(len(scores)), described.need.vector
        if self.awards is not None:
            areas = self.pairing.nearest_first(context.applicant)
            awards = self.awards.chances(need, vector, areas, on=context.on)
            points = points if awards is None else self.awards.points(awards)
        groups = groups_of(described.pairs, self.pairing.reviewed)
        return Scored(described, scores + points, awards, points, groups)

    def _scores(self, described: Described, on: date, *, ruled_out: bool) -> NDArray[np.float64]:
        """Give (grants,) scores; those of what is ruled out, and of what is near, are mostly the same for everybody."""
        if ruled_out or self.pairing.homes:
            anybody = self._for_anybody(described.need, on)
            scores, rows = anybody.scores.copy(), np.flatnonzero(described.pairs.differ(anybody.pairs))
        else:
            scores = np.full(len(described.statuses), -np.inf)
            rows = np.flatnonzero(np.isin(described.statuses, _LISTED))
        scores[rows] = self.order.score(described.pairs.take(rows))
        return scores

    def _for_anybody(self, need: ReadNeed, on: date) -> _Anybody:
        """Describe and score a need for somebody of whom at most the home is known; held while the need is."""
        held = self._anybody.get(need)
        if held is None or held.on != on:
            pairs = self.pairing.beside_anybody(need, on)
            held = self._anybody[need] = _Anybody(on, pairs, self.order.score(pairs))
        return held

    @cached_property
    def _anybody(self) -> WeakKeyDictionary[ReadNeed, _Anybody]:
        return WeakKeyDictionary()

    def _never_for(self, need: Need) -> NDArray[np.bool_]:
        """Tell which grants never pay for anything that is asked, (grants,)."""
        asked, never = set(need.purposes), np.zeros(len(self.catalogue.grants), dtype=np.bool_)
        never[[row for row, excluded in self._excluding if asked and asked <= excluded]] = True
        return never

    def _hardly_for(self, about: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell (grants,) which never pay for what the words may be about: last in their part, not ruled out."""
        chances = dict(zip(self.catalogue.facts.purposes, about.tolist(), strict=False))
        hardly = np.zeros(len(self.catalogue.grants), dtype=np.bool_)
        if max(chances.values(), default=0.0) >= PLAIN:
            may_be = {code for code, chance in chances.items() if chance >= UNLIKELY}
            hardly[[row for row, excluded in self._excluding if may_be <= excluded]] = True
        return hardly

    @cached_property
    def _excluding(self) -> tuple[tuple[int, frozenset[str]], ...]:
        """The grants that never pay for some purposes, by row."""
        excluded = ((row, grant.excluded_purposes) for row, grant in enumerate(self.catalogue.grants))
        return tuple((row, frozenset(purposes)) for row, purposes in excluded if purposes)

    def _tonight(self, urgent: Sequence[Urgent]) -> NDArray[np.bool_]:
        """Tell (grants,) what can help tonight with what cannot wait without doubt."""
        kinds = frozenset(one.kind for one in urgent if one.sure)
        if kinds not in self._helping:
            purposes = self.catalogue.facts.purposes
            self._helping[kinds] = helps_tonight(self.catalogue.grants, sorted(kinds), purposes)
        return self._helping[kinds]

    @cached_property
    def _helping(self) -> dict[frozenset[str], NDArray[np.bool_]]:
        return {}


def _counts(statuses: NDArray[np.int64]) -> dict[Status, int]:
    counted = np.bincount(statuses, minlength=len(STATUSES))
    return {status: int(counted[code]) for code, status in reversed(list(enumerate(STATUSES)))}
