"""What the words of a need suggest, as if it were told: it weighs chances, and never judges.

Who names a trade has it, who writes "on UC with two kids" very likely is, who needs a pram has a baby. Suggestions
about special-category facts and the like are left out: they count only once the person has confirmed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from data.people.applicants import Applicant, Moment, Spell
from data.people.statements import PartSet, Statement, read_statement
from models.eligibility.context import EvaluationContext
from models.needs.patterns import WORK
from models.needs.suggested_facts import Suggestion


def supposed(
    context: EvaluationContext,
    suggestions: Iterable[Suggestion],
    implied: Iterable[Mapping[str, Statement]],
) -> Applicant:
    """Add what is suggested, or implied, and neither told nor follows from it; the same applicant where nothing is."""
    applicant, book = context.applicant, context.book
    facts: dict[str, Statement] = {}
    trades: tuple[str, ...] = ()
    for together in implied:
        if not any(_is_known(name, context) for name in together):
            facts |= {name: _joined(facts.get(name), value) for name, value in together.items()}
    lived_by = facts.pop(WORK, None)
    if isinstance(lived_by, frozenset):
        trades = tuple(sorted(lived_by))
    for one in suggestions:
        if one.sensitive:
            continue
        if one.fact == WORK and isinstance(one.value, tuple):
            trades = one.value
        elif one.fact in book.facts and not _is_known(one.fact, context):
            value = {"includes": list(one.value)} if isinstance(one.value, tuple) else one.value
            stated = read_statement(book.facts[one.fact], value, one.fact)
            facts[one.fact] = _joined(facts.get(one.fact), stated)
    if not facts and (not trades or applicant.work is not None):
        return applicant
    ever = Moment(date.min, date.max)
    work = tuple(Spell(trade, ever, None) for trade in trades) if trades else None
    return replace(
        applicant,
        facts={**applicant.facts, **facts},
        work=work if applicant.work is None else applicant.work,
    )


def _is_known(name: str, context: EvaluationContext) -> bool:
    """Tell whether a fact was told, be it as not known, or follows from what was: an age tells of pension age."""
    told = context.applicant.facts
    return name in told or (
        name in context.book.facts and context.statement(context.applicant, name) is not None
    )


def _joined(earlier: Statement | None, later: Statement) -> Statement:
    """Join what two phrases say of a fact: sets add up, and a whole one stays whole; else the later is taken."""
    match earlier, later:
        case frozenset(), frozenset():
            return earlier | later
        case (frozenset() as whole, PartSet() as part) | (PartSet() as part, frozenset() as whole):
            return whole | part.includes
        case PartSet(), PartSet():
            return PartSet(earlier.includes | later.includes, earlier.excludes | later.excludes)
        case _:
            return later
