"""Static checks of a catalogue that loads: what is suspicious in it, as warnings with grant, rule and field."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any, Final

from data.catalogue import Catalogue
from data.errors import Problem
from data.grants import Grant
from data.rules import EligibilityRule, as_json
from data.satisfiable import Satisfiability

STALE_AFTER: Final = timedelta(days=365)

_MONEY: Final = re.compile(r"£\s?(\d[\d,]*(?:\.\d+)?)")
_AGE: Final = re.compile(
    r"\b(?:aged?|over|under)\s+(\d{1,3})\b(?!\s*(?:months|weeks|days|hours|%|per))"
    r"|\b(\d{1,3})(?:\s+years old|\s+or\s+(?:over|older|under|younger|above))\b"
)


def check(catalogue: Catalogue, *, on: date) -> tuple[Problem, ...]:
    """List what is suspicious in a catalogue on a day; nothing here keeps it from loading."""
    logic = Satisfiability(catalogue.facts, catalogue.areas)
    found = [problem for grant in catalogue.grants for problem in _check_grant(grant, logic, on)]
    return (*found, *_twins(catalogue.grants))


def _check_grant(grant: Grant, logic: Satisfiability, on: date) -> Iterator[Problem]:
    yield from _check_dates(grant, on)
    if not grant.source and not (grant.rules and all(rule.source for rule in grant.rules)):
        yield Problem("no source: nobody can check where this is from", grant=grant.id, field="source")
    for rule_id, times in Counter(rule.id for rule in grant.rules if rule.id).items():
        if times > 1:
            yield Problem("this rule id stands more than once", grant=grant.id, rule=rule_id, field="rules")
    for rule in grant.rules:
        yield from _check_rule(grant, rule, logic)
    yield from _check_pairs(grant, logic)


def _check_dates(grant: Grant, on: date) -> Iterator[Problem]:
    if grant.checked_on is None:
        yield Problem("no checked_on: nobody can see how old this is", grant=grant.id, field="checked_on")
    elif on - grant.checked_on > STALE_AFTER:
        yield Problem(
            f"last checked on {grant.checked_on}, over a year ago", grant=grant.id, field="checked_on"
        )
    ends = [window.closes for window in grant.windows]
    if ends and all(end is not None and end < on for end in ends):
        yield Problem(
            f"the last window closed on {max(e for e in ends if e)}", grant=grant.id, field="window"
        )


def _check_rule(grant: Grant, rule: EligibilityRule, logic: Satisfiability) -> Iterator[Problem]:
    if not logic.can_hold([rule.condition]):
        yield Problem("nobody can meet this rule", grant=grant.id, rule=rule.id, field="condition")
    elif not logic.can_fail(rule.condition):
        yield Problem("this rule is always true", grant=grant.id, rule=rule.id, field="condition")
    numbers = set(_numbers(as_json(rule)["condition"]))
    for named in _numbers_in_words(rule.text):
        if named not in numbers:
            message = f"the text names {named}, which stands nowhere in the condition"
            yield Problem(message, grant=grant.id, rule=rule.id, field="text")


def _check_pairs(grant: Grant, logic: Satisfiability) -> Iterator[Problem]:
    possible = [rule for rule in grant.rules if logic.can_hold([rule.condition])]
    for one, other in combinations(possible, 2):
        if _overlap(one, other) and not logic.can_hold([one.condition, other.condition]):
            message = f"this rule and {other.id!r} contradict each other: nobody can meet both"
            yield Problem(message, grant=grant.id, rule=one.id, field="condition")


def _overlap(one: EligibilityRule, other: EligibilityRule) -> bool:
    starts = max(one.since or date.min, other.since or date.min)
    return starts <= min(one.until or date.max, other.until or date.max)


def _twins(grants: tuple[Grant, ...]) -> Iterator[Problem]:
    alike: dict[Any, list[str]] = defaultdict(list)
    for grant in grants:
        conditions = tuple((rule.condition, rule.since, rule.until) for rule in grant.rules)
        alike[(conditions, grant.windows, grant.purposes, grant.funder)].append(grant.id)
    for ids in alike.values():
        for twin in ids[1:]:
            message = f"same rules, window, purposes and funder as {ids[0]!r}"
            yield Problem(message, grant=twin, field="rules")


def _numbers(value: Any) -> Iterator[Decimal]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _numbers(part)
            yield from _numbers(key)
    elif isinstance(value, list):
        for part in value:
            yield from _numbers(part)
    elif not isinstance(value, bool):
        try:
            yield Decimal(str(value))
        except InvalidOperation:
            return


def _numbers_in_words(text: str) -> Iterator[Decimal]:
    for money in _MONEY.findall(text):
        yield Decimal(money.replace(",", ""))
    for pair in _AGE.findall(text):
        yield Decimal(next(age for age in pair if age))
