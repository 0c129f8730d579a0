"""Counts of decisions by grant and by code (an area, a purpose, a word), kept small because most are zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Mentions:
    """Which codes each decision carries: two columns, sorted by decision."""

    codes: tuple[str, ...]
    decisions: NDArray[np.int64]
    """(mentions,) row of the decision, ascending."""
    places: NDArray[np.int64]
    """(mentions,) place of the code in `codes`."""

    @classmethod
    def of(cls, carried: list[list[str]]) -> Mentions:
        """List the codes that each decision carries, in the order of the decisions."""
        codes = tuple(sorted({code for row in carried for code in row}))
        place = {code: at for at, code in enumerate(codes)}
        pairs = [(row, place[code]) for row, held in enumerate(carried) for code in held]
        flat = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return cls.of_pairs(codes, flat[:, 0], flat[:, 1])

    @classmethod
    def of_pairs(
        cls, codes: Sequence[str], decisions: NDArray[np.int64], places: NDArray[np.int64]
    ) -> Mentions:
        """List (mentions,) decisions and the places in `codes` of what they carry; repetitions count once."""
        order = np.argsort(np.array(codes, dtype=np.str_), kind="stable")
        renumbered = np.argsort(order)
        size = max(len(codes), 1)
        pairs = np.unique(decisions * size + renumbered[places]) if len(places) else decisions
        return cls(tuple(codes[at] for at in order), pairs // size, pairs % size)

    def until(self, decisions: int) -> Mentions:
        """Keep the mentions of the first so many decisions."""
        end = int(np.searchsorted(self.decisions, decisions))
        return Mentions(self.codes, self.decisions[:end], self.places[:end])


@dataclass(frozen=True)
class Tally:
    """How often each code stood in awarded and in declined needs of each grant; unseen pairs are not stored."""

    codes: tuple[str, ...]
    starts: NDArray[np.int64]
    """(codes + 1,) where each code's entries begin."""
    grants: NDArray[np.int32]
    """(entries,) row of the grant."""
    awarded: NDArray[np.float32]
    declined: NDArray[np.float32]
    size: int
    """Grants in all."""

    @classmethod
    def of(
        cls,
        mentions: Mentions,
        grants: NDArray[np.int64],
        awarded: NDArray[np.bool_],
        *,
        size: int,
        least: int = 1,
    ) -> Tally:
        """Count mentions by grant; codes that fewer than `least` decisions carry are dropped, not kept."""
        seen = np.bincount(mentions.places, minlength=len(mentions.codes))
        kept = np.flatnonzero(seen >= least)
        renumbered = np.full(len(mentions.codes), -1, dtype=np.int64)
        renumbered[kept] = np.arange(kept.size)
        places = renumbered[mentions.places]
        decisions, places = mentions.decisions[places >= 0], places[places >= 0]
        pairs, group = np.unique(places * size + grants[decisions], return_inverse=True)
        won = awarded[decisions]
        return cls(
            tuple(mentions.codes[at] for at in kept),
            np.searchsorted(pairs, np.arange(kept.size + 1) * size).astype(np.int64),
            (pairs % size).astype(np.int32),
            np.bincount(group[won], minlength=pairs.size).astype(np.float32),
            np.bincount(group[~won], minlength=pairs.size).astype(np.float32),
            size,
        )

    @cached_property
    def place(self) -> dict[str, int]:
        """Code → its place."""
        return {code: at for at, code in enumerate(self.codes)}

    def of_code(self, code: str) -> tuple[Counts, Counts]:
        """Give (awarded, declined) of a code, each (grants,); zeros for a code never seen."""
        won, lost = np.zeros(self.size), np.zeros(self.size)
        at = self.place.get(code)
        if at is not None:
            held = slice(self.starts[at], self.starts[at + 1])
            won[self.grants[held]] = self.awarded[held]
            lost[self.grants[held]] = self.declined[held]
        return won, lost

    @cached_property
    def awards(self) -> Counts:
        """(codes,) awards that carried each code, over all grants."""
        return np.add.reduceat(np.append(self.awarded, 0.0), self.starts[:-1]) if self.codes else np.zeros(0)

    @cached_property
    def mentions_by_grant(self) -> Counts:
        """(grants,) mentions in awarded needs, over all codes."""
        return np.bincount(self.grants, self.awarded, self.size).astype(np.float64)

    def to_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Give plain arrays, each name led by `name`, that `from_arrays` reads back."""
        return {
            f"{name}.codes": np.array(self.codes, dtype=np.str_),
            f"{name}.starts": self.starts,
            f"{name}.grants": self.grants,
            f"{name}.awarded": self.awarded,
            f"{name}.declined": self.declined,
        }

    @classmethod
    def from_arrays(cls, name: str, arrays: Mapping[str, NDArray[Any]], *, size: int) -> Tally:
        """Read back what `to_arrays` gave under `name`."""
        parts = (arrays[f"{name}.{part}"] for part in ("starts", "grants", "awarded", "declined"))
        starts, grants, awarded, declined = parts
        codes = tuple(arrays[f"{name}.codes"].tolist())
        return cls(codes, starts, grants, awarded, declined, size)

    def moved(self, rows: NDArray[np.int64], *, size: int) -> Tally:
        """Renumber the grants: `rows` (old grants,) holds each one's new row, or -1 for one that is gone."""
        new = rows[self.grants]
        kept = new >= 0
        ends = np.concatenate([[0], np.cumsum(kept)])
        return Tally(
            self.codes,
            ends[self.starts].astype(np.int64),
            new[kept].astype(np.int32),
            self.awarded[kept],
            self.declined[kept],
            size,
        )
