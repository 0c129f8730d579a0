"""Reading an applicant: five states of a fact, and a clear path to what breaks the contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from data.catalogue.facts import FactBook, keyed_by_id
from data.errors import BadApplicant
from data.people.applicants import Between, Moment, PartSet, Silence, read_applicant
from data.places.areas import AreaTree

BOOK = FactBook.model_validate(
    {
        "facts": keyed_by_id(
            [
                {"id": "age", "kind": "number", "min": 0, "max": 130},
                {"id": "disabled", "kind": "boolean"},
                {"id": "tenure", "kind": "choice", "values": ["rents", "owns"]},
                {"id": "debts", "kind": "choices", "values": ["rent", "council_tax"]},
                {"id": "born", "kind": "date"},
                {"id": "people", "kind": "number", "of": "household"},
            ]
        ),
        "relations": {"partner": "your partner"},
        "trades": ["nursing"],
    }
)
AREAS = AreaTree()


@pytest.mark.parametrize(
    ("fact", "said", "expected"),
    [
        ("age", 34, Decimal(34)),
        ("age", {"at_least": 30, "below": 40}, Between(Decimal(30), Decimal(40), high_open=True)),
        ("age", {"at_least": 30}, Between(Decimal(30), Decimal(130))),
        ("age", {"at_least": 30, "at_most": 30}, Decimal(30)),
        ("disabled", False, False),
        ("tenure", "rents", "rents"),
        ("debts", [], frozenset()),
        ("debts", {"includes": ["rent"]}, PartSet(frozenset({"rent"}))),
        ("born", "1990-02-28", date(1990, 2, 28)),
        ("born", {"above": "1990-02-28"}, Between(low=date(1990, 3, 1))),
        ("born", {"above": "1990-02-27", "below": "1990-03-01"}, date(1990, 2, 28)),
        ("tenure", {"unknown": True}, Silence.UNKNOWN),
        ("tenure", {"declined": True}, Silence.DECLINED),
        ("tenure", {"not_applicable": True}, Silence.NOT_APPLICABLE),
    ],
)
def test_a_fact_is_read_in_each_of_its_states(fact: str, said: Any, expected: Any) -> None:
    assert read_applicant({"facts": {fact: said}}, BOOK, AREAS).facts[fact] == expected


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ({"facts": {"agee": 34}}, "applicant.facts.agee"),
        ({"facts": {"age": "34"}}, "applicant.facts.age"),
        ({"facts": {"age": 131}}, "applicant.facts.age"),
        ({"facts": {"age": float("nan")}}, "applicant.facts.age"),
        ({"facts": {"age": True}}, "applicant.facts.age"),
        ({"facts": {"age": 10**400}}, "applicant.facts.age"),
        ({"work": [{"trade": "nursing", "since": "2020-01"}]}, "applicant.work[0].since"),
        ({"facts": {"age": None}}, "applicant.facts.age"),
        ({"facts": {"age": {}}}, "applicant.facts.age"),
        ({"facts": {"age": {"unknown": False}}}, "applicant.facts.age"),
        ({"facts": {"age": {"at_least": 40, "below": 40}}}, "applicant.facts.age"),
        ({"facts": {"age": {"at_least": "x"}}}, "applicant.facts.age.at_least"),
        ({"facts": {"disabled": 1}}, "applicant.facts.disabled"),
        ({"facts": {"tenure": "squats"}}, "applicant.facts.tenure"),
        ({"facts": {"tenure": {"at_least": 1}}}, "applicant.facts.tenure"),
        ({"facts": {"debts": "rent"}}, "applicant.facts.debts"),
        ({"facts": {"debts": ["rent", "gas"]}}, "applicant.facts.debts[1]"),
        ({"facts": {"debts": {"includes": ["rent"], "excludes": ["rent"]}}}, "applicant.facts.debts"),
        ({"facts": {"born": "1990-02-30"}}, "applicant.facts.born"),
        ({"facts": {"born": 1990}}, "applicant.facts.born"),
        ({"facts": {"born": {"above": "1990-02-27", "below": "1990-02-28"}}}, "applicant.facts.born"),
        ({"areas": ["Atlantis"]}, "applicant.areas[0]"),
        ({"areas": "E08000025"}, "applicant.areas"),
        ({"work": [{"trade": "mining", "from": "2020-01"}]}, "applicant.work[0].trade"),
        ({"work": [{"trade": "nursing", "from": "2020-13"}]}, "applicant.work[0].from"),
        ({"work": [{"trade": "nursing", "from": "2020-03", "to": "2019-01"}]}, "applicant.work[0]"),
        ({"related": [{"relation": "aunt"}]}, "applicant.related[0].relation"),
        ({"related": [{"relation": "partner", "facts": {"agee": 1}}]}, "applicant.related[0].facts.agee"),
        ({"related": [{"relation": "partner", "facts": {"people": 1}}]}, "applicant.related[0].facts.people"),
        ({"awards": [{"grant_id": "x", "on": "yesterday"}]}, "applicant.awards[0].on"),
        ({"recieves": []}, "applicant.recieves"),
    ],
)
def test_what_breaks_the_contract_is_refused_with_the_path(record: dict[str, Any], path: str) -> None:
    with pytest.raises(BadApplicant) as refused:
        read_applicant(record, BOOK, AREAS)
    assert refused.value.path == path


def test_a_misspelt_fact_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(BadApplicant, match="did you mean 'tenure'"):
        read_applicant({"facts": {"tenur": "rents"}}, BOOK, AREAS)


def test_what_was_left_out_is_unknown_and_what_is_empty_is_known_to_be_none() -> None:
    assert read_applicant({}, BOOK, AREAS).work is None
    assert read_applicant({"work": []}, BOOK, AREAS).work == ()


def test_a_month_without_a_day_may_be_any_day_of_it() -> None:
    (spell,) = read_applicant({"work": [{"trade": "nursing", "from": "2024-02"}]}, BOOK, AREAS).work or ()
    assert spell.since == Moment(date(2024, 2, 1), date(2024, 2, 29))


def test_a_value_that_breaks_the_contract_is_not_repeated_in_the_message() -> None:
    with pytest.raises(BadApplicant) as refused:
        read_applicant({"facts": {"tenure": "my secret"}}, BOOK, AREAS)
    assert "my secret" not in str(refused.value)
