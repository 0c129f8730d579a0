"""What cannot all be so is refused in a request, with the way to both statements."""

from __future__ import annotations

import pytest

from data.errors import BadApplicant
from models.eligibility.contradictions import refuse_contradictions
from tests.models.eligibility.household import Json, context_of

FACTS = "applicant.facts"


@pytest.mark.parametrize(
    ("person", "path", "beside"),
    [
        ({"areas": ["E08000025", "S92000003"]}, "applicant.areas[1]", ("applicant.areas[0]",)),
        ({"related": [{"relation": "child", "areas": ["E08000025", "E08000026"]}]},
         "applicant.related[0].areas[1]", ("applicant.related[0].areas[0]",)),
        ({"facts": {"born": "1990-05-01", "age": 35}}, f"{FACTS}.age", (f"{FACTS}.born",)),
        ({"facts": {"born": "1990-05-01", "age": 37}}, f"{FACTS}.age", (f"{FACTS}.born",)),
        ({"facts": {"born": "1990-12", "age": {"at_least": 36}}}, f"{FACTS}.age", (f"{FACTS}.born",)),
        ({"related": [{"relation": "child", "facts": {"born": "2020-05-01", "age": 5}}]},
         "applicant.related[0].facts.age", ("applicant.related[0].facts.born",)),
        ({"facts": {"benefits": ["none", "uc"]}}, f"{FACTS}.benefits", ()),
        ({"facts": {"benefits": {"includes": ["none", "uc"]}}}, f"{FACTS}.benefits", ()),
        ({"facts": {"with_partner": False}, "related": [{"relation": "partner"}]},
         f"{FACTS}.with_partner", ("applicant.related",)),
    ],
)  # fmt: skip
def test_what_cannot_be_so_at_once_is_refused_with_both_places(
    person: Json, path: str, beside: tuple[str, ...]
) -> None:
    with pytest.raises(BadApplicant) as refused:
        refuse_contradictions(context_of(person))
    assert (refused.value.path, refused.value.beside) == (path, beside)
    assert all(other in str(refused.value) for other in beside)


@pytest.mark.parametrize(
    "person",
    [
        {"areas": ["E08000025", "E92000001"]},
        {"facts": {"born": "1990-05-01", "age": 36}},
        {"facts": {"born": "1990-05-01", "age": 36.5}},
        {"facts": {"born": "1990-11", "age": 35}},
        {"facts": {"born": "1990-11", "age": {"at_least": 36}}},
        {"facts": {"born": "1990-05-01", "age": {"unknown": True}}},
        {"facts": {"benefits": ["none"]}},
        {"facts": {"benefits": {"excludes": ["none", "uc"]}}},
        {"facts": {"with_partner": False}, "related": [{"relation": "child"}]},
        {"facts": {"with_partner": False}},
    ],
)
def test_what_can_be_so_is_not_refused(person: Json) -> None:
    assert refuse_contradictions(context_of(person)) is None  # type: ignore[func-returns-value]
