"""Conjunctive normal form: conditions as clauses of literals, weaker clauses absorbed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from itertools import combinations, product
from typing import Final

from models.compiled.literals import Clause, Clauses, Literal, Subject

MOST_CLAUSES: Final = 12
"""A part that would need more clauses within an `any_of` is set apart as a formula of its own."""


@cache
def at_least(count: int, parts: tuple[Clauses, ...]) -> Clauses:
    """Give the clauses of "at least so many of these": of every choice of all but `count - 1` of them, one."""
    if count == 1:
        return any_of(parts)
    if count == len(parts):
        return frozenset[Clause]().union(*parts)
    size = len(parts) - count + 1
    if math.comb(len(parts), size) <= MOST_CLAUSES:
        clauses = [_as_one_clause(part) for part in parts]
        return frozenset(frozenset[Literal]().union(*chosen) for chosen in combinations(clauses, size))
    without_first = at_least(count, parts[1:])
    with_first = at_least(count - 1, parts[1:])
    return any_of([parts[0], without_first]) | with_first


def any_of(parts: Iterable[Clauses]) -> Clauses:
    """Give the clauses of "any of these"; parts that would multiply too much are set apart as formulas."""
    found = sorted(set(parts), key=len)
    while math.prod(len(part) for part in found) > MOST_CLAUSES:
        found = sorted([*found[:-1], one_literal(_formula(found[-1]))], key=len)
    return frozenset(frozenset().union(*chosen) for chosen in product(*found))


def _as_one_clause(clauses: Clauses) -> Clause:
    return next(iter(clauses)) if len(clauses) == 1 else frozenset([_formula(clauses)])


def _formula(clauses: Clauses) -> Literal:
    return Literal(Subject("formula", ""), "yes", clauses)


def negated(clauses: Clauses) -> Clauses:
    """Negate a formula in conjunctive normal form, by De Morgan, into the same form."""
    return any_of(frozenset(frozenset([literal.negated()]) for literal in clause) for clause in clauses)


def one_literal(literal: Literal) -> Clauses:
    """Give the formula of a single literal."""
    return frozenset([frozenset([literal])])


def absorbed(clauses: Clauses) -> Clauses:
    """Leave out clauses that hold another one: they add nothing (absorption)."""
    if len(clauses) < 2:
        return clauses
    return frozenset(clause for clause in clauses if not any(other < clause for other in clauses))
