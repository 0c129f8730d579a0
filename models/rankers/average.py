"""Lets several rankers vote by the mean of their scores: steadier than any one of them when times change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from features.pairs import PairFeatures
from models.rankers.boosting import Boosting
from models.rankers.linear import Listwise
from models.rankers.logistic import Logistic
from models.rankers.protocol import Arrays, Ranker, Scores


@dataclass(frozen=True)
class AverageRanker:
    """Score = the mean of the members' scores."""

    name: str
    members: tuple[Ranker, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that some member reads, each once."""
        return tuple(dict.fromkeys(name for member in self.members for name in member.columns))

    def score(self, pairs: PairFeatures) -> Scores:
        """Give (pairs,) finite scores, higher is better."""
        total = np.zeros(len(pairs))
        for member in self.members:
            total += member.score(pairs)
        return total / len(self.members)

    def contributions(self, pairs: PairFeatures) -> Scores:
        """Give (pairs, columns + 1) what each column adds, the baseline last; a row sums to the score."""
        place = {name: at for at, name in enumerate(self.columns)}
        added = np.zeros((len(pairs), len(place) + 1))
        for member in self.members:
            own = [*(place[name] for name in member.columns), len(place)]
            added[:, own] += member.contributions(pairs)
        return added / len(self.members)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        parts = [member.to_arrays() for member in self.members]
        return {
            "form": np.array("average"),
            "name": np.array(self.name),
            "members": np.array(len(parts)),
            **{f"{at}.{name}": array for at, part in enumerate(parts) for name, array in part.items()},
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays, *, read: Callable[[Arrays], Ranker]) -> AverageRanker:
        """Read back what `to_arrays` gave; `read` reads a member."""
        members = [
            read({name.removeprefix(f"{at}."): arrays[name] for name in arrays if name.startswith(f"{at}.")})
            for at in range(int(arrays["members"]))
        ]
        return cls(str(arrays["name"]), tuple(members))


class Average(BaseModel):
    """The mean log-odds of a linear model and of boosted trees, or of other members that give log-odds."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["average"] = "average"
    members: tuple[Logistic | Listwise | Boosting, ...] = Field(
        default=(Logistic(), Boosting()), min_length=1
    )

    def fit(
        self,
        pairs: PairFeatures,
        awarded: NDArray[Any],
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> AverageRanker:
        """Fit every member on the same pairs, each with a seed of its own."""
        return average(
            self.kind,
            [
                member.fit(pairs, awarded, weights=weights, groups=groups, seed=seed + at)
                for at, member in enumerate(self.members)
            ],
        )


def average(name: str, members: Sequence[Ranker]) -> AverageRanker:
    """Join fitted rankers whose scores are of one scale."""
    return AverageRanker(name, tuple(members))
