"""A small fact book of a household, and what a funder's condition or grant says to a person described with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import TypeAdapter

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.references import References
from data.catalogue.rules import Condition
from data.catalogue.settling import names_of, settled
from data.people.applicants import read_applicant
from data.places.areas import AreaTree
from models.compiled.judge import CompiledJudge
from models.eligibility.conditions import ask, evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer
from models.eligibility.verdict import STATUSES, Verdict, judge_in

Json = dict[str, Any]
ON = date(2026, 11, 29)
AREAS = AreaTree()
BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {"id": "born", "kind": "date"},
                {"id": "age", "kind": "number", "min": 0, "max": 130, "from_birth_date": "born"},
                {"id": "course_starts", "kind": "date"},
                {"id": "studies", "kind": "boolean"},
                {"id": "moved_in", "kind": "date"},
                {"id": "wage", "kind": "money", "min": 0, "period": "week"},
                {"id": "pension", "kind": "money", "min": 0, "period": "week"},
                {"id": "money_in", "kind": "money", "period": "week", "derived": {"sum_of": ["wage", "pension"]}},
                {"id": "rent", "kind": "money", "min": 0, "period": "month",
                 "applies_if": {"fact": "tenant", "is": True}},
                {"id": "tenant", "kind": "boolean"},
                {"id": "bills", "kind": "money", "min": 0, "period": "month"},
                {"id": "people", "kind": "number", "min": 1, "max": 12, "of": "household"},
                {"id": "area", "kind": "choice", "values": ["town", "village"]},
                {"id": "children", "kind": "number", "min": 0, "max": 12, "of": "household",
                 "derived": {"count": ["child"], "where": {"fact": "age", "below": 18}}},
                {"id": "ages", "kind": "choices", "values": [str(age) for age in range(20)], "of": "household",
                 "applies_if": {"fact": "children", "at_least": 1},
                 "derived": {"values_of": "age", "over": ["child"]}},
                {"id": "gets_some", "kind": "boolean", "derived": {"some_of": "allowances"}},
                {"id": "allowances", "kind": "choices", "values": ["care", "rent", "none"], "exclusive": "none",
                 "applies_if": {"fact": "gets_some", "is": True}},
                {"id": "any_child", "kind": "boolean", "derived": {"any": [{"related": ["child"]}, "expecting"]}},
                {"id": "expecting", "kind": "boolean"},
                {"id": "weeks", "kind": "number", "min": 0, "max": 42, "grows": "weeks",
                 "while": {"fact": "expecting", "is": True}},
                {"id": "benefits", "kind": "choices", "exclusive": "none", "mutable": "gain", "special_category": False,
                 "values": {"pc": "Pension Credit", "uc": {"text": "Universal Credit", "public_fund": True},
                            "none": "none of these", "is": {"text": "Income Support", "ended": "2026-03-31"},
                            "allowance": "Bereavement Support",
                            "carer": {"text": "a payment for students",
                                      "open_to": {"fact": "studies", "is": True}}}},
                {"id": "uc_rent_part", "kind": "boolean", "mutable": "gain", "special_category": False,
                 "public_fund": True, "question": "Does your Universal Credit have a part for rent?",
                 "applies_if": {"fact": "benefits", "one_of": ["uc"]}},
                {"id": "no_public_funds", "kind": "boolean"},
                {"id": "with_partner", "kind": "boolean", "derived": {"any": [{"related": ["partner"]}]}},
                {"id": "dependants", "kind": "number", "min": 0, "derived": {"count": ["child"]}},
            ]
        ),
        "relations": {"partner": "your partner", "child": "your child",
                      "parent": {"text": "a parent", "household": False},
                      "aunt": {"text": "an aunt", "household": False, "if_named": True}},
        "no_recourse": {"fact": "no_public_funds", "is": True},
        "contradictions": [
            {"text": "you said that you live with no partner, and told us of one",
             "condition": {"all_of": [{"fact": "with_partner", "is": False}, {"related": ["partner"]}]}}
        ],
    }
)  # fmt: skip


def context_of(person: Json, *, on: date = ON, book: FactBook = BOOK) -> EvaluationContext:
    """Read a person and see them on a day."""
    return evaluation_context(read_applicant(person, book, AREAS), book, AREAS, on=on)


def answer_to(condition: Json, person: Json, *, on: date = ON) -> Answer:
    """Ask a condition of a person, once it is sure that a catalogue may hold it; both judges must agree."""
    rules = [{"id": "r", "text": "…", "condition": condition}]
    grant = Grant.model_validate({"id": "fund", "title": "A fund", "rules": rules})
    assert list(References(BOOK, AREAS).check(TypeAdapter(Condition).validate_python(condition))) == []
    (rule,) = settled(grant, BOOK).rules
    verdict_on(grant, person, on=on)
    return ask(rule.condition, context_of(person, on=on))


def verdict_on(offer: Grant | Json, person: Json, *, on: date = ON, others: tuple[Json, ...] = ()) -> Verdict:
    """Judge a grant for a person plainly, once it is sure that the compiled judge gives the same status."""
    written = [{"id": "fund", "title": "A fund", "rules": [], **one} for one in others]
    if isinstance(offer, dict):
        offer = Grant.model_validate({"id": "fund", "title": "A fund", "rules": [], **offer})
    grants = (offer, *(Grant.model_validate(one) for one in written))
    book = BOOK.knowing(names_of(grants))
    catalogue = Catalogue(tuple(settled(grant, book) for grant in grants), book, AREAS, "…")
    context = context_of(person, on=on, book=book)
    verdicts = [judge_in(context, grant) for grant in catalogue.grants]
    for above in (0, 20_000):
        codes = CompiledJudge.build(catalogue, bits_above=above).statuses(context.applicant, on=on).tolist()
        assert [STATUSES[code] for code in codes] == [verdict.status for verdict in verdicts]
    return verdicts[0]
