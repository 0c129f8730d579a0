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
from data.places.areas import AreaTree
from features.embedding import Embedder, Vectors
from features.grant_index import GrantIndex
from features.history import AwardHistory
from features.pairs import PairFeatures, pair_features
from models.compiled.judge import CompiledJudge
from models.counterfactuals.missing import missing_sets
from models.counterfactuals.question_value import TOP
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import STATUSES, Status, Verdict, judge_in
from models.explanations.near_miss import NearMiss, near_miss_of
from models.explanations.next_question import NextQuestion, next_question
from models.explanations.reasons import reasons, steps_in_words
from models.niche_penalty import ForFew
from models.rankers.baselines import Similarity
from models.rankers.bundle import Bundle
from models.rankers.calibration import Calibration, Chances
from models.rankers.exploration import Exploration
from models.rankers.protocol import Ranker
from models.recommendations import Ranking, Recommendation, chance_at, contributions_of, few

RANKED: Final = (Status.ELIGIBLE, Status.DISCRETIONARY, Status.NEEDS_INFO)
"""Statuses of grants that are not ruled out."""
NOT_ODDS: Final = ("similarity", "award_rate")
"""Rankers whose scores are no log-odds: to them no logarithm of a share of people can be added."""
NEAR: Final = timedelta(days=730)
"""A grant that opens to a person later than this is no near miss."""
HELD_AGAINST: Final = 3
"""Ruled-out grants, most fitting first, whose status is held against the plain judge's, as those of the page are."""
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
    exploration: Exploration = field(default_factory=Exploration)


@dataclass(frozen=True)
class _Scored:
    """Every grant described and scored by one ranker."""

    ranker: Ranker
    pairs: PairFeatures
    scores: NDArray[np.float64]
    """(grants,) what the ranker gives."""
    few: NDArray[np.float64]
    """(grants,) what is added because a place or a trade is not known."""
    degraded: tuple[str, ...]

    @property
    def shown(self) -> NDArray[np.float64]:
        """(grants,) by which the list is ordered."""
        return np.asarray(self.scores + self.few, dtype=np.float64)


@dataclass(frozen=True)
class _Page:
    """The part of the list that is shown, as rows of the catalogue, and the chance of each of its places."""

    rows: NDArray[np.int64]
    propensities: NDArray[np.float64]


@dataclass(frozen=True)
class Recommender:
    """A catalogue, a judge over all of it, and a ranker with the history it was trained on."""

    catalogue: Catalogue
    embedder: Embedder
    index: GrantIndex
    judge: CompiledJudge
    history: AwardHistory
    ranker: Ranker
    calibration: Calibration | None = None
    degraded: tuple[str, ...] = ()

    @classmethod
    def unlearned(cls, catalogue: Catalogue, embedder: Embedder, *, why: str) -> Self:
        """Build a recommender that ranks by likeness alone, and says why."""
        index = GrantIndex.build(catalogue.grants, embedder)
        history = AwardHistory.empty(catalogue.grants, before=date.min, dimension=embedder.dimension)
        judge = CompiledJudge.build(catalogue)
        return cls(catalogue, embedder, index, judge, history, Similarity().fit(), degraded=(why,))

    @classmethod
    def of_bundle(cls, bundle: Bundle, catalogue: Catalogue, embedder: Embedder) -> Self:
        """Put a bundle behind a catalogue; raises BadBundle where it was learned with another embedder."""
        bundle.check_embedder(embedder)
        index = GrantIndex.build(catalogue.grants, embedder, known=bundle.vectors)
        judge = CompiledJudge.build(catalogue)
        return cls(catalogue, embedder, index, judge, bundle.history, bundle.ranker, bundle.calibration)

    def recommend(self, applicant: Applicant, need: Need, *, on: date, wish: Wish | None = None) -> Ranking:
        """Judge every grant, rank those not ruled out, explain the page that is asked for."""
        wish = wish or Wish()
        context = self.context(applicant, on=on)
        scored = self._scored(context, need)
        ranking = self._ranking(context, self.judge.statuses_in(context), scored, need, wish)
        if not ranking.disputed:
            return ranking
        plain = np.array(
            [STATUSES.index(one.status) for one in self.verdicts(context, self.catalogue.grants)]
        )
        scored = replace(scored, degraded=(*scored.degraded, "judges_disagree"))
        return replace(self._ranking(context, plain, scored, need, wish), disputed=ranking.disputed)

    def _ranking(
        self, context: EvaluationContext, judged: NDArray[Any], scored: _Scored, need: Need, wish: Wish
    ) -> Ranking:
        """Rank what is not ruled out by the statuses (grants,) that were judged."""
        shown = self._shown(wish)
        unwanted = self._never_for(need)
        statuses = np.where(unwanted, STATUSES.index(Status.NOT_ELIGIBLE), judged).astype(np.int64)
        order = np.lexsort((np.arange(len(scored.shown)), -scored.shown))
        order = order[shown[order]]
        listed = order[np.isin(statuses[order], [STATUSES.index(status) for status in RANKED])]
        ruled_out = order[~np.isin(order, listed) & ~unwanted[order]]
        listed, propensities = wish.exploration.reorder(listed)
        shown_here = slice(wish.offset, wish.offset + wish.size)
        page = _Page(listed[shown_here], propensities[shown_here])
        explained = (*listed[:TOP], *page.rows, *ruled_out[:HELD_AGAINST]) if wish.explain else ()
        verdicts = self._judged(explained, context)
        return Ranking(
            results=self._page(page, context, statuses, scored, verdicts, wish),
            near_misses=self._near_misses(ruled_out, context, statuses, wish.near_misses),
            next_question=self._next_question(listed, context, statuses, verdicts) if wish.explain else None,
            counts=_counts(statuses[shown]),
            total=len(listed),
            degraded=scored.degraded,
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
        return evaluation_context(applicant, self.catalogue.facts, self.catalogue.areas, on=on)

    def verdicts(self, context: EvaluationContext, grants: Sequence[Grant]) -> tuple[Verdict, ...]:
        """Judge some grants with all their findings, without ranking."""
        return tuple(judge_in(context, grant) for grant in grants)

    def _scored(self, context: EvaluationContext, need: Need) -> _Scored:
        on, areas = context.on, nearest_first(context.applicant.areas or (), self.catalogue.areas)
        vector, nothing = self._vector(need), np.zeros(len(self.catalogue.grants))
        if self.history.before <= on:
            pairs = pair_features(need, vector, areas, self.index, self.history, on=on)
            few = nothing if self.ranker.name in NOT_ODDS else self._for_few.points(context)
            return _Scored(self.ranker, pairs, self.ranker.score(pairs), few, self.degraded)
        pairs = pair_features(need, vector, areas, self.index, self._no_history, on=on)
        likeness = Similarity().fit()
        degraded = (*self.degraded, "history_later_than_day")
        return _Scored(likeness, pairs, likeness.score(pairs), nothing, degraded)

    @cached_property
    def _for_few(self) -> ForFew:
        return ForFew.build(self.catalogue)

    @cached_property
    def _no_history(self) -> AwardHistory:
        return AwardHistory.empty(self.catalogue.grants, before=date.min, dimension=self.embedder.dimension)

    def _vector(self, need: Need) -> Vectors | None:
        return self.embedder.embed([need.text])[0] if need.text.strip() else None

    def _shown(self, wish: Wish) -> NDArray[np.bool_]:
        """Tell which grants pass the filters, (grants,)."""
        return np.array(
            [
                (wish.routes is None or grant.route in wish.routes)
                and (wish.purposes is None or not set(wish.purposes).isdisjoint(grant.purposes))
                for grant in self.catalogue.grants
            ],
            dtype=np.bool_,
        )

    def _never_for(self, need: Need) -> NDArray[np.bool_]:
        """Tell which grants never pay for anything that is asked, (grants,)."""
        asked = set(need.purposes)
        return np.array(
            [bool(asked) and asked <= set(grant.excluded_purposes) for grant in self.catalogue.grants],
            dtype=np.bool_,
        )

    def _page(
        self,
        page: _Page,
        context: EvaluationContext,
        statuses: NDArray[np.int64],
        scored: _Scored,
        verdicts: dict[str, Verdict],
        wish: Wish,
    ) -> tuple[Recommendation, ...]:
        scores, ranker, pairs = scored.scores[page.rows], scored.ranker, scored.pairs.take(page.rows)
        chances = self._chances(scores, ranker)
        points = ranker.contributions(pairs) if wish.explain else None
        results = []
        for place, row in enumerate(page.rows):
            grant = self.catalogue.grants[row]
            verdict = verdicts.get(grant.id)
            window = current_window(grant.windows, on=context.on)
            results.append(
                Recommendation(
                    grant_id=grant.id,
                    rank=wish.offset + place + 1,
                    status=STATUSES[statuses[row]],
                    score=float(scored.shown[row]),
                    route=grant.route,
                    propensity=float(page.propensities[place]),
                    success=None if chances is None else chance_at(chances, place),
                    reasons=() if verdict is None else reasons(verdict, grant, context),
                    missing=() if verdict is None else missing_sets(context, grant, verdict),
                    steps=() if verdict is None else steps_in_words(verdict, grant, context),
                    contributions=()
                    if points is None
                    else (few(float(scored.few[row])), *contributions_of(ranker, pairs, points, place)),
                    opens=None if window is None else window.opens,
                    closes=None if window is None else window.closes,
                    checked_on=grant.checked_on,
                )
            )
        return tuple(results)

    def _chances(self, scores: NDArray[np.float64], ranker: Ranker) -> Chances | None:
        if self.calibration is None or ranker is not self.ranker:
            return None
        return self.calibration.estimate(scores)

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
        verdicts: dict[str, Verdict],
    ) -> NextQuestion | None:
        ranked = [(self.catalogue.grants[row], STATUSES[statuses[row]]) for row in listed]
        return next_question(context, ranked, verdicts)


def nearest_first(codes: Sequence[str], areas: AreaTree) -> tuple[str, ...]:
    """List where a person lives from the smallest area to the widest, with all that contains it."""
    all_codes = {code: None for given in codes for code in (given, *areas.ancestors(given))}
    return tuple(sorted(all_codes, key=lambda code: -len(areas.ancestors(code))))


def current_window(windows: Sequence[Window], *, on: date) -> Window | None:
    """Give the window that is open on a day, else the next one to open; None where there is none."""
    unpaused = [window for window in windows if not window.paused]
    unended = [window for window in unpaused if window.closes is None or window.closes >= on]
    return min(unended, key=lambda window: window.opens or date.min, default=None)


def _counts(statuses: NDArray[np.int64]) -> dict[Status, int]:
    counted = np.bincount(statuses, minlength=len(STATUSES))
    return {status: int(counted[code]) for code, status in reversed(list(enumerate(STATUSES)))}
