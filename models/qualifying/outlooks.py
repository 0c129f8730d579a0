"""What the chances of some grants would be once something is answered: how likely each answer is, and what then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.catalogue.rules import Condition
from models.qualifying.chances import Estimate, Made
from models.qualifying.circuit import Asked
from models.qualifying.gates import InCells
from models.qualifying.places import PLACES
from models.qualifying.spreads import Chances, Members

SETTLED: Final = 1e-4
"""What is as unlikely as this, or its opposite, is not looked at."""
AT_ONCE: Final = 200
"""Answers that are worked out together: more no longer lie near the processor."""


@dataclass(frozen=True)
class Outlook:
    """The answers to one thing that rules ask."""

    of: str | Condition
    """A fact, or a condition that is asked as a whole; of the latter, and of one member of a set, yes and no."""
    shares: Chances
    """(answers,) how likely each is."""
    chances: Chances
    """(grants, answers) how likely the person would then qualify."""

    @property
    def moves(self) -> Chances:
        """(grants,) how far the chance of each is expected to move."""
        mean = self.chances @ self.shares
        found: Chances = np.abs(self.chances - mean[:, None]) @ self.shares
        return found


class _Answers(NamedTuple):
    of: str | Condition
    shares: Chances
    """(answers,)."""
    slots: Chances
    """(slots, answers); of yes and no only yes, as no follows from it."""


def outlooks(estimate: Estimate, rows: Sequence[int]) -> Iterator[Outlook]:
    """Look ahead from what is known, for the grants in some rows of the catalogue.

    Kinds of people are put together, each as likely as it is once the answer is known.
    """
    made = estimate.made
    if made is None:
        return
    answers = list(_answers(estimate, made, rows))
    now = _chances(estimate, made, (made.slots @ estimate.weights)[:, None], rows)
    chances = _chances(estimate, made, np.concatenate([one.slots for one in answers], axis=1), rows) if answers else now
    start = 0
    for one in answers:
        then = chances[:, start : start + one.slots.shape[1]]
        start += one.slots.shape[1]
        if then.shape[1] < len(one.shares):
            yes, no = one.shares
            then = np.concatenate([then, np.clip((now - yes * then) / no, 0, 1)], axis=1)
        yield Outlook(one.of, one.shares, then)


def _chances(estimate: Estimate, made: Made, slots: Chances, rows: Sequence[int]) -> Chances:
    """Give (rows, answers) the chances, from (slots, answers)."""
    qualifying, found = estimate.of, []
    rules = qualifying.rules_in_force(estimate.on)
    for start in range(0, slots.shape[1], AT_ONCE):
        edges = qualifying.circuit.gates.evaluate(slots[:, start : start + AT_ONCE], made.pins)
        found.append(rules.of(edges)[list(rows)])
    return np.concatenate(found, axis=1)


def _answers(estimate: Estimate, made: Made, rows: Sequence[int]) -> Iterator[_Answers]:
    """Yield the answers to all that some grants ask and that is not settled."""
    qualifying, mean = estimate.of, made.slots @ estimate.weights
    facts: dict[str, list[int]] = {}
    for at in sorted(frozenset[int]().union(*(qualifying.slots_read(row) for row in rows))):
        slot = qualifying.circuit.gates.slots[at]
        if not SETTLED < mean[at] < 1 - SETTLED:
            continue
        if isinstance(slot, InCells):
            facts.setdefault(slot.fact, []).append(at)
        elif isinstance(slot, Asked):
            yield _yes_or_no(slot.condition, mean, at, [at])
    for fact, asked in facts.items():
        if fact == PLACES:
            continue
        if isinstance(qualifying.model.leaves.spreads[fact], Members):
            for at in asked:
                mine = qualifying.slots_of[fact]
                mask = qualifying.circuit.gates.slots[at].mask
                wider = [place for place, other in zip(mine.places, mine.masks, strict=True) if mask <= other]
                yield _yes_or_no(fact, mean, at, wider)
        else:
            yield _of_cells(estimate, made, fact, asked)


def _yes_or_no(of: str | Condition, mean: Chances, at: int, hold: Sequence[int]) -> _Answers:
    slots = mean.copy()
    slots[hold] = 1.0
    return _Answers(of, np.array([mean[at], 1 - mean[at]]), slots[:, None])


def _of_cells(estimate: Estimate, made: Made, fact: str, asked: Sequence[int]) -> _Answers:
    """Put together the cells that no slot asked tells apart; an answer may tell what kind of people somebody is of."""
    qualifying = estimate.of
    mine, known = qualifying.slots_of[fact], qualifying.catalogue.facts.facts[fact]
    rows = np.isin(mine.places, asked)
    alike, group = np.unique(mine.holds[rows], axis=1, return_inverse=True)
    joint = np.zeros((alike.shape[1], len(estimate.weights)))
    np.add.at(joint, group.ravel(), made.place.tables.cells(fact)[:, made.kinds] * estimate.weights)
    likely = joint.sum(axis=1) > SETTLED
    joint, shares = joint[likely], joint[likely].sum(axis=1)
    tells = fact in made.place.varying and not known.sensitive
    kinds = joint / shares[:, None] if tells else np.tile(estimate.weights, (len(shares), 1))
    slots = made.slots @ kinds.T
    slots[mine.places[rows]] = alike[:, likely]
    return _Answers(fact, shares / shares.sum(), slots)
