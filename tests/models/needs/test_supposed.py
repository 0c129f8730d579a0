"""What a need is only had for weighs the chances of its grants, and is never put to the person or told as a status."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.catalogue.facts import FactBook
from data.catalogue.reading import Catalogue
from data.errors import BadData
from data.people.applicants import Applicant, Need, read_applicant
from data.people.base_rates import sample_rates
from data.people.statements import Between, PartSet
from features.embedding import Embedder
from models.needs.patterns import FILE, WORK, read_suggestions
from models.needs.suggested_facts import implied, own_patterns, suggest
from models.needs.supposed import supposed
from models.pairing import Pairing
from training.graded_order import read_needs

ON = date(2026, 11, 29)


@pytest.fixture(scope="module")
def book(catalogue: Catalogue) -> FactBook:
    return catalogue.facts


@pytest.fixture(scope="module")
def pairing(catalogue: Catalogue, embedder: Embedder) -> Pairing:
    return Pairing.build(catalogue, sample_rates(catalogue), embedder)


def chance(pairing: Pairing, grant: str, text: str, facts: dict[str, Any] | None = None) -> float:
    given = {"areas": ["W06000011"], "facts": facts or {}}
    applicant = read_applicant(given, pairing.catalogue.facts, pairing.catalogue.areas)
    described = pairing.describe(pairing.context(applicant, on=ON), Need(text=text))
    return float(described.chances[pairing.index.ids.index(grant)])


@pytest.mark.parametrize(
    "text", ["pram", "no pram for the baby", "need a moses basket", "nappies n formula milk"]
)
def test_who_needs_things_for_a_baby_likely_has_a_new_one(text: str, book: FactBook) -> None:
    (facts,) = implied(text, book, ON)
    assert facts["youngest_child_born_on"] == Between(ON - timedelta(days=182), ON)


@pytest.mark.parametrize(
    "text", ["mobility buggy", "rent", "client needs a pram, i am her social worker", "коляска"]
)
def test_other_words_and_those_who_write_for_a_client_imply_no_baby(text: str, book: FactBook) -> None:
    assert implied(text, book, ON) == ()


def test_a_pram_makes_the_maternity_grant_likelier_and_another_need_does_not(pairing: Pairing) -> None:
    assert chance(pairing, "sure-start-maternity-grant", "pram") > 10 * chance(
        pairing, "sure-start-maternity-grant", "sofa"
    )


def test_what_a_need_implies_is_never_put_to_anybody_and_yields_to_what_is_told(
    pairing: Pairing, book: FactBook
) -> None:
    assert suggest("pram", book) == ()
    assert chance(pairing, "sure-start-maternity-grant", "pram", {"number_of_children": 0}) < 0.05


def test_what_a_need_implies_changes_no_status(pairing: Pairing) -> None:
    statuses = [
        pairing.describe(pairing.context(Applicant(), on=ON), Need(text=text)).statuses.tolist()
        for text in ("pram", "funeral", "prepay meter", "school shoes", "sofa")
    ]
    assert all(found == statuses[-1] for found in statuses)


def test_nothing_about_health_faith_or_abuse_is_implied(book: FactBook) -> None:
    patterns = read_suggestions(book)
    told = [dict(one.statements(book, ON)) for one in patterns.implied]
    for name, value in (pair for facts in told for pair in facts.items() if pair[0] != WORK):
        fact = book.facts[name]
        assert not fact.special_category and fact.topic not in patterns.sensitive_topics
        values = value.includes if isinstance(value, PartSet) else {value}
        assert fact.special_values is None or values.isdisjoint(fact.special_values)


def supposed_of(
    text: str, book: FactBook, pairing: Pairing, facts: dict[str, Any] | None = None
) -> Applicant:
    applicant = read_applicant({"facts": facts or {}}, book, pairing.catalogue.areas)
    context = pairing.context(applicant, on=ON)
    return supposed(context, suggest(text, book), implied(text, book, ON))


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("he was on the trawlers 30 year and i cant pay for his funeral", "fishing"),
        ("my dad was a printer all his life", "printing"),
        ("made redundant off the rigs", "oil_gas"),
    ],
)
def test_a_trade_that_a_need_names_is_supposed_to_be_in_the_family(
    text: str, trade: str, book: FactBook, pairing: Pairing
) -> None:
    work = supposed_of(text, book, pairing).work
    assert work is not None
    assert [one.trade for one in work] == [trade]


def test_two_phrases_about_one_fact_add_up(book: FactBook, pairing: Pairing) -> None:
    owed = supposed_of("rent arrears and council tax arrears", book, pairing).facts["debts"]
    assert owed == PartSet(frozenset({"rent", "council_tax"}))


def test_who_lost_a_mother_is_not_sent_to_funds_for_the_funeral_of_a_child(pairing: Pairing) -> None:
    grant = "child-funeral-charity"
    assert chance(pairing, grant, "mum died cant pay the funeral") < 0.01
    assert chance(pairing, grant, "funeral for my little boy") > 0.1


def test_nothing_is_supposed_against_what_follows_from_an_answer(book: FactBook, pairing: Pairing) -> None:
    assert supposed_of("cant live on my pension", book, pairing).facts["over_state_pension_age"] is True
    told = supposed_of("cant live on my pension", book, pairing, {"age": 40})
    assert "over_state_pension_age" not in told.facts


def test_an_implied_fact_that_does_not_fit_is_refused_with_its_place(book: FactBook, tmp_path: Path) -> None:
    raw = json.loads(FILE.read_text("utf-8"))
    raw["implied"] = [
        {"words": "pram", "facts": {"no_such_fact": True}},
        {"words": "(", "facts": {"bereaved": "yes"}},
    ]
    changed = tmp_path / "suggestions.json"
    changed.write_text(json.dumps(raw), "utf-8")
    with pytest.raises(BadData) as refused:
        read_suggestions(book, changed)
    fields = {problem.field for problem in refused.value.problems}
    assert fields == {"implied.0.facts.no_such_fact", "implied.1.words", "implied.1.facts.bereaved"}


def test_facts_of_another_deployment_that_share_a_name_are_left_out_where_their_values_differ(
    book: FactBook,
) -> None:
    names = {name for one in own_patterns().implied for name in one.facts} - {WORK}
    other = FactBook.model_validate(
        {"facts": {name: {"id": name, "kind": "choice", "values": ["guest"]} for name in names}}
    )
    said = [need.text for need in read_needs() if implied(need.text, book, ON)]
    assert len(said) > 100
    assert not [text for text in said if implied(text, other, ON) or suggest(text, other)]
