"""Whether a rule's text and its condition mean the same limit: period, "no more than", "over", "must not"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from data.catalogue.bounds import PerPeriod
from data.catalogue.facts import Fact, FactBook
from data.catalogue.rules import Bounds, EligibilityRule, NoneOf, Not, OneOf, Sum, SumOf, Within
from data.catalogue.traversal import bounds_of, tables_of, walk

_NUMBER: Final = r"£?\s?(?P<number>\d[\d,]*(?:\.\d+)?)"
_NO_MORE: Final = re.compile(rf"\b(?:no more than|at most|a maximum of)\s{_NUMBER}", re.IGNORECASE)
_OVER: Final = re.compile(r"(?<!or )\bover\s(?P<number>\d{1,3})\b(?!,| or\b)", re.IGNORECASE)
_MUST_NOT: Final = re.compile(r"\bmust not (?:already )?(?:get|be getting|have|receive)\b", re.IGNORECASE)
_PERIOD: Final = re.compile(
    r"£[\d,]+(?:\.\d+)?\s(?:a|an|per|each|every)\s(?P<period>week|month|year)\b", re.IGNORECASE
)
_IN_UNIT: Final = re.compile(r"\b(?:a|per|each)\s(?P<period>week|month|year)\b")


def disagreements(rule: EligibilityRule, book: FactBook) -> Iterator[str]:
    """Yield how the text of a rule differs from its condition."""
    bounds = [found for part in walk(rule.condition) if (found := bounds_of(part)) is not None]
    yield from _limits(rule.text, bounds)
    yield from _periods(rule, book)
    parts = list(walk(rule.condition))
    asks_for = any(isinstance(part, OneOf) for part in parts)
    if asks_for and _MUST_NOT.search(rule.text) and not any(isinstance(part, Not | NoneOf) for part in parts):
        yield "the text says what somebody must not get, the condition asks for it: none_of may be meant"


def _limits(text: str, bounds: list[Bounds]) -> Iterator[str]:
    named = {
        name: {limit for one in bounds if (limit := one.limits.get(name)) is not None} for name in _NAMES
    }
    for found in _NO_MORE.finditer(text):
        number = Decimal(found["number"].replace(",", ""))
        if number in named["below"] - named["at_most"]:
            yield f"the text lets {number:f} itself in, `below` does not: at_most may be meant"
    for found in _OVER.finditer(text):
        number = Decimal(found["number"])
        if number in named["at_least"] - named["above"]:
            yield f"the text says over {number:f}, at_least lets {number:f} itself in: above may be meant"


_NAMES: Final = ("at_least", "at_most", "above", "below")


def _periods(rule: EligibilityRule, book: FactBook) -> Iterator[str]:
    """Yield where a text names another period than that in which a fact is told."""
    told = {found["period"].lower() for found in _PERIOD.finditer(rule.text)}
    for part in walk(rule.condition):
        for fact in _limited(part, book):
            own = fact.period or _period_of_unit(fact)
            if told and own is not None and own not in told:
                yield f"the text counts by the {' and the '.join(sorted(told))}, the fact {fact.id} by the {own}"


def _limited(part: object, book: FactBook) -> Iterator[Fact]:
    """Yield the facts of money that plain numbers limit; a limit written with its period cannot be mistaken."""
    if isinstance(part, Within | Sum | SumOf) and not any(
        isinstance(bound, PerPeriod) for bound in part.limits.values()
    ):
        match part:
            case Within(fact=name) | Sum(sum=name):
                names = [name]
            case SumOf():
                names = [share.fact for share in part.parts]
        yield from (book.facts[name] for name in names if book.facts[name].kind == "money")


def _period_of_unit(fact: Fact) -> str | None:
    found = _IN_UNIT.search(fact.unit or "")
    return None if found is None else found["period"]


def gaps(rule: EligibilityRule) -> Iterator[str]:
    """Yield the tables of a rule that leave out a whole number between two of their rows."""
    for part in walk(rule.condition):
        for table in tables_of(part):
            if all(re.fullmatch(r"-?\d+", key) for key in table.rows):
                numbers = sorted(table.numbered)
                missing = sorted(set(range(numbers[0], numbers[-1])) - set(numbers))
                if missing:
                    yield f"the table has no row for {', '.join(map(str, missing[:5]))}: nobody there can meet it"
