"""Both stages in one call, on the real catalogue with the real embedding model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant, Need, read_applicant
from data.people.base_rates import sample_rates
from features.embedding import CachedEmbedder
from models.compiled.judge import CompiledJudge
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import STATUSES, Status, judge
from models.listing.recommendations import Ranking
from models.listing.wish import Wish
from models.needs.lay_words import read_lay_words
from models.needs.need_model import NeedModel, labels_of
from models.pairing import nearest_first
from models.rankers.exploration import Exploration
from models.recommender import RANKED, Recommender
from training.graded_order import read_needs

ON = date(2026, 11, 23)
LONE_PARENT: dict[str, Any] = {
    "facts": {
        "age": 34,
        "benefits": ["universal_credit"],
        "number_of_children": 2,
        "lives_with_partner": False,
    },
    "areas": ["E08000025"],
}
EVERYTHING = Wish(size=1000, explain=False)
COOKER = Need(text="broken cooker, two children", purposes=("GTIP020",))


@pytest.fixture(scope="module")
def recommender(catalogue: Catalogue, embedder: CachedEmbedder) -> Recommender:
    return Recommender.unlearned(catalogue, sample_rates(catalogue), embedder, why="not_trained")


def person(catalogue: Catalogue, **known: Any) -> Applicant:
    return read_applicant(known, catalogue.facts, catalogue.areas)


@pytest.fixture(scope="module")
def ranking(recommender: Recommender, catalogue: Catalogue) -> Ranking:
    return recommender.recommend(person(catalogue, **LONE_PARENT), COOKER, on=ON, wish=Wish(size=100))


def test_an_ineligible_grant_is_never_ranked_and_no_other_is_lost(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    applicant = person(catalogue, **LONE_PARENT)
    whole = recommender.recommend(applicant, Need(text="help"), on=ON, wish=Wish(size=1000, explain=False))
    verdicts = [
        judge(applicant, g, on=ON, facts=catalogue.facts, areas=catalogue.areas) for g in catalogue.grants
    ]
    assert {r.grant_id for r in whole.results} == {v.grant_id for v in verdicts if v.status in RANKED}
    assert {r.grant_id: r.status for r in whole.results} == {
        v.grant_id: v.status for v in verdicts if v.status in RANKED
    }
    assert sum(whole.counts.values()) == len(catalogue.grants)
    assert whole.total == len(whole.results)


def test_household_goods_come_first_for_a_broken_cooker(ranking: Ranking, catalogue: Catalogue) -> None:
    top = [catalogue.by_id[result.grant_id] for result in ranking.results[:5]]
    assert sum("GTIP020" in grant.purposes for grant in top) >= 4


def test_words_in_an_alphabet_that_was_never_learned_do_not_move_the_list(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    nothing_said = recommender.recommend(person(catalogue), Need(), on=ON)
    for text in ("أحتاج إلى غسالة", "потрібен ноутбук для навчання дитини", "我需要交房租的帮助"):
        answer = recommender.recommend(person(catalogue), Need(text=text), on=ON)
        assert [one.grant_id for one in answer.results] == [one.grant_id for one in nothing_said.results]


def test_contributions_add_up_to_the_score(ranking: Ranking) -> None:
    for result in ranking.results:
        assert sum(part.points for part in result.contributions) == pytest.approx(result.score, abs=1e-9)


def test_each_result_has_reasons_and_an_undecided_one_says_what_is_missing_or_what_to_do_first(
    ranking: Ranking,
) -> None:
    for result in ranking.results:
        assert result.reasons
        if result.status is Status.NEEDS_INFO:
            assert result.missing or result.steps


def test_who_answers_nothing_is_refused_only_what_has_ended(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    answer = recommender.recommend(person(catalogue), Need(), on=ON)
    assert answer.counts[Status.NOT_ELIGIBLE] == sum(grant.has_ended(on=ON) for grant in catalogue.grants)
    assert answer.next_question is not None


def test_pages_follow_each_other_without_gap_or_repeat(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    applicant = person(catalogue, **LONE_PARENT)
    pages = [
        recommender.recommend(applicant, COOKER, on=ON, wish=Wish(offset=start, size=7, explain=False))
        for start in (0, 7)
    ]
    both = recommender.recommend(applicant, COOKER, on=ON, wish=Wish(size=14, explain=False))
    assert [r.rank for page in pages for r in page.results] == list(range(1, 15))
    assert [r.grant_id for page in pages for r in page.results] == [r.grant_id for r in both.results]


def test_filters_narrow_the_list_and_the_counts(recommender: Recommender, catalogue: Catalogue) -> None:
    answer = recommender.recommend(person(catalogue), COOKER, on=ON, wish=Wish(routes=("adviser",), size=100))
    assert {result.route for result in answer.results} == {"adviser"}
    assert sum(answer.counts.values()) == sum(grant.route == "adviser" for grant in catalogue.grants)


def test_a_grant_that_never_pays_for_what_is_asked_is_not_listed(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    excluding = [grant.id for grant in catalogue.grants if "GTIP090" in grant.excluded_purposes]
    debts = Need(text="credit card debts", purposes=("GTIP090",))
    answer = recommender.recommend(person(catalogue), debts, on=ON, wish=Wish(size=1000, explain=False))
    assert excluding
    assert not {result.grant_id for result in answer.results} & set(excluding)


def test_a_grant_that_never_pays_for_what_words_are_plainly_about_comes_last_of_its_part_and_stays_listed(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    needs = read_needs()[::4]
    labels = labels_of((*need.purposes, *need.reasons) for need in needs)
    nothing = np.zeros((len(needs), recommender.embedder.dimension), dtype=np.float32)
    model = NeedModel.fit([need.text for need in needs], nothing, labels, read_lay_words())
    reading = replace(recommender, pairing=replace(recommender.pairing, needs=model))
    applicant, goods = person(catalogue, areas=["E06000041"]), "wokingham-local-welfare-provision"
    listed = {
        text: [
            one.grant_id
            for one in reading.recommend(applicant, Need(text=text), on=ON, wish=EVERYTHING).results
        ]
        for text in ("food", "cooker")
    }
    assert goods in listed["food"][10:]
    assert listed["cooker"].index(goods) < listed["food"].index(goods)


def test_the_same_request_gets_the_same_answer(recommender: Recommender, catalogue: Catalogue) -> None:
    applicant = person(catalogue, **LONE_PARENT)
    answers = [repr(recommender.recommend(applicant, COOKER, on=ON)) for _ in range(2)]
    assert answers[0] == answers[1]


def test_what_is_held_of_a_need_gives_everybody_the_scores_of_what_describes_them(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    for areas in (["E08000025"], ["W06000015"]):
        context = recommender.context(person(catalogue, **{**LONE_PARENT, "areas": areas}), on=ON)
        scored = recommender.scored(context, COOKER)
        every = recommender.order.score(scored.described.pairs)
        assert scored.scores.tobytes() == every.tobytes()
        assert (scored.described.statuses < STATUSES.index(Status.NEEDS_INFO)).any()


def test_a_special_category_fact_that_changes_no_verdict_changes_no_place(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    lists = []
    for ethnicity in ("black", "white"):
        facts = {**LONE_PARENT["facts"], "ethnicity": ethnicity}
        applicant = person(catalogue, facts=facts, areas=LONE_PARENT["areas"])
        answer = recommender.recommend(applicant, COOKER, on=ON, wish=Wish(size=1000, explain=False))
        lists.append({r.grant_id: r.score for r in answer.results})
    shared = set(lists[0]) & set(lists[1])
    assert [lists[0][grant] for grant in shared] == [lists[1][grant] for grant in shared]


def test_where_a_person_lives_is_listed_from_the_nearest_to_the_widest(catalogue: Catalogue) -> None:
    assert nearest_first(["E92000001", "E08000025"], catalogue.areas)[:3] == (
        "E08000025",
        "E12000005",
        "E92000001",
    )


def test_every_contribution_says_in_a_sentence_what_it_means(ranking: Ranking) -> None:
    for part in (part for result in ranking.results for part in result.contributions):
        assert part.text.endswith(".")
    without_amount = {part.feature: part.text for part in ranking.results[0].contributions}
    assert without_amount["meaning_text"].startswith("What it pays for")


def test_pages_of_an_explored_list_join_without_loss(recommender: Recommender, catalogue: Catalogue) -> None:
    applicant = person(catalogue, **LONE_PARENT)
    free = recommender.recommend(applicant, COOKER, on=ON, wish=Wish(size=1000, explain=False))
    seeds = range(30)
    lists = []
    for seed in seeds:
        pages = [
            recommender.recommend(
                applicant,
                COOKER,
                on=ON,
                wish=Wish(offset=at, size=50, explain=False, exploration=Exploration(0.5, seed)),
            )
            for at in range(0, free.total, 50)
        ]
        lists.append([result for page in pages for result in page.results])
    names = [[result.grant_id for result in one] for one in lists]
    assert all(sorted(one) == sorted(result.grant_id for result in free.results) for one in names)
    assert any(one != [result.grant_id for result in free.results] for one in names)
    assert all(result.propensity < 1 for one in lists for result in one[3:10])
    assert all(result.propensity == 1 for result in free.results)


def test_where_the_two_judges_disagree_the_plain_one_is_followed_for_the_whole_list(
    recommender: Recommender, catalogue: Catalogue
) -> None:
    applicant, wish = person(catalogue, **LONE_PARENT), Wish(size=1000, near_misses=0)
    sound = recommender.recommend(applicant, COOKER, on=ON, wish=wish)
    assert sound.disputed == ()
    for says in (Status.NOT_ELIGIBLE, Status.ELIGIBLE):
        faulty = replace(
            recommender,
            pairing=replace(recommender.pairing, judge=AlwaysSays(recommender.pairing.judge, says)),
        )
        mended = faulty.recommend(applicant, COOKER, on=ON, wish=wish)
        assert mended.disputed
        assert "judges_disagree" in mended.degraded
        assert replace(mended, disputed=(), degraded=sound.degraded) == sound


class AlwaysSays(CompiledJudge):
    """A compiled judge with a fault: it gives every grant the same status."""

    def __init__(self, sound: CompiledJudge, says: Status) -> None:
        self.__dict__.update(sound.__dict__, says=STATUSES.index(says))

    def statuses_in(self, context: EvaluationContext, *, later: bool = True) -> Any:
        """Give the same code for every grant."""
        return np.full_like(super().statuses_in(context, later=later), self.__dict__["says"])


@pytest.mark.parametrize(
    ("words", "fund"),
    [
        ("got ms and the washing machine has gone", "ms-society-grant"),
        ("hiv positive, cookers broke and no money", "tht-hardship-fund"),
        ("electric for my husbands machines, he has motor neurone", "mnd-cost-of-living"),
        ("travel to see my husband in prison", "help-with-prison-visits"),
    ],
)
def test_the_fund_for_what_words_name_or_state_moves_up_and_what_is_told_of_it_stays(
    recommender: Recommender, catalogue: Catalogue, words: str, fund: str
) -> None:
    applicant = person(catalogue, areas=["E08000019"])
    wish = Wish(size=1000, explain=False, near_misses=0)
    place, told = {}, {}
    for text in (words, "money"):
        whole = recommender.recommend(applicant, Need(text=text), on=ON, wish=wish)
        place[text], told[text] = next(
            (one.rank, (one.status, one.qualifies.text)) for one in whole.results if one.grant_id == fund
        )
    assert place[words] < place["money"] / 4
    assert told[words] == told["money"]
