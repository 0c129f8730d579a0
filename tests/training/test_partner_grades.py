"""Partners' grades join the order of lists by an explicit weight, in place of shipped grades, none of them alone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import BadExperiment
from data.people.base_rates import no_rates
from data.people.events import Judgement
from data.people.judgements import JudgedSituation, Judgements
from data.people.partners import Grading
from data.people.situations import Situation
from data.store.partners import PartnersShelf
from data.store.store import Store
from features.columns import FIT_NAMES
from features.pairs import PairFeatures
from models.pairing import Pairing
from models.rankers.graded import GradedLinear, GradedTrees
from models.rankers.protocol import Ranker
from tests.training.small_world import TODAY, SharedWords, small_catalogue, small_experiment
from training.config import read_experiment
from training.graded_order import GradedLists, graded_lists
from training.partner_grades import Weighed, capped, weighed
from training.source import partners_grades

FUNDS = frozenset(f"fund-{number:02d}" for number in range(20))
FACE = {"skin": "#aaaaaa", "hair": "#000000", "style": "short", "clothes": "#0000ff"}


def situation(name: str, **grades: int) -> JudgedSituation:
    told = {"id": name, "applicant": {"facts": {"age": 50}}, "need": {"text": f"{name} needs a bed"}}
    return JudgedSituation.model_validate({**told, "grades": grades})


SHIPPED = Judgements(FUNDS, (situation("carer", **{"fund-01": 3, "fund-02": 2}), situation("nurse")))
OWN = {
    "miner": Situation.model_validate(
        {"id": "miner", "name": "Al", "title": "a miner", "theme": "bed", "story": "He.", "face": FACE,
         "need": {"text": "a bed"}}
    )
}  # fmt: skip


def told(partner: str, grades: dict[str, int], about: str = "carer") -> list[Judgement]:
    return [
        Judgement(
            id=f"{partner}-{about}-{grant}-{grade}",
            partner=partner,
            situation_id=about,
            grant_id=grant,
            grade=grade,
            on=date(2026, 11, 1),
        )
        for grant, grade in grades.items()
    ]


def joined(*judgements: Judgement, weight: float = 2.0, share: float = 0.9) -> Weighed:
    return weighed(SHIPPED, judgements, OWN, weight=weight, share=share)


def test_a_partners_grade_stands_in_place_of_the_shipped_one_and_the_others_stay() -> None:
    found = joined(*told("ana", {"fund-01": 0, "fund-03": 3}))
    carer = next(one for one in found.judgements.situations if one.id == "carer")
    assert carer.grades == {"fund-01": 0, "fund-02": 2, "fund-03": 3}
    assert [one.id for one in found.judgements.situations] == ["nurse", "carer"]
    assert found.partners == ("", "ana")
    assert found.weights.tolist() == [1.0, 2.0]


def test_partners_of_one_situation_share_its_weight_and_each_keeps_an_own_view() -> None:
    found = joined(*told("ana", {"fund-01": 0}), *told("ben", {"fund-01": 3}))
    assert [one.grades["fund-01"] for one in found.judgements.situations[1:]] == [0, 3]
    assert found.weights.tolist() == [1.0, 1.0, 1.0]


def test_the_newest_grade_counts() -> None:
    found = joined(*told("ana", {"fund-01": 0}), *told("ana", {"fund-01": 2}))
    assert found.judgements.situations[1].grades["fund-01"] == 2


def test_of_a_situation_that_only_partners_know_nothing_is_taken_for_useless_but_what_they_graded() -> None:
    found = joined(*told("ana", {"fund-04": 3, "fund-05": 0}, "miner"))
    miner = found.judgements.situations[-1]
    assert miner.among == ("fund-04", "fund-05")
    lists = described(found)
    assert [len(best) for best in lists.best] == [20, 20, 2]


def test_a_situation_that_nobody_told_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadExperiment, match="'stranger'.*name the file"):
        joined(*told("ana", {"fund-01": 1}, "stranger"))


def test_a_grant_that_was_never_judged_may_be_graded_in_one_situation_and_stays_unjudged_in_others() -> None:
    lists = described(joined(*told("ana", {"fund-25": 3})))
    assert [len(best) for best in lists.best] == [20, 21]
    assert lists.grades[1].sum() == 3 + 3 + 2


def described(found: Weighed) -> GradedLists:
    pairing = Pairing.build(small_catalogue(), no_rates(TODAY), SharedWords())
    return GradedLists.of(found.judgements, pairing, on=TODAY, weights=found.weights.tolist())


@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.floats(0.1, 50)), min_size=2, max_size=12),
    st.sampled_from([0.2, 0.25, 0.3]),
)
def test_no_partner_carries_more_than_the_share_where_there_is_anything_else(
    rows: list[tuple[str, float]], share: float
) -> None:
    owners, weights = [row[0] for row in rows], np.array([row[1] for row in rows])
    found = capped(weights, owners, share=share)
    assert (found <= weights + 1e-9).all() and (found > 0).all()
    if "" in owners:
        for name in set(owners) - {""}:
            assert found[[owner == name for owner in owners]].sum() <= share * found.sum() + 1e-9


LISTS = np.random.default_rng(4).random((60, len(FIT_NAMES))).astype(np.float32)


@pytest.mark.parametrize(
    "kind", [GradedLinear(ridge=1.0), GradedTrees(trees=10, least_pairs=2, least_curvature=0)]
)
def test_weights_that_are_all_alike_change_no_byte_and_a_greater_one_pulls_the_order(
    kind: GradedLinear | GradedTrees,
) -> None:
    pairs = PairFeatures(FIT_NAMES, LISTS)
    column = LISTS[:, FIT_NAMES.index("pays_for_it")]
    groups = np.repeat([0, 1], 30)
    grades = np.where(groups == 0, column > 0.5, column < 0.5).astype(np.int64) * 3  # two who disagree
    plain = kind.fit(pairs, grades, groups=groups)
    alike = kind.fit(pairs, grades, groups=groups, weights=np.ones(60))
    assert all((plain.to_arrays()[name] == alike.to_arrays()[name]).all() for name in plain.to_arrays())
    pulled = kind.fit(pairs, grades, groups=groups, weights=np.where(groups == 0, 10.0, 0.1))
    high, low = column > 0.5, column < 0.5
    plainly, pulled_by = plain.score(pairs), pulled.score(pairs)
    assert pulled_by[high].mean() - pulled_by[low].mean() > plainly[high].mean() - plainly[low].mean() + 0.1


def test_an_experiment_names_weight_share_and_situations(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[order.partners]\nweight = 2.0\nsituations = "told.jsonl"\n', "utf-8")
    read = read_experiment(path).order.partners
    assert (read.weight, read.share, read.situations) == (2.0, 0.25, tmp_path / "told.jsonl")
    path.write_text("[judgements]\nweight = 0.5\n", "utf-8")
    with pytest.raises(BadExperiment, match="there is no such setting"):
        read_experiment(path)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """The address of a store in which a partner has sent two grades."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    opened = Store.open(url)
    grading = Grading(state="sent", grades={"fund-01": 0, "fund-03": 3})
    PartnersShelf(opened).keep("ana", grading, situation="carer", at=datetime(2026, 11, 29, 12, tzinfo=UTC))
    opened.close()
    return url


def test_without_a_weight_the_grades_are_not_even_read_and_with_one_the_store_must_be_named(
    store: str,
) -> None:
    silent, loud = (small_experiment(order={"partners": {"weight": weight}}) for weight in (0, 2))
    assert partners_grades(silent, store) == partners_grades(silent, None) == ()
    assert {one.grant_id: one.grade for one in partners_grades(loud, store)} == {"fund-01": 0, "fund-03": 3}
    with pytest.raises(BadExperiment, match="name it"):
        partners_grades(loud, None)


def test_without_a_weight_the_lists_are_the_shipped_ones_to_the_byte(tmp_path: Path) -> None:
    rows = [
        {"graded": sorted(FUNDS)},
        *(one.model_dump(mode="json", exclude_unset=True) for one in SHIPPED.situations),
    ]
    file = tmp_path / "judged.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    pairing = Pairing.build(small_catalogue(), no_rates(TODAY), SharedWords())

    def lists(weight: float, *grades: Judgement) -> GradedLists:
        order = small_experiment(
            order={"judgements": file, "partners": {"weight": weight, "share": 0.9}}
        ).order
        return graded_lists(order, pairing, grades)

    without, silent, loud = (
        lists(0),
        lists(0, *told("ana", {"fund-01": 0})),
        lists(2, *told("ana", {"fund-01": 0})),
    )
    assert [one.tobytes() for one in silent.grades] == [one.tobytes() for one in without.grades]
    assert silent.weights == without.weights == (1.0, 1.0)
    assert loud.ids == ("nurse", "carer") and loud.weights == (1.0, 2.0)


def fitted_order(folder: Path, weight: float, *told: Judgement) -> tuple[Ranker, GradedLists]:
    """The order learned from two people who need the same, for whom the fund that is like it is judged the best."""
    grants = small_catalogue().grants
    pairing = Pairing.build(small_catalogue(), no_rates(TODAY), SharedWords())
    one = {"applicant": {"facts": {"age": 50}}, "need": {"text": grants[1].summary}, "grades": {"fund-01": 3}}
    rows = [{"graded": [grant.id for grant in grants]}, {"id": "carer", **one}, {"id": "nurse", **one}]
    file = folder / "judged.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    settings = small_experiment(
        order={"judgements": file, "judged_on": TODAY, "partners": {"weight": weight, "share": 0.95}}
    ).order
    lists = graded_lists(settings, pairing, told)
    return lists.fit(GradedLinear(ridge=1.0), seed=0), lists


AGAINST = told("ana", {"fund-01": 0, "fund-25": 3})


def test_the_learned_order_is_the_same_to_the_byte_without_a_weight(tmp_path: Path) -> None:
    plain, silent = (fitted_order(tmp_path, 0.0, *grades)[0].to_arrays() for grades in ((), AGAINST))
    assert {name: array.tobytes() for name, array in plain.items()} == {
        name: array.tobytes() for name, array in silent.items()
    }


@pytest.mark.parametrize(("weight", "partner_wins"), [(10.0, True), (0.1, False)])
def test_where_a_partner_and_a_shipped_grade_disagree_the_weight_decides(
    weight: float, partner_wins: bool, tmp_path: Path
) -> None:
    ranker, lists = fitted_order(tmp_path, weight, *AGAINST)
    scores = ranker.score(lists.pairs[0])
    graded = dict(zip(lists.rows[0].tolist(), scores.tolist(), strict=True))
    assert (graded[25] > graded[1]) is partner_wins
