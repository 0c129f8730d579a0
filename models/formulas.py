"""Answers every formula of a catalogue for a person, level by level, and finds which of them time can change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.answers import Answer
from models.bits import Words, bytes_of, numbers_set
from models.columns import Columns, Held
from models.layout import Region
from models.lexicon import SWAYED
from models.literals import Subject
from models.rows import Answered, CodedRows, Codes


@dataclass(frozen=True)
class Answers:
    """The answers of all formulas, and what holds in every column."""

    codes: Codes
    """(formulas,)"""
    surely: Words
    perhaps: Words
    """What may hold, or certainly does."""

    @classmethod
    def of(cls, columns: Columns, count: int, held: Held, swayed: Answered | None, decided: Answer) -> Self:
        """Answer the formulas where people at the funds decide so."""
        surely, perhaps = held.surely | columns.unused, held.perhaps.copy()
        if decided is Answer.UNKNOWN:
            perhaps |= columns.granted
            perhaps |= columns.refused
        else:
            surely |= columns.granted if decided is Answer.YES else columns.refused
        codes = np.zeros(count, dtype=np.int8)
        if swayed is not None:
            _add(columns.answered.get(SWAYED, ()), swayed.codes, surely, perhaps)
        for level, region in enumerate(columns.layout.regions, start=1):
            codes[region.formulas] = _answers(region, surely, surely | perhaps)
            _add(columns.answered.get(Subject("formula", level), ()), codes, surely, perhaps)
        perhaps |= surely
        return cls(codes, surely, perhaps)


def _add(rows: Iterable[CodedRows], codes: Codes, surely: Words, perhaps: Words) -> None:
    for one in rows:
        one.add(codes, surely, perhaps)


def _answers(region: Region, surely: Words, perhaps: Words) -> Codes:
    no, not_yes = (
        surely[region.start : region.reasons_end].copy(),
        perhaps[region.start : region.reasons_end].copy(),
    )
    for first, last in region.slots:
        no[: last - first] |= ~perhaps[first:last]
        not_yes[: last - first] |= ~surely[first:last]
    count = len(region.formulas)
    return (2 - bytes_of(no, count) - bytes_of(not_yes, count)).astype(np.int8)


@dataclass(frozen=True)
class Movement:
    """Which formulas time can change, and what holds by what it cannot."""

    moves: NDArray[np.bool_]
    """(formulas,)"""
    open_anyway: Words
    """Columns of clauses that may hold on every day by what does not move."""

    @classmethod
    def of(cls, columns: Columns, answers: Answers, held: Held, swayed: Answered | None) -> Self:
        """Follow what moves from level to level."""
        moves = np.zeros(len(answers.codes), dtype=np.bool_)
        if held.moved is None and (swayed is None or not swayed.moving):
            return cls(moves, answers.perhaps)
        moved = np.zeros(len(answers.perhaps), dtype=np.uint64) if held.moved is None else held.moved.copy()
        surely, open_anyway = (
            held.steady_surely | columns.unused,
            held.steady_perhaps | columns.granted | columns.refused,
        )
        if swayed is not None:
            _add(columns.answered.get(SWAYED, ()), _still(swayed.codes, swayed.moving), surely, open_anyway)
            for one in columns.answered.get(SWAYED, ()):
                moved |= one.moved(swayed.moving)
        for level, region in enumerate(columns.layout.regions, start=1):
            places = numbers_set(region.fold(moved) & ~_stuck(region, surely, surely | open_anyway | moved))
            moves[region.formulas[places[places < len(region.formulas)]]] = True
            for one in columns.answered.get(Subject("formula", level), ()):
                one.add(np.where(moves, 0, answers.codes).astype(np.int8), surely, open_anyway)
                moved |= one.moved(np.flatnonzero(moves).tolist())
        return cls(moves, open_anyway | surely)


def _stuck(region: Region, surely: Words, may_hold: Words) -> Words:
    """Mark the places of formulas that stay a no by what does not move."""
    no = surely[region.start : region.reasons_end].copy()
    for first, last in region.slots:
        no[: last - first] |= ~may_hold[first:last]
    return no


def _still(codes: Codes, moving: tuple[int, ...]) -> Codes:
    found = codes.copy()
    found[list(moving)] = 0
    return found
