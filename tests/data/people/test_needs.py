"""What a need names has to be a purpose of the deployment's own file, or of 360Giving where it has none."""

from __future__ import annotations

import pytest

from data.catalogue.facts import FactBook
from data.errors import BadApplicant
from data.people.needs import check_purposes

OWN = FactBook.model_validate({"facts": {}, "purposes": {"heat": "Heating", "food": {"text": "Food"}}})


def test_a_code_of_another_list_is_refused_with_the_codes_there_are_and_not_told_back() -> None:
    check_purposes(["food", "heat"], OWN)
    with pytest.raises(BadApplicant) as refused:
        check_purposes(["heat", "GTIP020"], OWN)
    assert refused.value.path == "need.purposes.1"
    assert refused.value.message == "there is no purpose of this code; known are heat (Heating), food (Food)"


def test_without_purposes_of_its_own_a_fact_file_has_those_of_360giving() -> None:
    check_purposes(["GTIP020"], FactBook(facts={}))
    with pytest.raises(BadApplicant, match=r"GTIP010 \(Unrestricted\), GTIP020"):
        check_purposes(["heat"], FactBook(facts={}))
