"""Conditions about related people, all of them at once: each person is asked only what their own facts can decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.facts import ANY, SELF, FactBook
from data.catalogue.rules import Condition, HasLivedIn, LivesIn, OfApplicant, Receives, Related, Sum, WorkedIn
from data.catalogue.traversal import facts_named, walk
from data.people.applicants import Applicant, Person
from data.places.areas import AreaTree
from models.compiled.encoded_person import Codes
from models.eligibility.conditions import ask
from models.eligibility.context import Scene
from models.eligibility.first_day import changes_with_time
from models.following import follows_from

_ANY_DAY: Final = date(2000, 1, 1)
_MANY: Final = 10**6
"""More people than there are."""
_PARTS: Final = ("areas", "lived_in", "work", "awards", "receives")


class Told(NamedTuple):
    """The answers of conditions about related people, and which time may change."""

    codes: Codes
    moving: NDArray[np.bool_]


def keys_of(condition: Condition, book: FactBook) -> frozenset[str]:
    """List what a person must tell something of for a condition to have another answer than of a silent one."""
    keys = set[str]()
    for fact in facts_named(condition):
        keys |= {fact, *(root or "always" for root in follows_from(fact, book))}
    for part in walk(condition):
        match part:
            case LivesIn() | HasLivedIn():
                keys |= {"areas", "lived_in"}
            case WorkedIn():
                keys.add("work")
            case Receives():
                keys |= {"awards", "receives"}
            case OfApplicant():
                keys.add("always")
            case Related() | Sum():
                keys.add("related")
            case _:
                continue
    return frozenset(keys)


def told_by(person: Person, applicant: Applicant, book: FactBook) -> set[str]:
    """List what a person tells something of."""
    told = {"always", *person.facts, *(part for part in _PARTS if getattr(person, part) is not None)}
    told |= {"related"} if applicant.related is not None else set()
    return told if person is applicant else told | (applicant.facts.keys() & book.household)


@dataclass(frozen=True)
class Companions:
    """Conditions on related people as arrays; `(leaves,)` unless said otherwise."""

    book: FactBook
    inner: tuple[Condition, ...]
    """What is asked of people, each once; the first is that they exist, which is not asked."""
    silent: Codes
    """(inner,) the answers of somebody who tells nothing."""
    by_key: dict[str, tuple[int, ...]]
    asks: NDArray[np.int64]
    """Which inner condition each asks."""
    of_every: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    """Whether it matters how many there are."""
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    others: NDArray[np.bool_]
    """Whether it is about anybody but the applicant."""
    about: dict[str, NDArray[np.bool_]]
    """For each relation, which ones are about it."""
    growing: NDArray[np.bool_]

    @classmethod
    def of(cls, conditions: Sequence[Related], book: FactBook, areas: AreaTree) -> Self:
        """Take conditions on related people apart."""
        inner: dict[Condition | None, int] = {None: 0}
        asks = [inner.setdefault(condition.condition, len(inner)) for condition in conditions]
        asked = tuple(part for part in inner if part is not None)
        nobody = Scene.today(Applicant(), book, areas, on=_ANY_DAY)
        silent = [2, *(ask(part, nobody, Person(relation="")).value for part in asked)]
        by_key: dict[str, tuple[int, ...]] = {}
        for at, part in enumerate(asked, start=1):
            for key in keys_of(part, book):
                by_key[key] = (*by_key.get(key, ()), at)
        meant = [book.relations_meant(condition.related) for condition in conditions]
        bounded = [c.at_least is not None or c.at_most is not None for c in conditions]
        of_every = np.array([bool(c.all) for c in conditions])
        return cls(
            book,
            asked,
            np.array(silent, dtype=np.int8),
            by_key,
            np.array(asks),
            of_every,
            ~of_every | np.array(bounded),
            np.array([(c.at_least or 0) if b else 1 for c, b in zip(conditions, bounded, strict=True)]),
            np.array([_MANY if c.at_most is None else c.at_most for c in conditions]),
            np.array(
                [ANY in c.related or bool(some - {SELF}) for c, some in zip(conditions, meant, strict=True)]
            ),
            {name: np.array([name in some for some in meant]) for name in (*book.relations, SELF)},
            np.array([changes_with_time(condition, book) for condition in conditions]),
        )

    def may_tell(self, applicant: Applicant, told: set[str]) -> bool:
        """Tell whether an answer can differ from those of somebody who tells nothing; `told` is what they tell."""
        return applicant.related is not None or not self._own.isdisjoint(told)

    def answers(self, scene: Scene, wanted: Sequence[int]) -> Told:
        """Answer the wanted ones for an applicant, the others anyhow."""
        size = len(self.asks)
        yes, unsure, no = (np.zeros(size, dtype=np.int64) for _ in range(3))
        moving = np.zeros(size, dtype=np.bool_)
        inner = set(self.asks[list(wanted)].tolist())
        for person, about in self._people(scene):
            codes, told = self._of_person(person, scene, inner)
            mine = codes[self.asks]
            yes += about & (mine == 2)
            unsure += about & (mine == 1)
            no += about & (mine == 0)
            moving |= about & told[self.asks]
        more = self.others if scene.applicant.related is None else np.zeros(size, dtype=np.bool_)
        every = np.where(no > 0, 0, np.where((unsure > 0) | (more & (self.asks > 0)), 1, 2))
        most = np.where(more, _MANY, yes + unsure)
        can = (most >= self.least) & (yes <= self.most)
        cannot = (yes < self.least) | (most > self.most)
        many = np.where(can & cannot, 1, np.where(can, 2, 0))
        codes = np.minimum(np.where(self.of_every, every, 2), np.where(self.counted, many, 2))
        return Told(codes.astype(np.int8), moving & self.growing)

    def _people(self, scene: Scene) -> Iterator[tuple[Person, NDArray[np.bool_]]]:
        if self.about[SELF].any():
            yield scene.applicant, self.about[SELF]
        for person in scene.applicant.related or ():
            yield person, self.about[person.relation]

    def _of_person(self, person: Person, scene: Scene, inner: set[int]) -> tuple[Codes, NDArray[np.bool_]]:
        codes, told = self.silent.copy(), np.zeros(len(self.silent), dtype=np.bool_)
        for at in inner & self._telling(told_by(person, scene.applicant, self.book)):
            codes[at], told[at] = ask(self.inner[at - 1], scene, person).value, True
        return codes, told

    @cached_property
    def _own(self) -> frozenset[str]:
        """What the applicant must tell to change an answer."""
        mine = set(self.asks[self.about[SELF]].tolist())
        return frozenset(key for key, some in self.by_key.items() if not mine.isdisjoint(some))

    def _telling(self, keys: Iterable[str]) -> set[int]:
        return {at for key in keys for at in self.by_key.get(key, ())}
