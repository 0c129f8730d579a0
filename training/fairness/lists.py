"""Lists as they were shown, or as a bundle would show them: what the measures of a review are taken from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.people.events import Event, Kind
from data.people.outcomes import DECIDED, Application, Outcome, Result
from models.rankers.bundle import Bundle
from training.fairness.comparing import NOT_STATED
from training.fairness.exposure import Floats
from training.fairness.measures import Names
from training.prepared import Prepared

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Groups = Mapping[str, Mapping[str, str]]
"""Pseudonym → attribute → group."""
TEN: Final = 10
STANDINGS: Final = ("not_eligible", "not_now", "needs_info", "discretionary", "eligible")
COLUMNS: Final = ("of", "grant", "rank", "status", "qualifies", "success", "opened", "applied", "awarded")
UNTOLD: Final = -1
"""A status that was not echoed."""


@dataclass(frozen=True)
class Lists:
    """Grants at their places; arrays are (places,) where nothing else is told."""

    people: tuple[str, ...]
    """Pseudonyms."""
    owner: Rows
    """(lists,) whose list it is, a place in `people`."""
    of: Rows
    """The list of each place."""
    grant: Rows
    """Its row in the catalogue."""
    rank: Rows
    """From 1."""
    status: Rows
    """A place in STANDINGS; -1 where not told."""
    qualifies: Floats
    """The chance told, 0 to 1; NaN where none was."""
    success: Floats
    opened: Flags
    applied: Flags
    awarded: Floats
    """1 awarded, 0 declined, NaN where nothing was decided."""
    missed: Rows
    """(lists,) grants awarded to the person that did not stand on the list."""

    @classmethod
    def laid_out(
        cls, people: Sequence[str], owner: Sequence[int], missed: Sequence[int], table: Mapping[str, Floats]
    ) -> Lists:
        """Make lists of a table, column by column; what it does not have, nobody knows."""

        def column(name: str, unknown: float) -> Floats:
            return table.get(name, np.full(len(table["of"]), unknown))

        return cls(
            tuple(people),
            np.array(owner, dtype=np.int64),
            of=column("of", 0).astype(np.int64),
            grant=column("grant", 0).astype(np.int64),
            rank=column("rank", 0).astype(np.int64),
            status=column("status", UNTOLD).astype(np.int64),
            qualifies=column("qualifies", np.nan),
            success=column("success", np.nan),
            opened=column("opened", 0) == 1,
            applied=column("applied", 0) == 1,
            awarded=column("awarded", np.nan),
            missed=np.array(missed, dtype=np.int64),
        )

    @property
    def first_ten(self) -> Flags:
        """Which places are on the first page."""
        return self.rank <= TEN

    def by_person(self, values: NDArray[Any], *, where: Flags | None = None) -> Floats:
        """(people,) sums of (places,) values, over some places only."""
        kept = np.ones(len(values), dtype=np.bool_) if where is None else where
        owners = self.owner[self.of[kept]]
        sums = np.bincount(owners, weights=values[kept].astype(np.float64), minlength=len(self.people))
        return sums.astype(np.float64)

    def by_owner(self, values: NDArray[Any]) -> Floats:
        """(people,) sums of (lists,) values; NaN counts nothing."""
        sums = np.bincount(self.owner, weights=np.nan_to_num(values), minlength=len(self.people))
        return sums.astype(np.float64)

    def gain(self) -> Floats:
        """(lists,) nDCG@10 of what was later awarded; NaN where nothing was."""
        won = self.awarded == 1
        discount = np.where(won & self.first_ten, 1 / np.log2(self.rank + 1.0), 0.0)
        count = len(self.owner)
        got = np.bincount(self.of, weights=discount, minlength=count)
        awards = np.bincount(self.of, weights=won, minlength=count).astype(np.int64) + self.missed
        best = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(TEN) + 2.0))])[np.minimum(awards, TEN)]
        return np.asarray(np.divide(got, best, out=np.full(count, np.nan), where=best > 0), dtype=np.float64)


def attributes_of(people: Sequence[str], groups: Groups) -> dict[str, Names]:
    """Give (people,) each attribute that is known of anybody, `not stated` where it is not known of a person."""
    kinds = sorted({kind for one in people for kind in groups.get(one, ())})
    return {
        kind: np.array([groups.get(one, {}).get(kind, NOT_STATED) for one in people], dtype=np.str_)
        for kind in kinds
    }


def shown(
    events: Iterable[Event],
    applications: Iterable[Application],
    outcomes: Iterable[Outcome],
    grants: Mapping[str, int],
) -> Lists:
    """Read lists from what a service was told of: a list a response, with what was done on it and what came of it.

    An application belongs to the latest list that its person was shown up to its day. Who has no pseudonym is somebody
    new on each list. Grants that the catalogue no longer has are left out.
    """
    builder = _Builder(grants)
    done = []
    for event in events:
        if event.kind is Kind.SHOWN:
            builder.add(event)
        else:
            done.append(event)
    for event in done:
        builder.mark(event)
    decided = {one.application_id: one for one in outcomes if one.result in DECIDED}
    for application in applications:
        builder.apply(application, decided.get(application.id))
    return builder.lists()


class _Builder:
    """Gathers lists row by row."""

    def __init__(self, grants: Mapping[str, int]) -> None:
        self.grants = grants
        self.people: dict[str, int] = {}
        self.owner: list[int] = []
        self.missed: list[int] = []
        self.responses: dict[str, int] = {}
        self.of_person: dict[str, list[tuple[datetime, int]]] = {}
        self.places: dict[tuple[int, str], int] = {}
        self.rows: list[list[float]] = []

    def add(self, event: Event) -> None:
        person = event.person or f"response {event.response_id}"
        number = len(self.owner)
        self.owner.append(self.people.setdefault(person, len(self.people)))
        self.missed.append(0)
        self.responses[event.response_id] = number
        self.of_person.setdefault(person, []).append((event.at, number))
        for one in event.placements:
            if one.grant_id in self.grants:
                self.places[number, one.grant_id] = len(self.rows)
                status = UNTOLD if one.status is None else STANDINGS.index(one.status)
                chances = (np.nan if told is None else told for told in (one.qualifies, one.success))
                row = [number, self.grants[one.grant_id], one.position, status, *chances, 0, 0, np.nan]
                self.rows.append(row)

    def mark(self, event: Event) -> None:
        number = self.responses.get(event.response_id)
        place = None if number is None else self.places.get((number, event.placements[0].grant_id))
        if place is not None:
            self.rows[place][6 if event.kind is Kind.OPENED else 7] = 1

    def apply(self, application: Application, outcome: Outcome | None) -> None:
        before = [n for at, n in self.of_person.get(application.person, ()) if at.date() <= application.on]
        if not before:
            return
        place = self.places.get((before[-1], application.grant_id))
        won = outcome is not None and outcome.result is Result.AWARDED
        if place is None:
            self.missed[before[-1]] += won
            return
        self.rows[place][7] = 1
        if outcome is not None:
            self.rows[place][8] = float(won)

    def lists(self) -> Lists:
        table = np.array(self.rows, dtype=np.float64).reshape(-1, len(COLUMNS)).T
        return Lists.laid_out(
            list(self.people), self.owner, self.missed, dict(zip(COLUMNS, table, strict=True))
        )


def replayed(bundle: Bundle, prepared: Prepared) -> tuple[Lists, dict[str, dict[str, str]]]:
    """Rank the needs of a bundle's own test period anew, and give the groups of their people.

    These people saw other lists: what they applied for and were awarded is known, what they would have opened is not.
    Kept are the first ten places, and places further down where something was decided.
    """
    laid = prepared.lists(prepared.periods.test)
    groups: dict[str, dict[str, str]] = {}
    people: dict[str, int] = {}
    owner, parts = [], []
    for number, one in enumerate(laid.lists):
        first = one.query.first
        owner.append(people.setdefault(first.person, len(people)))
        groups.setdefault(first.person, dict(prepared.source.groups(first)))
        scores = bundle.ranker.score(one.features)
        rank = np.empty(len(scores), dtype=np.int64)
        rank[np.argsort(-scores, kind="stable")] = np.arange(len(scores)) + 1
        decided = {
            prepared.builder.places[a.grant_id]: o.result is Result.AWARDED for a, o in one.query.decided
        }
        result = np.array([float(decided[row]) if row in decided else np.nan for row in one.rows.tolist()])
        kept = np.flatnonzero((rank <= TEN) | np.isfinite(result))
        told = bundle.calibration.estimate(scores).estimate
        found = (np.full(len(scores), number), one.rows, rank, told, result)
        parts.append(np.array([column[kept] for column in found], dtype=np.float64))
    names = ("of", "grant", "rank", "success", "awarded")
    columns = np.concatenate(parts, axis=1) if parts else np.empty((len(names), 0))
    table = dict(zip(names, columns, strict=True))
    table["applied"] = np.isfinite(table["awarded"]).astype(np.float64)
    return Lists.laid_out(list(people), owner, [0] * len(owner), table), groups
