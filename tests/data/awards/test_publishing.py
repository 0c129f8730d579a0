"""What is published of awards: the standard's form, and nothing that leads to a person."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from data.__main__ import app
from data.awards.award_file import read_awards
from data.awards.publishing import NO_FUNDER, TOO_FEW, Given, Publication, publish
from data.awards.schema_check import check_package
from data.catalogue.reading import Catalogue, sample_catalogue
from data.errors import BadData
from data.people.applicants import Need
from data.people.outcomes import Application, Outcome, Result
from data.store.store import Store

SCHEMAS = Path("../shared/data/codelists/schema")
SECRET = b"a secret of the tests"


@pytest.fixture(scope="module")
def sample() -> Catalogue:
    return sample_catalogue()


@pytest.fixture(scope="module")
def fund(sample: Catalogue) -> str:
    return next(grant.id for grant in sample.grants if grant.funder and grant.funder.id and grant.funder.name)


def award(key: str, grant_id: str, area: str = "E08000025", **more: object) -> Given:
    plain = Given(key, grant_id, date(2026, 3, 17), 250.0, (area,), ("GTIP020",), ("GTIR010", "GTIR020"))
    return replace(plain, **more)  # type: ignore[arg-type]


def published(sample: Catalogue, awards: list[Given], fewest: int = 5) -> Publication:
    return publish(awards, dict(sample.by_id), sample.areas, secret=SECRET, prefix="360G-x", fewest=fewest)


def test_an_award_says_what_for_why_and_where_and_nothing_of_the_person(sample: Catalogue, fund: str) -> None:
    found = published(sample, [award(f"application-{n}", fund) for n in range(5)])
    one = found.grants[0]
    assert one["toIndividualsDetails"] == {
        "grantPurpose": ["GTIP020"], "primaryGrantReason": "GTIR010", "secondaryGrantReason": "GTIR020"
    }  # fmt: skip
    assert one["recipientIndividual"]["name"] == "Individual" and one["awardDate"] == "2026-03-01"
    assert one["beneficiaryLocation"][0]["geoCode"] == "E08000025"
    assert "application" not in json.dumps(found.grants)


def test_ids_are_all_different_and_the_same_again_for_who_has_the_secret(
    sample: Catalogue, fund: str
) -> None:
    awards = [award(str(n), fund) for n in range(6)]
    found = published(sample, awards)
    ids = [i for grant in found.grants for i in (grant["id"], grant["recipientIndividual"]["id"])]
    assert len(set(ids)) == 12 and published(sample, awards[::-1]) == found
    other = publish(awards, dict(sample.by_id), sample.areas, secret=b"other", prefix="360G-x", fewest=5)
    assert {grant["id"] for grant in other.grants}.isdisjoint(ids)


def test_what_few_share_is_told_with_its_region_or_without_its_reasons(sample: Catalogue, fund: str) -> None:
    spread = [
        award(str(n), fund, area)
        for n, area in enumerate(("E08000025", "E08000026", "E08000027", "E08000028"))
    ]
    assert {g["beneficiaryLocation"][0]["geoCode"] for g in published(sample, spread, 4).grants} == {
        "E12000005"
    }
    apart = [
        award(str(n), fund, purposes=(purpose,))
        for n, purpose in enumerate(("GTIP020", "GTIP050", "GTIP080"))
    ]
    for grant in published(sample, apart, 3).grants:
        assert "beneficiaryLocation" not in grant and "toIndividualsDetails" not in grant


def test_awards_that_look_like_too_few_others_are_left_out_and_counted(sample: Catalogue, fund: str) -> None:
    found = published(sample, [award("1", fund), award("2", fund)], 3)
    assert not found.grants and found.left_out == {TOO_FEW: 2}


def test_a_funder_without_an_identifier_cannot_be_published(sample: Catalogue) -> None:
    nameless = next(g.id for g in sample.grants if g.funder is None or not g.funder.id)
    assert published(sample, [award("1", nameless)]).left_out == {NO_FUNDER: 1}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["E08000025", "E08000026", "W06000015", "S12000033"]),
            st.sampled_from(["GTIP020", "GTIP050"]),
            st.sampled_from([("GTIR010",), ("GTIR030",), ()]),
        ),
        max_size=40,
    ),
    st.integers(2, 6),
)
def test_whatever_is_published_looks_like_at_least_so_many_others(
    told: list[tuple[str, str, tuple[str, ...]]], fewest: int
) -> None:
    sample = sample_catalogue_once()
    fund = next(grant.id for grant in sample.grants if grant.funder and grant.funder.id)
    awards = [
        award(str(n), fund, area, purposes=(purpose,), reasons=reasons)
        for n, (area, purpose, reasons) in enumerate(told)
    ]
    found = published(sample, awards, fewest)
    looks = Counter(
        json.dumps([grant.get("beneficiaryLocation"), grant.get("toIndividualsDetails")])
        for grant in found.grants
    )
    assert all(times >= fewest for times in looks.values())
    assert len(found.grants) + sum(found.left_out.values()) == len(awards)


_ONCE: list[Catalogue] = []


def sample_catalogue_once() -> Catalogue:
    if not _ONCE:
        _ONCE.append(sample_catalogue())
    return _ONCE[0]


@pytest.fixture
def store(tmp_path: Path, fund: str) -> str:
    url = f"sqlite:///{tmp_path}/store.db"
    kept, at = Store.open(url), datetime(2026, 11, 1, tzinfo=UTC)
    need = Need(text="I am Ann Smith of 4 High Street", purposes=("GTIP020",), reasons=("GTIR010",))
    for n in range(12):
        applied = Application(f"a{n}", f"person-{n}", fund, date(2026, 3, n + 1), need, ("E08000025",))
        kept.append_application(applied, at=at)
        result = Result.AWARDED if n else Result.DECLINED
        outcome = Outcome(f"a{n}", result, date(2026, 4, 2), 100.0 if n else None)
        kept.append_outcome(f"o{n}", outcome, at=at)
    kept.close()
    return url


def export(store: str, to: Path, *more: str) -> tuple[int, str]:
    whom = ["--publisher", "A fund", "--publisher-id", "GB-CHC-1"]
    ran = CliRunner().invoke(app, ["export-awards", str(to), "--store", store, *whom, *more])
    return ran.exit_code, ran.output


def test_the_store_is_published_in_the_standards_form_without_words_or_names(
    store: str, tmp_path: Path
) -> None:
    if not SCHEMAS.exists():
        pytest.skip("the standard's schemas are not here")
    code, output = export(store, tmp_path / "out.json", "--schemas", str(SCHEMAS), "--json")
    assert code == 0 and json.loads(output) == {"published": 11, "left_out": {}, "checked": True}
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    for private in ("Ann", "High Street", "person-", '"a1"'):
        assert private not in text
    assert "2026-04-01" in text and "2026-04-02" not in text


def test_what_is_published_is_read_back_by_our_own_reader(store: str, tmp_path: Path) -> None:
    export(store, tmp_path / "out.json")
    found = read_awards(tmp_path / "out.json")
    assert len(found.awards) == 11 and found.rejected == 0
    assert {one.purposes for one in found.awards} == {("GTIP020",)}


def test_purposes_of_a_deployments_own_are_not_published_as_the_standards(
    store: str, fund: str, tmp_path: Path
) -> None:
    book = {"facts": [], "purposes": {"heat": "Heating", "GTIP050": "Fuel"}}
    funder = {"name": "A fund", "id": "GB-CHC-1"}
    grant = {"id": fund, "title": "T", "funder": funder, "rules": [], "purposes": ["heat", "GTIP050"]}
    (tmp_path / "facts.json").write_text(json.dumps(book), encoding="utf-8")
    (tmp_path / "grants.jsonl").write_text(json.dumps(grant), encoding="utf-8")
    kept, at = Store.open(store), datetime(2026, 11, 1, tzinfo=UTC)
    for n in range(10):
        kept.append_application(Application(f"b{n}", f"p{n}", fund, date(2026, 3, 1), Need(), ()), at=at)
        kept.append_outcome(f"q{n}", Outcome(f"b{n}", Result.AWARDED, date(2026, 4, 2), 50.0), at=at)
    kept.close()
    files = ("--catalogue", str(tmp_path / "grants.jsonl"), "--facts", str(tmp_path / "facts.json"))
    code, output = export(store, tmp_path / "out.json", *files)
    assert code == 0, output
    found = read_awards(tmp_path / "out.json").awards
    assert {one.purposes for one in found} == {("GTIP020",), ("GTIP050",)}


def test_a_package_that_breaks_the_standard_is_refused_with_the_place(store: str, tmp_path: Path) -> None:
    if not SCHEMAS.exists():
        pytest.skip("the standard's schemas are not here")
    export(store, tmp_path / "out.json")
    whole = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    del whole["grants"][2]["awardDate"]
    with pytest.raises(BadData, match=r"grants\.2"):
        check_package(whole, SCHEMAS)
    whole["grants"][2]["awardDate"] = "2026-04-01"
    whole["grants"][0]["toIndividualsDetails"]["grantPurpose"] = ["GTIP999"]
    with pytest.raises(BadData, match="GTIP999"):
        check_package(whole, SCHEMAS)


def test_who_publishes_must_be_said(store: str, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["export-awards", str(tmp_path / "out.json"), "--store", store])
    assert ran.exit_code == 2 and "--publisher" in ran.output
