"""What the chances of some grants would be once something is answered: how likely each answer is, and what then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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

    @property
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
    of: str | Condition
    shares: Chances
    slots: Chances
    """(slots of the part that is looked at, answers)."""


def outlooks(estimate: Estimate, rows: Sequence[int]) -> Outlooks | None:
    """Look ahead from what is known, for the grants in some rows of the catalogue; None where nothing is open.

    Kinds of people are put together, each as likely as it is once the answer is known; what people at the funds decide
    is left open.
    """
    made, on = estimate.made, estimate.on
    if made is None:
        return None
    rules, edges = estimate.of.rules_in_force(on).some(np.array(rows, dtype=np.int64))
    read = sorted(frozenset[int]().union(*(estimate.of.slots_read(row) for row in rows)))
    part = estimate.of.circuit.gates.under(np.concatenate([edges, 2 * np.array(read, dtype=np.int64) + 2]))
    answers = list(_answers(estimate, made, part, read))
    if not answers:
        return None
    shares = np.concatenate([one.shares for one in answers])
    starts = np.cumsum([0, *(len(one.shares) for one in answers[:-1])])
    slots, rules = np.concatenate([one.slots for one in answers], axis=1), rules.renamed(part.edges)
    pieces = (slots[:, start : start + AT_ONCE] for start in range(0, slots.shape[1], AT_ONCE))
    chances = np.concatenate([rules.of(part.evaluate(piece, made.pins)) for piece in pieces], axis=1)
    return Outlooks(tuple(one.of for one in answers), starts, shares, chances)


def _answers(estimate: Estimate, made: Made, part: Narrowed, read: Sequence[int]) -> Iterator[_Answers]:
    """Yield the answers to all slots that some grants read and that are not settled, in the slots of their part."""
    of, facts = estimate.of, dict[str, list[int]]()
    mean = made.slots @ estimate.weights
    own = mean[part.slots]
    for at in (at for at in read if SETTLED < mean[at] < 1 - SETTLED):
        match of.circuit.gates.slots[at]:
            case InCells(fact=fact):
                facts.setdefault(fact, []).append(at)
            case Asked(condition=condition) if not isinstance(condition, Discretion):
                yield _yes_or_no(condition, mean[at], own, part.among([at]), part.among([at]))
            case _:
                continue
    for fact, asked in facts.items():
        mine = of.slots_of[fact]
        if fact == PLACES or isinstance(of.model.leaves.spreads[fact], Members):
            for at in asked:
                wider, narrower = (part.among(slots) for slots in mine.implied(at))
                yield _yes_or_no(fact, mean[at], own, wider, narrower)
        else:
            yield _of_cells(estimate, made, part, own, fact, np.searchsorted(mine.places, asked))


def _yes_or_no(
    of: str | Condition, likely: float, own: Chances, wider: NDArray[np.int64], narrower: NDArray[np.int64]
) -> _Answers:
    """Where one slot holds so do wider ones, where it does not neither do narrower ones."""
    slots = np.stack([own, own], axis=1)
    slots[wider, 0], slots[narrower, 1] = 1.0, 0.0
    return _Answers(of, np.array([likely, 1 - likely]), slots)


def _of_cells(
    estimate: Estimate, made: Made, part: Narrowed, own: Chances, fact: str, asked: NDArray[np.int64]
) -> _Answers:
    """Put together the cells that no slot asked tells apart; an answer may tell what kind of people somebody is of."""
    mine, known = estimate.of.slots_of[fact], estimate.of.catalogue.facts.facts[fact]
    group, first = mine.told_apart(asked)
    joint = np.zeros((len(first), len(estimate.weights)))
    np.add.at(joint, group, made.place.tables.cells(fact)[:, made.kinds] * estimate.weights)
    likely = np.flatnonzero(joint.sum(axis=1) > SETTLED)
    joint, first = joint[likely], first[likely]
    shares = joint.sum(axis=1)
    if fact in made.place.varying and not known.sensitive:
        slots = made.slots[part.slots] @ (joint / shares[:, None]).T
    else:
        slots = np.repeat(own[:, None], len(shares), axis=1)
    slots[part.among(mine.places[asked])] = mine.holds[asked][:, first]
    return _Answers(fact, shares / shares.sum(), slots)
