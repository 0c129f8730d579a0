"""The group of what nobody has reviewed, through everything that answers but HTTP: answers, pages, settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
import structlog

from data.catalogue.reading import sample_catalogue
from data.register.area_of_benefit import AreaOfBenefit
from data.register.charity import Charity
from data.register.entries import entry_of
from models.eligibility.verdict import Status
from serving import telling
from serving.answering import Answering
from serving.answers import Ranked
from serving.measures import Measures
from serving.messages import EligibilityQuery, RankQuery
from serving.pages.render import page
from serving.pages.unreviewed import lines
from serving.settings import Settings
from serving.startup import open_answering

ON = date(2026, 11, 29)
HOSTILE = "<script>alert(1)</script> FUEL FOR THE POOR"


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    folder = tmp_path_factory.mktemp("served")
    sample = sample_catalogue()
    charities = [
        Charity(n, "THE POOR'S LAND", ON, objects=HOSTILE, website="javascript:alert(1)") for n in range(1, 9)
    ]
    where = AreaOfBenefit(("E06000052",), "Launcells")
    entries = [entry_of(one, where, sample.areas, sample.facts) for one in charities]
    (folder / "register.jsonl").write_text(
        "".join(json.dumps(one) + "\n" for one in entries), encoding="utf-8"
    )
    settings = Settings(
        charity_register=folder / "register.jsonl",
        bundle=folder / "none",
        embedder=folder / "none",
        store=f"sqlite:///{folder}/store.db",
    )
    opened = open_answering(settings, Measures(), structlog.get_logger())
    yield opened
    opened.close()


def asked(answering: Answering, area: str = "E06000052", **more: object) -> Ranked:
    query = {"need": {"text": "fuel"}, "applicant": {"areas": [area]}, "on": ON.isoformat(), **more}
    return answering.rank(RankQuery.model_validate(query))


def test_charities_near_a_person_stand_in_a_group_of_their_own(answering: Answering) -> None:
    answer = asked(answering)
    assert answer.unreviewed.total == 8 and len(answer.unreviewed.results) == 5
    assert all(not one.reviewed and one.status is Status.DISCRETIONARY for one in answer.unreviewed.results)
    assert all(one.reviewed for one in answer.results)
    assert answer.versions.charities
    ids = {one.grant_id for one in answer.results}
    assert ids.isdisjoint(one.grant_id for one in answer.unreviewed.results)


def test_the_reviewed_part_of_an_answer_does_not_change_by_the_group_below(answering: Answering) -> None:
    with_group, without = asked(answering), asked(answering, unreviewed=None)
    assert not without.unreviewed.results
    assert with_group.results == without.results and with_group.counts == without.counts


def test_the_rest_of_the_group_can_be_asked_for(answering: Answering) -> None:
    first, rest = asked(answering), asked(answering, unreviewed={"offset": 5, "size": 5})
    assert [one.rank for one in rest.unreviewed.results] == [6, 7, 8]
    assert {one.grant_id for one in (*first.unreviewed.results, *rest.unreviewed.results)} == {
        f"charity-{n}" for n in range(1, 9)
    }


def test_somebody_elsewhere_is_shown_none_of_them(answering: Answering) -> None:
    assert asked(answering, area="E08000025").unreviewed.total == 0


def test_a_late_answer_leaves_the_group_out(answering: Answering) -> None:
    late = answering.rank_plainly(RankQuery.model_validate({"applicant": {"areas": ["E06000052"]}}))
    assert not late.unreviewed.results


def test_an_entry_can_be_looked_at_and_judged_by_its_id(answering: Answering) -> None:
    assert telling.grant(answering.loaded, "charity-3").grant["reviewed"] is False
    query = {"grants": ["charity-3"], "applicant": {"areas": ["E08000025"]}, "on": ON.isoformat()}
    (standing,) = answering.eligibility(EligibilityQuery.model_validate(query)).results
    assert standing.status is Status.NOT_ELIGIBLE


def test_the_page_says_that_nobody_has_read_the_rules_and_escapes_what_the_register_says(
    answering: Answering,
) -> None:
    shown = lines(asked(answering), answering.loaded.grant)
    assert shown["unreviewed_total"] == 8 and shown["unreviewed"][0].website is None
    html = bytes(page("unreviewed.html", **shown).body).decode()
    assert "Nobody has read their rules for us." in html and "Launcells, in Cornwall" in html
    assert "<script>" not in html and "javascript:" not in html
