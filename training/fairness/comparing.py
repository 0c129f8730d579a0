"""Every attribute's groups against everybody else, in every figure: exact inside, and as it may be told outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.fairness.disclosure import Exact, Side, Told, rounded, told
from training.fairness.measures import MATTERS_IN_WORDS, Measure, Names
from training.fairness.permuting import DEALS, between_attributes, p_values
from training.fairness.resampling import REPLICATES, Codes, Drawn, drawn, interval
from training.fairness.verdicts import FEWEST, Verdict

NOT_STATED: Final = "not stated"
"""The group of those of whom an attribute is not known, or who would not be asked; never guessed."""


@dataclass(frozen=True)
class Compared:
    """One figure of one attribute."""

    attribute: str
    measure: Measure
    cells: tuple[Told, ...]

    @property
    def likely(self) -> tuple[Told, ...]:
        """The groups of which a difference is likely."""
        return tuple(cell for cell in self.cells if cell.verdict is Verdict.LIKELY)

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain JSON-ready data."""
        return {
            "attribute": self.attribute,
            "measure": self.measure.key,
            "matters": MATTERS_IN_WORDS[self.measure.kind],
            "groups": [cell.as_dict() for cell in self.cells],
        }


def in_codes(values: Names) -> tuple[list[str], Codes]:
    """Name the groups of an attribute, `not stated` last, and give each person's place among them."""
    names = sorted(set(values.tolist()), key=lambda name: (name == NOT_STATED, name))
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[name] for name in values.tolist()], dtype=np.int64)


def compare(
    measures: Sequence[Measure],
    attributes: Mapping[str, Names],
    *,
    seed: int,
    replicates: int = REPLICATES,
    deals: int = DEALS,
) -> tuple[Compared, ...]:
    """Compare the groups of (people,) attributes in every figure; the same people and seed, the same answer."""
    measures = [one for one in measures if one.counted.any()]
    if not measures or not attributes:
        return ()
    named = {attribute: in_codes(values) for attribute, values in attributes.items()}
    coded = [(codes, len(names)) for names, codes in named.values()]
    by_chance = between_attributes(
        p_values(measures, coded, np.random.default_rng([seed, 1]), deals=deals, fewest=FEWEST)
    )
    again = drawn(measures, coded, np.random.default_rng([seed, 2]), replicates=replicates)
    return tuple(
        Compared(attribute, measure, tuple(_cells(measure, place, *named[attribute], sample, chances)))
        for attribute, sample, chances in zip(named, again, by_chance, strict=True)
        for place, measure in enumerate(measures)
    )


def _cells(
    measure: Measure,
    place: int,
    names: list[str],
    codes: NDArray[np.int64],
    sample: Drawn,
    chances: NDArray[np.float64],
) -> list[Told]:
    whole = measure.numerator.sum() / measure.denominator.sum()
    own_values, rest_values = sample.values[..., place], sample.rest[..., place]
    cells = []
    for group, name in enumerate(names):
        member = codes == group
        own = _side(measure, member, own_values[:, group])
        rest = _side(measure, ~member, rest_values[:, group])
        fewest = min(own.people, rest.people)
        difference = interval(own_values[:, group] - rest_values[:, group], fewest)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = interval(own_values[:, group] / rest_values[:, group], fewest)
        exact = Exact(
            name, own, rest, difference, ratio, float(np.nan_to_num(chances[group, place], nan=1.0))
        )
        cells.append(told(measure.kind, exact, measure.spread, whole=float(whole)))
    return cells


def _side(measure: Measure, member: NDArray[np.bool_], values: NDArray[np.float64]) -> Side:
    people = int((measure.counted & member).sum())
    under = measure.denominator[member].sum()
    value = float(measure.numerator[member].sum() / under) if under > 0 else float("nan")
    return Side(people, value, interval(values, people))


def who(attributes: Mapping[str, Names]) -> list[dict[str, str]]:
    """Count the people of every group, rounded; a group of fewer than 10 is named and not counted."""
    return [
        {"attribute": attribute, "group": name, "people": rounded(int((codes == place).sum()))}
        for attribute, values in attributes.items()
        for names, codes in [in_codes(values)]
        for place, name in enumerate(names)
    ]
