"""Literals of compiled rules: what they are about, what they ask of it, and the values that rules name."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from data.catalogue.rules import (
    Condition,
    HasLivedIn,
    LivesIn,
)


class Subject(NamedTuple):
    """What literals of one family are about, such as the number of a fact, or the areas of a person."""

    kind: str
    """line, months, days, sum, choice, areas, receives, uncompiled, formula or discretion."""
    about: Hashable


class Literal(NamedTuple):
    """One thing that a clause may hold by.

    `sense` is `up` (the value has reached a cut), `down` (it has not), `hit` (one of these values), `miss` (none of
    them), `yes` or `no` (the answer of something that is asked as a whole). A cut is (number, 0) for "from here"
    and (number, 1) for "beyond".
    """

    subject: Subject
    sense: str
    what: Hashable
    if_not_applicable: bool = False
    """Whether it holds where the fact does not apply: only what a negation was turned into does."""

    def negated(self) -> Literal:
        """Give the literal of the opposite answer."""
        return self._replace(sense=_OPPOSITE[self.sense], if_not_applicable=not self.if_not_applicable)


_OPPOSITE: Final = {"up": "down", "down": "up", "hit": "miss", "miss": "hit", "yes": "no", "no": "yes"}


Clause = frozenset[Literal]


Clauses = frozenset[Clause]


LINES: Final = frozenset({"line", "months", "days", "sum"})

CHOICES: Final = frozenset({"choice", "areas", "receives"})

AREAS: Final = Subject("areas", "")

RECEIVES: Final = Subject("receives", "")

UNDER_DISCRETION: Final = Subject("uncompiled", "discretion")
"""Conditions whose answers what people at the funds decide may change."""


@dataclass(frozen=True)
class Vocabulary:
    """What each subject can be: the numbers where a line is cut, the values, or which conditions are asked."""

    values: Mapping[Subject, tuple[Hashable, ...]]
    places: Mapping[Subject, Mapping[object, int]]
    """Place of each value."""

    @classmethod
    def of(cls, literals: Iterable[Literal], conditions: Iterable[Condition] = ()) -> Vocabulary:
        """Collect what the literals name, and the areas that `conditions` do."""
        found: dict[Subject, set[Hashable]] = {}
        for condition in conditions:
            if isinstance(condition, LivesIn | HasLivedIn):
                names = condition.lives_in if isinstance(condition, LivesIn) else condition.has_lived_in
                found.setdefault(AREAS, set()).update(names)
        for literal in literals:
            named = found.setdefault(literal.subject, set())
            if literal.subject.kind in LINES and isinstance(literal.what, tuple):
                named.add(literal.what[0])
            elif isinstance(literal.what, frozenset):
                named |= literal.what
            else:
                named.add(literal.what)
        values = {subject: _in_order(subject, named) for subject, named in found.items()}
        places = {subject: {value: at for at, value in enumerate(named)} for subject, named in values.items()}
        return cls(values, places)


def _in_order(subject: Subject, named: set[Hashable]) -> tuple[Hashable, ...]:
    numbers = subject.kind in LINES or subject.kind == "uncompiled"
    return tuple(sorted(named, key=lambda value: value if numbers else str(value)))  # type: ignore[arg-type,return-value]


def cut_number(places: Mapping[object, int], what: object) -> int:
    """Number a cut on a line with these values: odd at a value, even beyond it; at least 1."""
    number, beyond = what if isinstance(what, tuple) else (Decimal(0), 0)
    return 2 * places[number] + 1 + int(beyond)
