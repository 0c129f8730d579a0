"""The mean of a linear and a boosted ranker: where one is misled by few outcomes, the other often is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from data.errors import BadBundle
from features.pairs import PairFeatures
from models.boosting import Boosting
from models.linear import LinearRanker, Listwise
from models.ranker import Arrays, Ranker, Scores
from models.trees import TreeRanker

FORMS = {"linear": LinearRanker, "trees": TreeRanker}


@dataclass(frozen=True)
class BlendRanker:
    """Score = mean of the members' scores; both read the same columns."""

    name: str
    members: tuple[Ranker, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the members read."""
        return self.members[0].columns

    def score(self, pairs: PairFeatures) -> Scores:
        """Give (pairs,) finite scores, higher is better."""
        return np.asarray(np.mean([member.score(pairs) for member in self.members], axis=0))

    def contributions(self, pairs: PairFeatures) -> Scores:
        """Give (pairs, columns + 1) what each column adds, the baseline last; a row sums to the score."""
        return np.asarray(np.mean([member.contributions(pairs) for member in self.members], axis=0))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give plain arrays that `from_arrays` reads back."""
        arrays: dict[str, NDArray[Any]] = {"form": np.array("blend"), "name": np.array(self.name)}
        for place, member in enumerate(self.members):
            arrays |= {f"{place}.{name}": array for name, array in member.to_arrays().items()}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> BlendRanker:
        """Read back what `to_arrays` gave; raises BadBundle for a member of another form."""
        places = sorted({int(name.split(".")[0]) for name in arrays if name[:1].isdigit()})
        members: list[Ranker] = []
        for place in places:
            own = {
                name.removeprefix(f"{place}."): a
                for name, a in arrays.items()
                if name.startswith(f"{place}.")
            }
            form = FORMS.get(str(own["form"]))
            if form is None:
                raise BadBundle(
                    f"a member of the blend is of the form {own['form']}; expected {', '.join(FORMS)}"
                )
            members.append(form.from_arrays(own))
        return cls(str(arrays["name"]), tuple(members))


class Blend(BaseModel):
    """A listwise linear model and boosted trees, fitted on the same pairs and averaged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["blend"] = "blend"
    linear: Listwise = Listwise()
    boosted: Boosting = Boosting(trees=60)

    @model_validator(mode="after")
    def _same_columns(self) -> Self:
        if self.linear.columns != self.boosted.columns:
            raise ValueError("the members of a blend must read the same columns")
        return self

    def fit(
        self,
        pairs: PairFeatures,
        awarded: NDArray[Any],
        *,
        weights: NDArray[np.float64] | None = None,
        groups: NDArray[np.int64] | None = None,
        seed: int = 0,
    ) -> BlendRanker:
        """Fit both members."""
        members = tuple(
            member.fit(pairs, awarded, weights=weights, groups=groups, seed=seed)
            for member in (self.linear, self.boosted)
        )
        return BlendRanker(self.kind, members)
