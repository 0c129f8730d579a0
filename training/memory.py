"""What was known on any day, folded from batches of decisions in the order of the days that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.award_history import AwardHistory
from features.embedding import Vectors
from features.grant_index import GrantIndex
from features.history import DecisionLog, amount_step
from features.lexical import words
from features.tallies import Mentions

Places = NDArray[np.int64]
READ: Final = ("grant", "decided_on", "awarded", "text", "purposes", "amount", "areas")
EPOCH: Final = date(1970, 1, 1).toordinal()
HELD: Final = 2
"""Foldings kept at a time; who asks in the order of days folds each once."""


@dataclass(frozen=True)
class Memory:
    """The history as it was known on any day, folded anew each day or each month."""

    log: DecisionLog
    snapshots: str
    _known: dict[date, AwardHistory] = field(default_factory=dict)

    def known(self, *, on: date) -> AwardHistory:
        """What was known on a day: decisions made before it, or before the first of its month."""
        before = on if self.snapshots == "day" else on.replace(day=1)
        if before not in self._known:
            self._known[before] = self.log.known(before=before)
            while len(self._known) > HELD:
                del self._known[next(iter(self._known))]
        return self._known[before]


def texts_of(batches: Iterable[pa.RecordBatch]) -> tuple[str, ...]:
    """Every different text of needs, in the order in which it first comes."""
    found: dict[str, None] = {}
    for batch in batches:
        found |= dict.fromkeys(batch.column("text").unique().to_pylist())
    return tuple(found)


def decision_log(
    batches: Iterable[pa.RecordBatch], texts: Sequence[str], vectors: Vectors, index: GrantIndex
) -> DecisionLog:
    """Read all decisions once into plain columns, in order of their day; `vectors` are those of the `texts`."""
    parts = [batch.select(READ).filter(batch.column("decided_on").is_valid()) for batch in batches]
    table = pa.Table.from_batches(parts).combine_chunks()
    days = table.column("decided_on").cast(pa.int32()).to_numpy().astype(np.int64) + EPOCH
    order = np.argsort(days, kind="stable")
    table = table.take(pa.array(order)).combine_chunks()
    of_text = _places(table.column("text"), texts)
    amounts = table.column("amount").to_numpy()
    return DecisionLog(
        index.ids,
        index.funders,
        days[order],
        table.column("grant").to_numpy().astype(np.int64),
        table.column("awarded").to_numpy(),
        of_text,
        vectors,
        _carried(table.column("areas")),
        _carried(table.column("purposes")),
        _amounts(amounts, amount_step),
        _amounts(amounts, round),
        _words(texts, of_text),
    )


def _places(column: pa.ChunkedArray, among: Sequence[str]) -> Places:
    place = {name: at for at, name in enumerate(among)}
    own = column.combine_chunks().dictionary_encode()
    of_own = np.array([place[name] for name in own.dictionary.to_pylist()], dtype=np.int64)
    found: Places = of_own[own.indices.to_numpy()]
    return found


def _carried(column: pa.ChunkedArray) -> Mentions:
    """The codes that each decision carries, from a column of lists."""
    lists = column.combine_chunks()
    codes = pc.list_flatten(lists).dictionary_encode()
    decisions = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    return Mentions.of_pairs(
        codes.dictionary.to_pylist(), decisions, codes.indices.to_numpy().astype(np.int64)
    )


def _amounts(amounts: NDArray[np.float64], step: Callable[[float], int]) -> Mentions:
    """The step of each amount above 0; unknown ones carry none."""
    rows = np.flatnonzero(amounts > 0)
    values, which = np.unique(amounts[rows], return_inverse=True)
    names = [str(step(float(value))) for value in values]
    codes = list(dict.fromkeys(names))
    place = np.array([codes.index(name) for name in names], dtype=np.int64)
    return Mentions.of_pairs(codes, rows, place[which])


def _words(texts: Sequence[str], of_text: Places) -> Mentions:
    """The root words of each decision's need."""
    held = Mentions.of([words(text) for text in texts])
    starts = np.searchsorted(held.decisions, np.arange(len(texts) + 1))
    sizes = np.diff(starts)[of_text]
    decisions = np.repeat(np.arange(len(of_text)), sizes)
    within = np.arange(len(decisions)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return Mentions(held.codes, decisions, held.places[np.repeat(starts[of_text], sizes) + within])
