"""What funders decided before a day, folded into arrays: the only memory that ranking has of past outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.grants import Grant
from data.outcomes import Application, Outcome, Result
from features.embedding import Vectors
from features.lexical import words
from features.past_needs import PastNeeds
from features.tallies import Counts, Mentions, Tally

HALF_LIFE_DAYS: Final = 365.0
"""After a year an award counts half in a grant's recent volume."""
ROOM: Final = 16_384
"""Vectors of past needs kept in all, so that memory and time stay flat as history grows."""
LEAST_NEEDS_A_WORD: Final = 3
"""A word in fewer past needs than this is not kept: it may be a name, and it says little."""
AMOUNT_STEP: Final = 1.1
"""Each amount step is a tenth above the one before."""


@dataclass(frozen=True)
class AwardHistory:
    """Decisions by grant as known before a day; every array is in the order of `grant_ids`."""

    grant_ids: tuple[str, ...]
    before: date
    awarded: Counts
    declined: Counts
    recent: Counts
    """Awards, each halved for every year of its age on the day `before`."""
    last_award: Counts
    """Ordinal of the day of the last award; NaN for a grant that has made none."""
    by_area: Tally
    by_purpose: Tally
    by_step: Tally
    """Awards by amount asked, in steps of a tenth."""
    by_amount: Tally
    """Awards by the very amount asked, in pounds."""
    by_word: Tally
    met: PastNeeds
    declined_needs: PastNeeds

    @classmethod
    def build(
        cls,
        decided: Iterable[tuple[Application, Outcome]],
        vectors: Vectors,
        grants: Sequence[Grant],
        *,
        before: date,
    ) -> AwardHistory:
        """Fold decisions made earlier than `before`; `vectors` (n, dimension) are the needs', row by row."""
        return DecisionLog.of(list(decided), vectors, grants).known(before=before)

    @classmethod
    def empty(cls, grants: Sequence[Grant], *, before: date, dimension: int) -> AwardHistory:
        """The history of grants about which nothing is known."""
        return cls.build([], np.zeros((0, dimension), dtype=np.float32), grants, before=before)

    def aligned(self, grant_ids: Sequence[str]) -> AwardHistory:
        """Give the same history in the order of other grants; a grant that it does not know has none."""
        wanted = tuple(grant_ids)
        if wanted == self.grant_ids:
            return self
        place = {grant_id: row for row, grant_id in enumerate(wanted)}
        rows = np.array([place.get(grant_id, -1) for grant_id in self.grant_ids], dtype=np.int64)
        changes: dict[str, Any] = {"grant_ids": wanted}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Tally | PastNeeds):
                changes[field.name] = value.moved(rows, size=len(wanted))
            elif isinstance(value, np.ndarray):
                fresh = np.full(len(wanted), np.nan if field.name == "last_award" else 0.0)
                fresh[rows[rows >= 0]] = value[rows >= 0]
                changes[field.name] = fresh
        return replace(self, **changes)

    @cached_property
    def decisions(self) -> int:
        """Decisions known in all."""
        return int(self.awarded.sum() + self.declined.sum())

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        arrays: dict[str, NDArray[Any]] = {
            "grant_ids": np.array(self.grant_ids, dtype=np.str_),
            "before": np.array(self.before.toordinal()),
        }
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Tally | PastNeeds):
                arrays |= value.to_arrays(field.name)
            elif isinstance(value, np.ndarray):
                arrays[field.name] = value
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> AwardHistory:
        """Read back what `to_arrays` gave."""
        grant_ids = tuple(arrays["grant_ids"].tolist())
        size = len(grant_ids)
        parts: dict[str, Any] = {
            name: arrays[name] for name in ("awarded", "declined", "recent", "last_award")
        }
        for name in ("by_area", "by_purpose", "by_step", "by_amount", "by_word"):
            parts[name] = Tally.from_arrays(name, arrays, size=size)
        for name in ("met", "declined_needs"):
            parts[name] = PastNeeds.from_arrays(name, arrays, size=size)
        return cls(grant_ids=grant_ids, before=date.fromordinal(int(arrays["before"])), **parts)


@dataclass(frozen=True)
class DecisionLog:
    """Decisions in order of their day, read once, so that the history before many days can be folded quickly."""

    grant_ids: tuple[str, ...]
    days: NDArray[np.int64]
    """(decisions,) ordinals, ascending."""
    grants: NDArray[np.int64]
    awarded: NDArray[np.bool_]
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
        """Read decisions about `grants`; those about other grants and those not decided are left out."""
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
            np.array([decided[at][1].decided_on.toordinal() for at in kept], dtype=np.int64),
            np.array([place[decided[at][0].grant_id] for at in kept], dtype=np.int64),
            np.array([decided[at][1].result is Result.AWARDED for at in kept], dtype=np.bool_),
            vectors[np.array(kept, dtype=np.int64)],
            Mentions.of([list(decided[at][0].areas) for at in kept]),
            Mentions.of([list(need.purposes) for need in needs]),
            Mentions.of([[str(amount_step(amount))] if amount else [] for amount in asked]),
            Mentions.of([[str(round(amount))] if amount else [] for amount in asked]),
            Mentions.of([words(need.text) for need in needs]),
        )

    def known(self, *, before: date, room: int = ROOM) -> AwardHistory:
        """Fold the decisions made on days earlier than `before`."""
        end = int(np.searchsorted(self.days, before.toordinal()))
        days, grants, awarded = self.days[:end], self.grants[:end], self.awarded[:end]
        size = len(self.grant_ids)

        def tally(mentions: Mentions, *, least: int = 1) -> Tally:
            return Tally.of(mentions.until(end), grants, awarded, size=size, least=least)

        def needs(rows: NDArray[np.bool_]) -> PastNeeds:
            rows = rows & self.vectors[:end].any(axis=1)  # a need without words has no place among meanings
            return PastNeeds.latest(self.vectors[:end][rows], grants[rows], size=size, room=room // 2)

        faded = 0.5 ** ((before.toordinal() - days) / HALF_LIFE_DAYS)
        last = np.full(size, np.nan)
        last[grants[awarded]] = days[awarded]
        return AwardHistory(
            grant_ids=self.grant_ids,
            before=before,
            awarded=np.bincount(grants[awarded], minlength=size).astype(np.float64),
            declined=np.bincount(grants[~awarded], minlength=size).astype(np.float64),
            recent=np.bincount(grants[awarded], weights=faded[awarded], minlength=size).astype(np.float64),
            last_award=last,
            by_area=tally(self.areas),
            by_purpose=tally(self.purposes),
            by_step=tally(self.steps),
            by_amount=tally(self.amounts),
            by_word=tally(self.words, least=LEAST_NEEDS_A_WORD),
            met=needs(awarded),
            declined_needs=needs(~awarded),
        )


def amount_step(amount: float) -> int:
    """Give the step of an amount above 0: equal steps are equal ratios."""
    return int(np.floor(np.log(amount) / np.log(AMOUNT_STEP)))
