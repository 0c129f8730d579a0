"""What is told of the part of a list that is shown, of the grants just missed, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant, Window
from features.fit import with_chances
from features.pairs import PairFeatures
from models.counterfactuals.missing import missing_sets
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import STATUSES, Status, Verdict, judge_in
from models.explanations.near_miss import NearMiss, near_miss_of
from models.explanations.next_question import NextQuestion, next_question
from models.explanations.places_ahead import CHANCES, TOP, Front
from models.explanations.reasons import reasons, steps_in_words
from models.listing.recommendations import (
    Contribution,
    Qualifies,
    Recommendation,
    chance_of_award,
    contributions_of,
    qualifies_in_words,
)
from models.listing.scored import Scored
from models.listing.wish import Wish
from models.qualifying.grouping import GROUPS
from models.qualifying.outlooks import Outlooks, decisive_in, outlooks
from models.rankers.protocol import Ranker

NEAR: Final = timedelta(days=730)
"""A grant that opens to a person later than this is no near miss."""
HELD_AGAINST: Final = 3
"""Ruled-out grants, most fitting first, whose status is held against the plain judge's, as those of the page are."""
FRONT: Final = 60
"""Grants, best first, that may come among the first ten once a question is answered."""
LOOKED_AT: Final = 40
"""Ruled-out grants, most fitting first, among which near misses are looked for."""


@dataclass(frozen=True)
class Listed:
    """The list of one person and one need: rows of the catalogue, best first, and all that they were ordered by."""

    grants: Sequence[Grant]
    order: Ranker
    context: EvaluationContext
    scored: Scored
    statuses: NDArray[np.int64]
    """(grants,) places in `STATUSES`, what never pays for the need among those that are ruled out."""
    rows: NDArray[np.int64]
    propensities: NDArray[np.float64]
    """The chance of each row to stand where it stands."""
    ruled_out: NDArray[np.int64]
    """Rows of the grants that the rules say no to, most fitting first."""

    def verdicts(self, wish: Wish) -> dict[int, Verdict]:
        """Judge with all findings, by row, what is shown, what comes first, and some that are ruled out."""
        if not wish.explain:
            return {}
        shown = [self.rows[:TOP], self.rows[wish.shown], self.ruled_out[:HELD_AGAINST]]
        rows = dict.fromkeys(np.concatenate(shown).tolist())
        return {row: judge_in(self.context, self.grants[row]) for row in rows}

    def disputed(self, verdicts: Mapping[int, Verdict]) -> tuple[str, ...]:
        """Name the grants whose verdict has another status than the one that was judged for all at once."""
        judged = self.scored.described.statuses
        return tuple(
            verdict.grant_id
            for row, verdict in verdicts.items()
            if verdict.status is not STATUSES[judged[row]]
        )

    def ahead(self) -> Outlooks | None:
        """Tell what answers may make of the chances of the first grants; None where nothing is open."""
        return outlooks(self.scored.described.estimate, self.rows[:FRONT].tolist())

    def page(
        self, wish: Wish, verdicts: Mapping[int, Verdict], ahead: Outlooks | None
    ) -> tuple[Recommendation, ...]:
        """Tell of every grant of the part that is shown, with what is decisive of those that were looked ahead."""
        rows = self.rows[wish.shown]
        pairs = self.scored.described.pairs.take(rows)
        points = self.order.contributions(pairs) if wish.explain else None
        decisive = {} if ahead is None else dict(zip(self.rows[:FRONT], decisive_in(ahead), strict=True))
        return tuple(
            self._recommendation(
                place,
                row,
                verdicts.get(row),
                decisive.get(row),
                () if points is None else self._contributions(pairs, points, place - wish.offset, row),
            )
            for place, row in enumerate(rows.tolist(), start=wish.offset)
        )

    def _recommendation(
        self,
        place: int,
        row: int,
        verdict: Verdict | None,
        decisive: str | None,
        contributions: tuple[Contribution, ...],
    ) -> Recommendation:
        grant, status, context = self.grants[row], STATUSES[self.statuses[row]], self.context
        window = current_window(grant.windows, on=context.on)
        chance = float(self.scored.described.chances[row])
        return Recommendation(
            grant_id=grant.id,
            rank=place + 1,
            status=status,
            group=GROUPS[self.scored.groups[row]],
            score=float(self.scored.scores[row]),
            route=grant.route,
            qualifies=Qualifies(chance, qualifies_in_words(chance, status, reviewed=grant.reviewed)),
            propensity=float(self.propensities[place]),
            success=chance_of_award(self.scored.awards, row, status, chance),
            reasons=() if verdict is None else reasons(verdict, grant, context),
            missing=() if verdict is None else missing_sets(context, grant, verdict),
            decisive=decisive,
            steps=() if verdict is None else steps_in_words(verdict, grant, context),
            contributions=contributions,
            opens=None if window is None else window.opens,
            closes=None if window is None else window.closes,
            checked_on=grant.checked_on,
            reviewed=grant.reviewed,
        )

    def _contributions(
        self, pairs: PairFeatures, points: NDArray[np.float64], at: int, row: int
    ) -> tuple[Contribution, ...]:
        return contributions_of(self.order, pairs, points, at, awards=float(self.scored.award_points[row]))

    def near_misses(self, wanted: int) -> tuple[NearMiss, ...]:
        """Find some grants that one change, or a day soon to come, would open."""
        found: list[NearMiss] = []
        for row in self.ruled_out[:LOOKED_AT] if wanted else ():
            miss = near_miss_of(self.context, self.grants[row], STATUSES[self.statuses[row]])
            first = None if miss is None else miss.from_day or miss.not_before
            if miss is not None and (first is None or first - self.context.on <= NEAR):
                found.append(miss)
            if len(found) == wanted:
                break
        return tuple(found)

    def next_question(self, ahead: Outlooks | None) -> NextQuestion | None:
        """Find what to ask next."""
        rows = self.rows[self.statuses[self.rows] == STATUSES.index(Status.NEEDS_INFO)].tolist()
        still_open = [self.grants[row] for row in rows]
        return next_question(self.context, still_open, self._front(), ahead)

    def _front(self) -> Front:
        """Give the first grants with what they would score at every chance of qualifying."""
        rows, described, every = self.rows[:FRONT], self.scored.described, len(CHANCES)
        pairs, usual = described.pairs.take(np.tile(rows, every)), np.tile(described.usual[rows], every)
        by_chance = self.order.score(with_chances(pairs, np.repeat(CHANCES, len(rows)), usual))
        return Front(
            self.scored.scores[rows],
            described.chances[rows],
            by_chance.reshape(every, len(rows)),
            self.statuses[rows] == STATUSES.index(Status.NEEDS_INFO),
        )


def current_window(windows: Sequence[Window], *, on: date) -> Window | None:
    """Give the window that is open on a day, else the next one to open; None where there is none."""
    unpaused = [window for window in windows if not window.paused]
    unended = [window for window in unpaused if window.closes is None or window.closes >= on]
    return min(unended, key=lambda window: window.opens or date.min, default=None)
