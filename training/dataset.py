"""Turns decided applications into pairs to learn from, each as it looked on the day of the application."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from data.outcomes import Application, Outcome, Result
from features.embedding import Vectors
from features.history import AwardHistory, DecisionLog
from features.pairs import GrantIndex, PairFeatures, pair_features, stack
from training.split import Decided, Period

CONTRAST_WEIGHT = 0.1
"""How much a grant that was not applied to counts, as if declined, beside a real decision."""


@dataclass(frozen=True)
class Memory:
    """The history as it was known on any day, folded anew each day or each month."""

    log: DecisionLog
    snapshots: str
    _known: dict[date, AwardHistory]

    @classmethod
    def of(
        cls, decided: Sequence[Decided], vectors: dict[str, Vectors], index: GrantIndex, snapshots: str
    ) -> Memory:
        """Read all decisions once; `vectors` are by the text of the need."""
        rows = np.array([vectors[application.need.text] for application, _ in decided], dtype=np.float32)
        rows = rows.reshape(len(decided), index.texts.shape[1])
        return cls(DecisionLog.of(decided, rows, index.grants), snapshots, {})

    def known(self, *, on: date) -> AwardHistory:
        """What was known on a day: decisions made before it, or before the first of its month."""
        before = on if self.snapshots == "day" else on.replace(day=1)
        if before not in self._known:
            self._known[before] = self.log.known(before=before)
        return self._known[before]


@dataclass(frozen=True)
class Query:
    """One need of one person on a day, with the decided applications that it led to."""

    number: int
    person: int
    first: Application
    decided: tuple[Decided, ...]

    @property
    def grants(self) -> tuple[str, ...]:
        """The grants applied to and decided."""
        return tuple(application.grant_id for application, _ in self.decided)


@dataclass(frozen=True)
class Pairs:
    """Decided applications as rows to learn from; all arrays are (pairs,)."""

    features: PairFeatures
    awarded: NDArray[np.float64]
    weights: NDArray[np.float64]
    queries: NDArray[np.int64]
    people: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.awarded)

    def take(self, rows: NDArray[np.int64]) -> Pairs:
        """Keep some of the pairs."""
        held = (self.awarded[rows], self.weights[rows], self.queries[rows], self.people[rows])
        return Pairs(self.features.take(rows), *held)


@dataclass(frozen=True)
class Builder:
    """Makes pairs and whole candidate lists with one and the same function that serving uses."""

    index: GrantIndex
    memory: Memory
    vectors: dict[str, Vectors]
    places: dict[str, int]
    propensity_floor: float | None
    _described: dict[tuple[str, ...], PairFeatures] = field(default_factory=dict)

    def features(self, application: Application, rows: NDArray[np.int64]) -> PairFeatures:
        """Describe a need against some grants, as known on the day of the application."""
        need, on = application.need, application.on
        vector = self.vectors[need.text]
        known = self.memory.known(on=on)
        return pair_features(need, vector, application.areas, self.index, known, on=on, rows=rows)

    def weight(self, application: Application) -> float:
        """How much an application counts: seldom seen ones more, where it is logged how seldom."""
        if self.propensity_floor is None or application.propensity is None:
            return 1.0
        return 1.0 / max(application.propensity, self.propensity_floor)

    def pairs(
        self,
        queries: Sequence[Query],
        *,
        contrast: Callable[[Query], NDArray[np.int64]] | None = None,
        told: Callable[[], None] | None = None,
    ) -> Pairs:
        """Lay out the decided applications of queries; `contrast` names grants to add as if declined."""
        parts = []
        for query in queries:
            applied = [self.places[grant] for grant in query.grants]
            others = contrast(query).tolist() if contrast else []
            weights = [self.weight(application) for application, _ in query.decided]
            won = [float(outcome.result is Result.AWARDED) for _, outcome in query.decided]
            size = len(applied) + len(others)
            parts.append(
                Pairs(
                    self._described_once(query.first, applied + others),
                    np.array(won + [0.0] * len(others)),
                    np.array(weights + [CONTRAST_WEIGHT] * len(others)),
                    np.full(size, query.number),
                    np.full(size, query.person),
                )
            )
            if told:
                told()
        return _joined(parts)

    def _described_once(self, application: Application, rows: list[int]) -> PairFeatures:
        """What was known on a day never changes: periods that overlap share their rows."""
        key = (application.id, *map(str, rows))
        if key not in self._described:
            self._described[key] = self.features(application, np.array(rows, dtype=np.int64))
        return self._described[key]


def queries_of(decided: Sequence[Decided], period: Period, known: dict[str, int]) -> list[Query]:
    """Gather a period's decisions about grants of the catalogue by person, day and need."""
    held = [pair for pair in decided if pair[0].grant_id in known and period.holds(*pair)]
    held.sort(key=lambda pair: (pair[0].on, *_asker(pair), pair[0].id))
    people = {person: number for number, person in enumerate(sorted({pair[0].person for pair in held}))}
    return list(_gathered(held, people))


def _gathered(held: list[tuple[Application, Outcome]], people: dict[str, int]) -> Iterator[Query]:
    grouped = groupby(held, key=lambda pair: (pair[0].on, *_asker(pair)))
    for number, (_, group) in enumerate(grouped):
        pairs = tuple(group)
        yield Query(number, people[pairs[0][0].person], pairs[0][0], pairs)


def _asker(pair: Decided) -> tuple[str, str]:
    return pair[0].person, pair[0].need.model_dump_json()


def _joined(parts: Sequence[Pairs]) -> Pairs:
    return Pairs(
        stack([part.features for part in parts]),
        *(
            np.concatenate([getattr(part, name) for part in parts] or [np.zeros(0)])
            for name in ("awarded", "weights", "queries", "people")
        ),
    )
