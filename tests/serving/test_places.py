"""A postcode is enough to say where a person lives, and is neither kept nor repeated."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from data.errors import BadData
from data.places.postcodes import Entry, Oddities, Postcodes
from serving.messages import EligibilityQuery
from serving.places import applicant_with_place
from serving.refusals import Refusal
from serving.settings import Settings
from serving.startup import check_postcodes
from tests.serving.running import MADE_UP_POSTCODE, Server, error_of

LEEDS_ONLY = "leeds-local-welfare-support"


@pytest.fixture
def postcodes(tmp_path: Path) -> Path:
    """A file with one made-up postcode."""
    entries = iter([Entry("ZZ11ZZ", ("E08000035", "E92000001"))])
    return Postcodes.write(entries, tmp_path / "postcodes", Oddities()).path


def status_of(front: httpx.Client, **query: object) -> str:
    answer = front.post("/v1/eligibility", json={"grants": [LEEDS_ONLY], **query})
    assert answer.status_code == 200
    return str(answer.json()["results"][0]["status"])


def test_the_service_judges_by_the_areas_of_a_postcode(front: httpx.Client, server: Server) -> None:
    assert status_of(front, postcode=MADE_UP_POSTCODE) == "not_eligible"  # it lies in Birmingham
    assert status_of(front) != "not_eligible"
    assert "".join(MADE_UP_POSTCODE.split()) not in server.written


def test_a_postcode_that_does_not_exist_is_refused(front: httpx.Client) -> None:
    refused = front.post("/v1/eligibility", json={"postcode": "ZZ9 9ZZ"})
    assert (refused.status_code, error_of(refused)["code"]) == (422, "UNKNOWN_POSTCODE")
    assert "ZZ9" not in refused.text


def test_areas_that_are_told_stand(postcodes: Path) -> None:
    told = EligibilityQuery(postcode="ZZ1 1ZZ", applicant={"areas": ["E08000025"]})
    assert applicant_with_place(told, postcodes) == {"areas": ["E08000025"]}
    untold = EligibilityQuery(postcode="zz11zz", applicant={"facts": {"age": 61}})
    assert applicant_with_place(untold, postcodes)["areas"] == ["E08000035", "E92000001"]


def test_no_home_and_a_postcode_together_are_refused(postcodes: Path) -> None:
    with pytest.raises(Refusal, match="CONTRADICTION"):
        applicant_with_place(EligibilityQuery(postcode="ZZ1 1ZZ", applicant={"areas": []}), postcodes)


def test_a_deployment_without_postcodes_says_so() -> None:
    with pytest.raises(Refusal, match="NO_POSTCODES"):
        applicant_with_place(EligibilityQuery(postcode="ZZ1 1ZZ"), None)


def test_a_service_with_a_broken_file_of_postcodes_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "postcodes").write_text("ZZ1 1ZZ", encoding="utf-8")
    with pytest.raises(BadData):
        check_postcodes(Settings(postcodes=tmp_path / "postcodes"))
    with pytest.raises(BadData):
        check_postcodes(Settings(postcodes=tmp_path / "none"))
