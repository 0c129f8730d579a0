"""What the chances of some grants would be once something is answered: how likely each answer is, and what then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.catalogue.rules import Condition, Discretion, WorkedIn
from models.qualifying.chances import Estimate, Made
from models.qualifying.circuit import Asked
from models.qualifying.gates import InCells, Narrowed
from models.qualifying.places import PLACES
from models.qualifying.spreads import Chances, Members

SETTLED: Final = 1e-4
"""What is as unlikely as this, or its opposite, is not looked at."""
AT_ONCE: Final = 200
"""Answers that are worked out together: more no longer lie near the processor."""


@dataclass(frozen=True)
class Outlooks:
    """The answers to each thing that rules ask, one thing after another."""

    of: tuple[str | Condition, ...]
    """Facts, `PLACES`, and conditions that have one rate as a whole; places and sets of choices come once for each that
    rules ask."""
    starts: NDArray[np.int64]
    """Where the answers to each begin; those to a condition, a place, and one of several choices, are yes and no."""
    shares: Chances
    """(answers,) how likely each is."""
    chances: Chances
    """(grants, answers) how likely the person would then qualify."""

    def expected(self, values: Chances) -> Chances:
        """Give (grants, things asked) the mean over the answers, from (grants, answers)."""
        return np.add.reduceat(values * self.shares, self.starts, axis=1)

    @cached_property
    def moves(self) -> Chances:
        """(grants, things asked) how far each chance is expected to move."""
        counts = np.diff(self.starts, append=len(self.shares))
        return self.expected(np.abs(self.chances - np.repeat(self.expected(self.chances), counts, axis=1)))


def decisive_in(ahead: Outlooks) -> list[str | None]:
    """Name for each grant what an answer is expected to move its chance most: a fact, `areas` or `work`; or nothing."""
    moves = ahead.moves
    return [
        _name(ahead.of[at]) if row[at] > SETTLED else None
        for at, row in zip(moves.argmax(axis=1), moves, strict=True)
    ]


def _name(of: str | Condition) -> str | None:
    if isinstance(of, str):
        return "areas" if of == PLACES else of
    return "work" if isinstance(of, WorkedIn) else None


class _Answers(NamedTuple):
    """The answers to one thing, and what each tells of some slots."""

    of: str | Condition
    shares: Chances
    slots: NDArray[np.int64]
    answers: NDArray[np.int64]
    """Beside each of the slots which of the answers tells of it."""
    holds: Chances
    """Beside each of the slots whether it then holds."""
    kinds: Chances | None = None
    """(answers, kinds) how likely the person then is of each kind; None where that stays as it is."""


def outlooks(estimate: Estimate, rows: Sequence[int]) -> Outlooks | None:
    """Look ahead from what is known, for the grants in some rows of the catalogue; None where nothing is open.

    Kinds of people are put together, each as likely as it is once the answer is known; what people at the funds decide
    is left open.
    """
    made, on = estimate.made, estimate.on
    if made is None:
        return None
    rules, edges = estimate.of.rules_in_force(on).some(np.array(rows, dtype=np.int64))
    read = np.unique(np.concatenate([estimate.of.slots_read[row] for row in rows]))
    part = estimate.of.circuit.gates.under(np.concatenate([edges, 2 * read + 2]))
    mean = made.slots @ estimate.weights
    answers = list(_answers(estimate, made, mean, read))
    if not answers:
        return None
    starts = np.cumsum([0, *(len(one.shares) for one in answers)])
    slots, rules = _slots(answers, starts, part, made, mean), rules.renamed(part.edges)
    pieces = (slots[:, start : start + AT_ONCE] for start in range(0, slots.shape[1], AT_ONCE))
    chances = np.concatenate([rules.of(part.evaluate(piece, made.pins)) for piece in pieces], axis=1)
    shares = np.concatenate([one.shares for one in answers])
    return Outlooks(tuple(one.of for one in answers), starts[:-1], shares, chances)


def _slots(
    answers: Sequence[_Answers], starts: NDArray[np.int64], part: Narrowed, made: Made, mean: Chances
) -> Chances:
    """Give (slots of the part, answers) how likely each slot is once each answer is known."""
    found = np.repeat(mean[part.slots][:, None], starts[-1], axis=1)
    of_kinds = made.slots[part.slots]
    for one, start in zip(answers, starts.tolist(), strict=False):
        if one.kinds is not None:
            found[:, start : start + len(one.kinds)] = of_kinds @ one.kinds.T
    place = np.full(len(mean), -1)
    place[part.slots] = np.arange(len(part.slots))
    told = place[np.concatenate([one.slots for one in answers])]
    columns = np.concatenate([start + one.answers for one, start in zip(answers, starts, strict=False)])
    here = told >= 0
    found[told[here], columns[here]] = np.concatenate([one.holds for one in answers])[here]
    return found


def _answers(estimate: Estimate, made: Made, mean: Chances, read: NDArray[np.int64]) -> Iterator[_Answers]:
    """Yield the answers to all slots that some grants read and that are not settled."""
    of, facts = estimate.of, dict[str, list[int]]()
    for at in read[(mean[read] > SETTLED) & (mean[read] < 1 - SETTLED)].tolist():
        match of.circuit.gates.slots[at]:
            case InCells(fact=fact):
                facts.setdefault(fact, []).append(at)
            case Asked(condition=condition) if not isinstance(condition, Discretion):
                yield _Answers(condition, _yes_and_no(mean[at]), np.array([at, at]), _BOTH, 1.0 - _BOTH)
            case _:
                continue
    in_cells = {
        fact: asked
        for fact, asked in facts.items()
        if fact != PLACES and not isinstance(of.model.leaves.spreads[fact], Members)
    }
    told_in_cells = _of_cells(estimate, made, in_cells)
    for fact, asked in facts.items():
        if fact in in_cells:
            yield next(told_in_cells)
        else:
            for at in asked:
                slots, answers = of.slots_of[fact].implied(at)
                yield _Answers(fact, _yes_and_no(mean[at]), slots, answers, 1.0 - answers)


_BOTH: Final = np.array([0, 1])
"""The answers yes and no."""


def _yes_and_no(likely: float) -> Chances:
    return np.array([likely, 1 - likely])


def _of_cells(estimate: Estimate, made: Made, facts: Mapping[str, list[int]]) -> Iterator[_Answers]:
    """Put together the cells of each fact that no slot asked tells apart.

    An answer may tell what kind of people somebody is of. The cells of all facts stand end to end.
    """
    if not facts:
        return
    slots_of, cells = estimate.of.slots_of, made.place.tables.cells
    rows = [np.searchsorted(slots_of[fact].places, asked) for fact, asked in facts.items()]
    apart = [slots_of[fact].told_apart(asked) for fact, asked in zip(facts, rows, strict=True)]
    starts = np.cumsum([0, *(one.holds.shape[1] for one in apart)])
    groups = np.concatenate([start + one.groups for one, start in zip(apart, starts, strict=False)])
    each = np.concatenate([cells(fact) for fact in facts])[:, made.kinds] * estimate.weights
    kinds = len(estimate.weights)
    # One cell after the other, as they stand: the last digits of a sum depend on its order.
    bins = (groups[:, None] * kinds + np.arange(kinds)).ravel()
    joint = np.bincount(bins, each.ravel(), minlength=starts[-1] * kinds).reshape(-1, kinds)
    every = joint.sum(axis=1)
    for (fact, asked), one, start in zip(facts.items(), apart, starts.tolist(), strict=False):
        likely = np.flatnonzero(every[start : start + one.holds.shape[1]] > SETTLED)
        shares, known = every[start + likely], estimate.of.catalogue.facts.facts[fact]
        tells = fact in made.place.varying and not known.sensitive
        yield _Answers(
            fact,
            shares / shares.sum(),
            np.repeat(asked, len(likely)),
            np.tile(np.arange(len(likely)), len(asked)),
            one.holds[:, likely].ravel(),
            joint[start + likely] / shares[:, None] if tells else None,
        )
