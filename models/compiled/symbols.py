"""Numbers every literal, clause and formula of a catalogue once, so that the rest is work on arrays of numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from data.catalogue.facts import FactBook
from data.catalogue.rules import EligibilityRule
from models.compiled.compile_conditions import Rewriter
from models.compiled.literals import Clauses, Literal


class Dates(NamedTuple):
    """The days on which a rule applies; both ends inclusive."""

    since: date | None
    until: date | None


class Item(NamedTuple):
    """What one rule asks."""

    part: int
    """A literal by its number, or a formula by -1 minus its number."""
    dates: Dates | None
    """When the rule applies; None for any day."""


class Formula(NamedTuple):
    """Clauses that must all hold."""

    level: int
    """1 for one that names no formulas; else one more than the highest that it names."""
    clauses: tuple[tuple[int, ...], ...]
    """Of each clause the parts by any of which it holds, written as in `Item`."""


@dataclass
class SymbolTable:
    """Everything that the rules of a catalogue name, numbered in the order in which it was met."""

    rewriter: Rewriter
    literals: list[Literal] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    _numbers: dict[object, int] = field(default_factory=dict)
    _of_rule: dict[EligibilityRule, int] = field(default_factory=dict)

    @classmethod
    def of(cls, book: FactBook) -> SymbolTable:
        """Start with nothing numbered."""
        return cls(Rewriter(book))

    def item_of(self, rule: EligibilityRule) -> int:
        """Number what a rule asks; rules that ask the same on the same days have one number."""
        number = self._of_rule.get(rule)
        if number is None:
            dates = None if rule.since is None and rule.until is None else Dates(rule.since, rule.until)
            asks = self.rewriter.asked_first if rule.first else self.rewriter.clauses
            item = Item(self._all_of(asks(rule.condition)), dates)
            if item not in self._numbers:
                self._numbers[item] = len(self.items)
                self.items.append(item)
            number = self._of_rule[rule] = self._numbers[item]
        return number

    def _all_of(self, clauses: Clauses) -> int:
        if len(clauses) == 1:
            (clause,) = clauses
            if len(clause) == 1:
                return self._part(*clause)
        return self._formula(clauses)

    def _formula(self, clauses: Clauses) -> int:
        key = "formula", clauses
        if key not in self._numbers:
            parts = tuple(tuple(self._part(literal) for literal in clause) for clause in clauses)
            inner = (self.formulas[-1 - part].level for clause in parts for part in clause if part < 0)
            level = 1 + max(inner, default=0)
            self._numbers[key] = -1 - len(self.formulas)
            self.formulas.append(Formula(level, parts))
        return self._numbers[key]

    def _part(self, literal: Literal) -> int:
        if literal.subject.kind == "formula" and isinstance(literal.what, frozenset):
            return self._all_of(literal.what)
        if literal not in self._numbers:
            self._numbers[literal] = len(self.literals)
            self.literals.append(literal)
        return self._numbers[literal]
