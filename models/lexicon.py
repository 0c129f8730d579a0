"""Numbers every literal, clause and formula of a catalogue once, so that the rest is work on arrays of numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from data.facts import FactBook
from data.rules import Condition, EligibilityRule, HasLivedIn, LivesIn
from models.literals import Clause, Clauses, Literal, Rewriter, Subject

LINES: Final = frozenset({"line", "months", "days", "sum"})
CHOICES: Final = frozenset({"choice", "areas", "receives"})
AREAS: Final = Subject("areas", "")
RECEIVES: Final = Subject("receives", "")
SWAYED: Final = Subject("odd", "discretion")
"""Conditions whose answers what people at the funds decide may change."""


class Dates(NamedTuple):
    """The days on which a rule applies; both ends inclusive."""

    since: date | None
    until: date | None


class Use(NamedTuple):
    """A formula that a rule needs, on the days on which the rule applies; None for any day."""

    formula: int
    dates: Dates | None


class Item(NamedTuple):
    """What one rule needs."""

    reasons: tuple[int, ...]
    """Literals each of which alone is a reason for a no."""
    use: int | None
    """What must hold beside."""


class Formula(NamedTuple):
    """Clauses that must all hold."""

    level: int
    """1 for one that names no formulas; else one more than the highest that it names."""
    reasons: tuple[int, ...]
    """Literals each of which alone is a reason for a no."""
    clauses: tuple[int, ...]
    """Clauses of which each must hold by any of its literals."""
    swayed: bool
    """Whether what people at the funds decide may change the answer."""


@dataclass
class Lexicon:
    """Everything that the rules of a catalogue name, numbered in the order in which it was met."""

    rewriter: Rewriter
    literals: list[Literal] = field(default_factory=list)
    clauses: list[tuple[int, ...]] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    _numbers: dict[object, int] = field(default_factory=dict)
    _met: dict[int, tuple[EligibilityRule, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: FactBook) -> Lexicon:
        """Start with nothing numbered."""
        return cls(Rewriter(book))

    def item_of(self, rule: EligibilityRule) -> int:
        """Number what a rule asks; rules that ask the same on the same days have one number."""
        met = self._met.get(id(rule))
        if met is None:
            dates = Dates(rule.since, rule.until)
            key = "item", self.rewriter.clauses(rule.condition), dates
            if key not in self._numbers:
                self._numbers[key] = len(self.items)
                self.items.append(self._item(key[1], dates))
            met = self._met[id(rule)] = rule, self._numbers[key]
        return met[1]

    def _item(self, clauses: Clauses, dates: Dates) -> Item:
        if dates != Dates(None, None):
            return Item((), self._use(clauses, dates))
        alone = frozenset(clause for clause in clauses if _stands_alone(clause))
        use = self._use(clauses - alone, None) if clauses - alone else None
        return Item(self._reasons(alone), use)

    def _reasons(self, alone: Clauses) -> tuple[int, ...]:
        return tuple(self._literal(literal.negated()) for clause in alone for literal in clause)

    def _use(self, clauses: Clauses, dates: Dates | None) -> int:
        use = Use(self._formula(clauses), dates)
        if use not in self._numbers:
            self._numbers[use] = len(self.uses)
            self.uses.append(use)
        return self._numbers[use]

    def _formula(self, clauses: Clauses) -> int:
        key = "formula", clauses
        if key not in self._numbers:
            alone = frozenset(clause for clause in clauses if _stands_alone(clause))
            reasons, rest = self._reasons(alone), tuple(self._clause(clause) for clause in clauses - alone)
            within = [self.literals[at] for clause in rest for at in self.clauses[clause]]
            inner = [self.formulas[int(str(one.what))] for one in within if one.subject.kind == "formula"]
            within += [self.literals[at] for at in reasons]
            swayed = any(one.subject.kind == "discretion" or one.subject == SWAYED for one in within)
            level = 1 + max((formula.level for formula in inner), default=0)
            formula = Formula(level, reasons, rest, swayed or any(one.swayed for one in inner))
            self._numbers[key] = len(self.formulas)
            self.formulas.append(formula)
        return self._numbers[key]

    def _clause(self, clause: Clause) -> int:
        key = "clause", clause
        if key not in self._numbers:
            literals = tuple(self._literal(literal) for literal in clause)
            self._numbers[key] = len(self.clauses)
            self.clauses.append(literals)
        return self._numbers[key]

    def _literal(self, literal: Literal) -> int:
        if literal.subject.kind == "formula" and isinstance(literal.what, frozenset):
            number = self._formula(literal.what)
            literal = Literal(Subject("formula", self.formulas[number].level), literal.sense, number)
        if literal not in self._numbers:
            self._numbers[literal] = len(self.literals)
            self.literals.append(literal)
        return self._numbers[literal]


def _stands_alone(clause: Clause) -> bool:
    return len(clause) == 1 and next(iter(clause)).subject.kind != "formula"


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
    numbers = subject.kind in LINES or subject.kind in ("odd", "formula")
    return tuple(sorted(named, key=lambda value: value if numbers else str(value)))  # type: ignore[arg-type,return-value]


def cut_number(places: Mapping[object, int], what: object) -> int:
    """Number a cut on a line with these values: odd at a value, even beyond it; at least 1."""
    number, beyond = what if isinstance(what, tuple) else (Decimal(0), 0)
    return 2 * places[number] + 1 + int(beyond)
