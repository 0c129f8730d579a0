"""Static checks of a catalogue that loads: what is suspicious in it, as warnings with grant, rule and field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator
from datetime import date
from itertools import combinations
from typing import Any

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.rules import EligibilityRule, as_json
from data.errors import Problem
from data.lint.numbers_in_text import named_in, told_in
from data.lint.satisfiable import Satisfiability
from data.lint.texts import disagreements, gaps
from data.lint.whole_catalogue import check_whole


def check(catalogue: Catalogue, *, on: date, cased: Collection[str] | None = None) -> tuple[Problem, ...]:
    """List what is suspicious in a catalogue on a day; nothing here keeps it from loading.

    `cased` are the grants that some case judges, None where no cases are at hand.
    """
    logic = Satisfiability(catalogue.facts, catalogue.areas)
    found = [problem for grant in catalogue.grants for problem in _check_grant(grant, logic, on)]
    return (*found, *_twins(catalogue.grants), *check_whole(catalogue, cased))


def _check_grant(grant: Grant, logic: Satisfiability, on: date) -> Iterator[Problem]:
    yield from _check_dates(grant, on)
    if not grant.source and not (grant.rules and all(rule.source for rule in grant.rules)):
        yield Problem("no source: nobody can check where this is from", grant=grant.id, field="source")
    for rule_id, times in Counter(rule.id for rule in grant.rules if rule.id).items():
        if times > 1:
            yield Problem("this rule id stands more than once", grant=grant.id, rule=rule_id, field="rules")
    for place in range(len(grant.rules)):
        yield from _check_rule(grant, place, logic)
    yield from _check_pairs(grant, logic)


def _check_dates(grant: Grant, on: date) -> Iterator[Problem]:
    if not grant.reviewed:
        return
    if grant.checked_on is None:
        yield Problem("no checked_on: nobody can see how old this is", grant=grant.id, field="checked_on")
    elif _a_year_on(grant.checked_on) < (on.year, on.month, on.day):
        yield Problem(
            f"last checked on {grant.checked_on}, over a year ago", grant=grant.id, field="checked_on"
        )
    ends = [window.closes for window in grant.windows]
    if ends and all(end is not None and end < on for end in ends):
        yield Problem(
            f"the last window closed on {max(e for e in ends if e)}", grant=grant.id, field="window"
        )


def _check_rule(grant: Grant, place: int, logic: Satisfiability) -> Iterator[Problem]:
    rule, at = grant.rules[place], f"rules[{place}]"
    if not logic.can_hold([rule.condition]):
        yield Problem("nobody can meet this rule", grant=grant.id, rule=rule.id, field=f"{at}.condition")
    elif not logic.can_fail(rule.condition):
        yield Problem("this rule is always true", grant=grant.id, rule=rule.id, field=f"{at}.condition")
    for message in (*disagreements(rule, logic.book), *gaps(rule)):
        yield Problem(message, grant=grant.id, rule=rule.id, field=f"{at}.text")
    told = told_in(as_json(rule)["condition"])
    for named in named_in(rule.text):
        if named not in told:
            message = f"the text names {named:f}, which stands nowhere in the condition"
            yield Problem(message, grant=grant.id, rule=rule.id, field=f"{at}.text")


def _check_pairs(grant: Grant, logic: Satisfiability) -> Iterator[Problem]:
    possible = [(place, rule) for place, rule in enumerate(grant.rules) if logic.can_hold([rule.condition])]
    for (place, one), (beside, other) in combinations(possible, 2):
        if _overlap(one, other) and not logic.can_hold([one.condition, other.condition]):
            name = repr(other.id) if other.id else f"rules[{beside}]"
            message = f"this rule and {name} contradict each other: nobody can meet both"
            yield Problem(message, grant=grant.id, rule=one.id, field=f"rules[{place}].condition")


def _overlap(one: EligibilityRule, other: EligibilityRule) -> bool:
    starts = max(one.since or date.min, other.since or date.min)
    return starts <= min(one.until or date.max, other.until or date.max)


def _twins(grants: tuple[Grant, ...]) -> Iterator[Problem]:
    alike: dict[Any, list[str]] = defaultdict(list)
    for grant in grants:
        rules = frozenset((_in_any_order(as_json(r)["condition"]), r.since, r.until) for r in grant.rules)
        asked = (rules, frozenset(grant.windows), frozenset(grant.purposes), grant.funder)
        alike[asked].append(grant.id)
    for ids in alike.values():
        for twin in ids[1:]:
            message = f"same rules, window, purposes and funder as {ids[0]!r}"
            yield Problem(message, grant=twin, field="rules")


def _in_any_order(value: Any) -> Hashable:
    """Make what was written in another order the same: no list in a condition means anything by its order."""
    match value:
        case dict():
            return frozenset((key, _in_any_order(part)) for key, part in value.items())
        case list():
            return frozenset(Counter(map(_in_any_order, value)).items())
        case _:
            found: Hashable = value
            return found


def _a_year_on(day: date) -> tuple[int, int, int]:
    return day.year + 1, day.month, day.day
