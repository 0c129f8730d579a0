"""What the words of a need suggest, as if it were told: it weighs chances, and never judges.

Who names a trade has it, who writes "on UC with two kids" very likely is, who needs a pram has a baby. Suggestions
about special-category facts and the like are left out: they count only once the person has confirmed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from data.catalogue.facts import FactBook
from data.people.applicants import Applicant, Moment, Spell
from data.people.statements import Statement, read_statement
from models.needs.suggested_facts import Suggestion

WORK: Final = "work"
"""The name under which a trade is suggested."""


def supposed(
    applicant: Applicant,
    suggestions: Iterable[Suggestion],
    implied: Iterable[Mapping[str, Statement]],
    book: FactBook,
) -> Applicant:
    """Add what is suggested, or implied, and not told; the same applicant where nothing is."""
    facts: dict[str, Statement] = {}
    for together in implied:
        if applicant.facts.keys().isdisjoint(together):
            facts.update(together)
    trades: tuple[str, ...] = ()
    for one in suggestions:
        if one.sensitive:
            continue
        if one.fact == WORK and isinstance(one.value, tuple):
            trades = one.value
        elif one.fact in book.facts and one.fact not in applicant.facts:
            value = {"includes": list(one.value)} if isinstance(one.value, tuple) else one.value
            facts[one.fact] = read_statement(book.facts[one.fact], value, one.fact)
    if not facts and (not trades or applicant.work is not None):
        return applicant
    ever = Moment(date.min, date.max)
    work = tuple(Spell(trade, ever, None) for trade in trades) if trades else None
    return replace(
        applicant,
        facts={**applicant.facts, **facts},
        work=work if applicant.work is None else applicant.work,
    )
