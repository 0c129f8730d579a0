"""What funders decided before a day, folded into arrays: the only memory that ranking has of past outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant
from features.funders import Funders
from features.leaning import Leaning
from features.lifts import Lifts
from features.past_needs import PastNeeds
from features.tallies import Counts, Mentions, Tally

PER_GRANT: Final = ("awarded", "declined", "recent", "last_award")
TALLIES: Final = ("by_area", "by_purpose", "by_step", "by_amount", "by_word")
NEEDS: Final = ("met", "declined_needs")


@dataclass(frozen=True)
class AwardHistory:
    """Decisions by grant as known before a day; every array is in the order of `grant_ids`."""

    grant_ids: tuple[str, ...]
    funders: Funders
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
    """Decisions by amount asked, in steps of a tenth."""
    by_amount: Tally
    """Decisions by the very amount asked, in pounds."""
    by_word: Tally
    met: PastNeeds
    declined_needs: PastNeeds
    leaning: Leaning

    @classmethod
    def empty(cls, grants: Sequence[Grant], *, before: date, dimension: int) -> AwardHistory:
        """The history of grants about which nothing is known."""
        size = len(grants)
        nothing = np.zeros((0, dimension), dtype=np.float32), np.zeros(0, dtype=np.int64)
        tally = Tally.of(Mentions.of([]), nothing[1], np.zeros(0, dtype=np.bool_), size=size)
        needs = PastNeeds.latest(nothing[0], nothing[1], nothing[1], size=size, room=1)
        funders = Funders.of(grants)
        parts: dict[str, Any] = {name: np.zeros(size) for name in PER_GRANT}
        parts |= {"last_award": np.full(size, np.nan)}
        parts |= dict.fromkeys(TALLIES, tally) | dict.fromkeys(NEEDS, needs)
        ids = tuple(grant.id for grant in grants)
        return cls(ids, funders, before, **parts, leaning=Leaning.flat(dimension, funders))

    @cached_property
    def area_lifts(self) -> Lifts:
        """How much more often than expected awards went to an area."""
        return Lifts.of(self.by_area, self.funders, self.awarded)

    @cached_property
    def purpose_lifts(self) -> Lifts:
        """How much more often than expected awards were for a purpose."""
        return Lifts.of(self.by_purpose, self.funders, self.awarded)

    @cached_property
    def step_lifts(self) -> Lifts:
        """How much more often than expected awards were of about an amount."""
        return Lifts.of(self.by_step, self.funders, self.awarded)

    @cached_property
    def amount_lifts(self) -> Lifts:
        """How much more often than expected awards were of the very amount."""
        return Lifts.of(self.by_amount, self.funders, self.awarded)

    @cached_property
    def decisions(self) -> int:
        """Decisions known in all."""
        return int(self.awarded.sum() + self.declined.sum())

    def aligned(self, ids: tuple[str, ...], funders: Funders) -> AwardHistory:
        """Give the same history in the order of other grants; a new grant has only what is known of its funder."""
        if ids == self.grant_ids and funders.names == self.funders.names:
            return self
        rows = _new_places(self.grant_ids, ids)
        places = _new_places(self.funders.names, funders.names)
        parts: dict[str, Any] = {
            name: getattr(self, name).moved(rows, size=len(ids)) for name in TALLIES + NEEDS
        }
        for name in PER_GRANT:
            parts[name] = np.full(len(ids), np.nan if name == "last_award" else 0.0)
            parts[name][rows[rows >= 0]] = getattr(self, name)[rows >= 0]
        leaning = self.leaning.moved(rows, places, funders)
        return AwardHistory(ids, funders, self.before, **parts, leaning=leaning)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        arrays: dict[str, NDArray[Any]] = {
            "grant_ids": np.array(self.grant_ids, dtype=np.str_),
            "funders.names": np.array(self.funders.names, dtype=np.str_),
            "funders.of_grant": self.funders.of_grant,
            "before": np.array(self.before.toordinal()),
        }
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Tally | PastNeeds | Leaning):
                arrays |= value.to_arrays(field.name)
            elif isinstance(value, np.ndarray):
                arrays[field.name] = value
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> AwardHistory:
        """Read back what `to_arrays` gave."""
        grant_ids = tuple(arrays["grant_ids"].tolist())
        funders = Funders(tuple(arrays["funders.names"].tolist()), arrays["funders.of_grant"])
        parts: dict[str, Any] = {name: arrays[name] for name in PER_GRANT}
        for name in TALLIES:
            parts[name] = Tally.from_arrays(name, arrays, size=len(grant_ids))
        for name in NEEDS:
            parts[name] = PastNeeds.from_arrays(name, arrays, size=len(grant_ids))
        parts["leaning"] = Leaning.from_arrays("leaning", arrays)
        return cls(grant_ids, funders, date.fromordinal(int(arrays["before"])), **parts)


def _new_places(old: tuple[str, ...], new: tuple[str, ...]) -> NDArray[np.int64]:
    place = {name: at for at, name in enumerate(new)}
    return np.array([place.get(name, -1) for name in old], dtype=np.int64)
