"""Numbers every literal, clause and rule of a catalogue once, so that the rest is work on arrays of numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from data.facts import FactBook
from data.rules import Condition, EligibilityRule, HasLivedIn, LivesIn
from models.literals import Clause, Clauses, Literal, Rewriter, Subject

LINES = frozenset({"line", "months", "days", "sum"})
CHOICES = frozenset({"choice", "areas", "receives"})
AREAS = Subject("areas", "")
RECEIVES = Subject("receives", "")


class Dates(NamedTuple):
    """The days on which a rule applies; both ends inclusive."""

    since: date | None
    until: date | None


class Item(NamedTuple):
    """A rule, or a formula, as what a grant needs of it."""

    reasons: tuple[int, ...]
    """Literals each of which alone is a reason for a no."""
    clauses: tuple[int, ...]
    """Clauses that must hold beside."""
    dates: int | None
    """Which dates it has; None for a rule that always applies."""


@dataclass
class Lexicon:
    """Everything that the rules of a catalogue name, numbered in the order in which it was met."""

    book: FactBook
    rewriter: Rewriter
    literals: dict[Literal, int] = field(default_factory=dict)
    clauses: dict[Clause, int] = field(default_factory=dict)
    clause_literals: list[tuple[int, ...]] = field(default_factory=list)
    formulas: dict[Clauses, int] = field(default_factory=dict)
    formula_items: list[Item] = field(default_factory=list)
    formula_levels: list[int] = field(default_factory=list)
    dates: dict[Dates, int] = field(default_factory=dict)
    items: dict[tuple[Clauses, Dates], int] = field(default_factory=dict)
    rule_items: list[Item] = field(default_factory=list)
    _met: dict[int, tuple[EligibilityRule, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: FactBook) -> Lexicon:
        """Start with nothing numbered."""
        return cls(book, Rewriter(book))

    def item_of(self, rule: EligibilityRule) -> int:
        """Number what a rule asks; rules that ask the same on the same days have one number."""
        met = self._met.get(id(rule))
        if met is None:
            key = self.rewriter.clauses(rule.condition), Dates(rule.since, rule.until)
            number = self.items.get(key)
            if number is None:
                number = self.items[key] = len(self.items)
                self.rule_items.append(self._item(*key))
            met = self._met[id(rule)] = rule, number
        return met[1]

    def _item(self, clauses: Clauses, dates: Dates) -> Item:
        if dates != Dates(None, None):
            number = self.dates.setdefault(dates, len(self.dates))
            return Item((), tuple(self._clause(clause) for clause in clauses), number)
        alone = [next(iter(clause)).negated() for clause in clauses if len(clause) == 1]
        reasons = tuple(self._literal(literal) for literal in alone)
        return Item(reasons, tuple(self._clause(clause) for clause in clauses if len(clause) > 1), None)

    def _clause(self, clause: Clause) -> int:
        number = self.clauses.get(clause)
        if number is None:
            self.clause_literals.append(tuple(self._literal(literal) for literal in clause))
            number = self.clauses[clause] = len(self.clauses)
        return number

    def _literal(self, literal: Literal) -> int:
        if literal.subject.kind == "formula":
            literal = self._of_formula(literal)
        return self.literals.setdefault(literal, len(self.literals))

    def _of_formula(self, literal: Literal) -> Literal:
        clauses = literal.what
        if not isinstance(clauses, frozenset):
            return literal
        number = self.formulas.get(clauses)
        if number is None:
            item = self._item(clauses, Dates(None, None))
            within = [self.formula_level(at) for at in self.literals_of(item)]
            number = self.formulas[clauses] = len(self.formulas)
            self.formula_items.append(item)
            self.formula_levels.append(1 + max(within, default=0))
        return Literal(Subject("formula", self.formula_levels[number]), literal.sense, number)

    def literals_of(self, item: Item) -> set[int]:
        """List the numbers of the literals that an item names itself."""
        return {*item.reasons, *(at for clause in item.clauses for at in self.clause_literals[clause])}

    def formula_level(self, literal: int) -> int:
        """Give how deep formulas lie within formulas for a literal; 0 for one that is no formula."""
        subject = self.by_number[literal].subject
        return int(str(subject.about)) if subject.kind == "formula" else 0

    @property
    def by_number(self) -> list[Literal]:
        """All literals in order of their numbers."""
        if len(self._listed) < len(self.literals):
            self._listed.extend(list(self.literals)[len(self._listed) :])
        return self._listed

    @cached_property
    def _listed(self) -> list[Literal]:
        return []


@dataclass(frozen=True)
class Vocabulary:
    """What each subject can be: the numbers where a line is cut, the values, or which conditions are asked."""

    values: dict[Subject, tuple[Hashable, ...]]

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
        return cls({subject: _in_order(subject, named) for subject, named in found.items()})

    def places(self, subject: Subject) -> dict[object, int]:
        """Give the place of each value of a subject."""
        return {value: place for place, value in enumerate(self.values[subject])}


def _in_order(subject: Subject, named: set[Hashable]) -> tuple[Hashable, ...]:
    numbers = subject.kind in LINES or subject.kind in ("odd", "formula")
    return tuple(sorted(named, key=lambda value: value if numbers else str(value)))  # type: ignore[arg-type,return-value]


def cut_number(places: Mapping[object, int], what: object) -> int:
    """Number a cut on a line with these values: odd at a value, even beyond it; at least 1."""
    number, beyond = what if isinstance(what, tuple) else (Decimal(0), 0)
    return 2 * places[number] + 1 + int(beyond)
