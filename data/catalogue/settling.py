"""What a rule leaves to be looked up beside it is put in: for whom the grant is, and the period of a fact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from data.catalogue.bounds import Amount, Bound, PerPeriod
from data.catalogue.facts import FactBook, OtherNames
from data.catalogue.grants import Grant
from data.catalogue.rules import Beneficiary, EligibilityRule, Part, Sum, SumOf, Table, Within
from data.catalogue.traversal import rewritten
from data.places.areas import AreaTree


def settled(grant: Grant, book: FactBook) -> Grant:
    """Put into the rules of a grant whose names exist what they do not say themselves."""

    def change(part: Part) -> Part:
        if isinstance(part, Beneficiary) and "related" not in part.model_fields_set:
            return Beneficiary(related=grant.whom, condition=part.condition)
        return in_own_period(part, book) if isinstance(part, Within | Sum | SumOf) else part

    rules = tuple(rewritten(rule, change) for rule in grant.rules)
    alike = all(one is other for one, other in zip(rules, grant.rules, strict=True))
    return grant if alike else grant.model_copy(update={"rules": rules})


def with_councils(grant: Grant, areas: AreaTree) -> Grant:
    """Put councils' own sites beside the pages of a grant that councils give; a page that the file names stays."""
    apply = grant.apply
    if apply is None or apply.council is None:
        return grant
    by_area = {**areas.council_sites(apply.council), **apply.by_area}
    return grant.model_copy(update={"apply": apply.model_copy(update={"by_area": by_area})})


def in_own_periods(rule: EligibilityRule, book: FactBook) -> EligibilityRule:
    """Take all limits of a rule that are written with a period into the periods of the facts that they limit."""
    return rewritten(
        rule, lambda part: in_own_period(part, book) if isinstance(part, Within | Sum | SumOf) else part
    )


def in_own_period(part: Within | Sum | SumOf, book: FactBook) -> Part:
    """Take limits written with a period into the period of the fact, or of the first added fact that has one."""
    periods = (book.facts[name].period for name in _limited(part) if name in book.facts)
    own = next((period for period in periods if period is not None), None)
    made = {name: _in_period(bound, own) for name, bound in part.limits.items()}
    if own is None or all(made[name] is bound for name, bound in part.limits.items()):
        return part
    return part.model_copy(update=made)


def _limited(part: Within | Sum | SumOf) -> tuple[str, ...]:
    match part:
        case Within(fact=fact) | Sum(sum=fact):
            return (fact,)
        case SumOf():
            return tuple(one.fact for one in part.parts)


def _in_period(bound: Bound, own: str | None) -> Any:
    match bound:
        case Amount() if own is not None:
            return PerPeriod.of(bound, own)
        case Table():
            rows = {key: _in_period(row, own) for key, row in bound.rows.items()}
            same = all(rows[key] is row for key, row in bound.rows.items())
            return bound if same else bound.model_copy(update={"rows": rows})
        case _:
            return bound


def names_of(grants: Iterable[Grant]) -> OtherNames:
    """Collect what grants are called elsewhere: ids that they had before, and values of facts that they are."""
    listed = tuple(grants)
    renamed = {old: grant.id for grant in listed for old in grant.was}
    same = {grant.id: grant.same_as for grant in listed if grant.same_as is not None}
    return OtherNames(renamed, {one: (value.fact, value.value) for one, value in same.items()})
