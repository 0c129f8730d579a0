"""Reads decisions once, in order of their day, so that what was known before any day can be folded quickly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant
from data.people.outcomes import Application, Outcome, Result
from features.award_history import AwardHistory
from features.embedding import Vectors
from features.funders import Funders
from features.leaning import Leaning
from features.lexical import words
from features.past_needs import PastNeeds
from features.tallies import Mentions, Tally

__all__ = ["AwardHistory", "DecisionLog", "amount_step"]

HALF_LIFE_DAYS: Final = 365.0
"""After a year an award counts half in a grant's recent volume."""
ROOM: Final = 16_384
"""Vectors of past needs kept in all, so that memory and time stay flat as history grows."""
LEAST_NEEDS_A_WORD: Final = 3
"""A word in fewer past needs than this is not kept: it may be a name, and it says little."""
AMOUNT_STEP: Final = 1.1
"""Each amount step is a tenth above the one before."""


@dataclass(frozen=True)
class DecisionLog:
    """Decisions in order of their day, about grants of one catalogue."""

    grant_ids: tuple[str, ...]
    funders: Funders
    days: NDArray[np.int64]
    """(decisions,) ordinals, ascending."""
    grants: NDArray[np.int64]
    awarded: NDArray[np.bool_]
    texts: NDArray[np.int64]
    """(decisions,) row of the need's text in `vectors`; needs of the same text share one."""
    vectors: Vectors
    areas: Mentions
    purposes: Mentions
    steps: Mentions
    amounts: Mentions
    words: Mentions

    @classmethod
    def of(
        cls, decided: Sequence[tuple[Application, Outcome]], vectors: Vectors, grants: Sequence[Grant]
    ) -> DecisionLog:
        """Read decisions, with their needs' vectors (n, dimension) row by row.

        Those about other grants and those neither awarded nor declined are left out.
        """
        if len(decided) != len(vectors):
            raise ValueError(f"{len(decided)} decisions came with {len(vectors)} vectors; each needs its own")
        place = {grant.id: row for row, grant in enumerate(grants)}
        kept = [
            at
            for at, (application, outcome) in enumerate(decided)
            if application.grant_id in place and outcome.result in (Result.AWARDED, Result.DECLINED)
        ]
        kept.sort(key=lambda at: (decided[at][1].decided_on, decided[at][0].id))
        needs = [decided[at][0].need for at in kept]
        asked = [need.amount for need in needs]
        return cls(
            tuple(place),
            Funders.of(grants),
            np.array([decided[at][1].decided_on.toordinal() for at in kept], dtype=np.int64),
            np.array([place[decided[at][0].grant_id] for at in kept], dtype=np.int64),
            np.array([decided[at][1].result is Result.AWARDED for at in kept], dtype=np.bool_),
            np.arange(len(kept)),
            vectors[np.array(kept, dtype=np.int64)],
            Mentions.of([list(decided[at][0].areas) for at in kept]),
            Mentions.of([list(need.purposes) for need in needs]),
            Mentions.of([[str(amount_step(amount))] if amount else [] for amount in asked]),
            Mentions.of([[str(round(amount))] if amount else [] for amount in asked]),
            Mentions.of([words(need.text) for need in needs]),
        )

    def known(self, *, before: date, room: int = ROOM) -> AwardHistory:
        """Fold the decisions made on days earlier than `before`, keeping up to `room` vectors of past needs."""
        end = int(np.searchsorted(self.days, before.toordinal()))
        days, grants, awarded = self.days[:end], self.grants[:end], self.awarded[:end]
        texts = self.texts[:end]
        worded = self._worded[texts]  # a need without words has no place among meanings
        size = len(self.grant_ids)

        def tally(mentions: Mentions, *, least: int = 1) -> Tally:
            return Tally.of(mentions.until(end), grants, awarded, size=size, least=least)

        def needs(rows: NDArray[np.bool_]) -> PastNeeds:
            return PastNeeds.latest(self.vectors, texts[rows], grants[rows], size=size, room=room // 2)

        faded = 0.5 ** ((before.toordinal() - days) / HALF_LIFE_DAYS)
        last = np.full(size, np.nan)
        last[grants[awarded]] = days[awarded]
        met = awarded & worded
        return AwardHistory(
            grant_ids=self.grant_ids,
            funders=self.funders,
            before=before,
            awarded=np.bincount(grants[awarded], minlength=size).astype(np.float64),
            declined=np.bincount(grants[~awarded], minlength=size).astype(np.float64),
            recent=np.bincount(grants[awarded], faded[awarded], size).astype(np.float64),
            last_award=last,
            by_area=tally(self.areas),
            by_purpose=tally(self.purposes),
            by_step=tally(self.steps),
            by_amount=tally(self.amounts),
            by_word=tally(self.words, least=LEAST_NEEDS_A_WORD),
            met=needs(met),
            declined_needs=needs(~awarded & worded),
            leaning=Leaning.of(self.vectors, texts[met], grants[met], self.funders),
        )

    @cached_property
    def _worded(self) -> NDArray[np.bool_]:
        return np.asarray(self.vectors.any(axis=1))


def amount_step(amount: float) -> int:
    """Give the step of an amount above 0: equal steps are equal ratios."""
    return int(np.floor(np.log(amount) / np.log(AMOUNT_STEP)))
