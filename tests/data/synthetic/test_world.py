"""The made world fits real catalogues, says that it is simulated, and is biased in the ways it claims."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue, sample_catalogue
from data.errors import BadData
from data.people.applicants import Applicant
from data.people.outcomes import Result
from data.synthetic.attention import Attention, OldList
from data.synthetic.scenario import SCENARIO, read_scenario
from data.synthetic.world import World, WorldConfig, made_world, shuffled

UNTIL = date(2026, 11, 22)


def a_third(catalogue: Catalogue, applicant: Applicant, on: date) -> NDArray[np.bool_]:
    """A stand-in for judging: every third grant is ruled out, whoever asks."""
    return np.arange(len(catalogue.grants)) % 3 > 0


@cache
def catalogue() -> Catalogue:
    return sample_catalogue()


def made_from(seed: int, people: int = 60) -> World:
    """A world over the sample catalogue."""
    return made_world(
        catalogue(),
        read_scenario(),
        lambda applicant, on: a_third(catalogue(), applicant, on),
        WorldConfig(people=people, texts=300),
        until=UNTIL,
        rng=np.random.default_rng(seed),
    )


@cache
def world() -> World:
    """One world of some hundred people, made once."""
    return made_from(3, 700)


def test_the_same_seed_makes_the_same_world_and_another_seed_another() -> None:
    one, again, other = (made_from(seed) for seed in (5, 5, 6))
    assert one.history == again.history
    assert one.history != other.history


def test_every_row_says_that_it_is_simulated() -> None:
    for application in world().history.applications:
        assert application.id.startswith("simulated-") and application.person.startswith("simulated-")


def test_applications_go_only_to_grants_that_were_not_ruled_out() -> None:
    allowed = {grant.id for place, grant in enumerate(catalogue().grants) if place % 3}
    assert {application.grant_id for application in world().history.applications} <= allowed


def test_people_apply_more_to_what_stood_on_top_and_propensities_say_so() -> None:
    applications = world().history.applications
    by_place = Counter(application.position for application in applications)
    assert by_place[1] > 2 * by_place[5] > 0
    assert all(a.propensity is not None and 0 < a.propensity <= 1 for a in applications)


def test_logged_propensities_are_the_true_chances_of_being_seen() -> None:
    config = Attention(explore=0.5, appetite=1.0, blind=1.0)
    shown = OldList(config, np.zeros((14, 1)), np.arange(14.0)[::-1] * 10)
    rng = np.random.default_rng(1)
    rounds = 6000
    seen = Counter(row for _ in range(rounds) for row, _, _ in shown.applied(np.arange(14), 0, rng))
    for row, chance in enumerate(shown.propensities(14)):
        assert seen[row] / rounds == pytest.approx(chance, abs=0.03)
    assert min(seen[row] for row in range(10, 14)) > 0


def test_about_65_percent_of_decisions_are_awards_and_funders_differ() -> None:
    decided = list(world().history.decided(before=date(2030, 1, 1)))
    awarded = [outcome.result is Result.AWARDED for _, outcome in decided]
    assert np.mean(awarded) == pytest.approx(0.65, abs=0.03)
    by_grant: dict[str, list[bool]] = defaultdict(list)
    for (application, _), won in zip(decided, awarded, strict=True):
        by_grant[application.grant_id].append(won)
    rates = [float(np.mean(won)) for won in by_grant.values() if len(won) >= 20]
    assert min(rates) < 0.55 and max(rates) > 0.8


def test_outcomes_follow_the_known_chances() -> None:
    made = world()
    results = {outcome.application_id: outcome.result for outcome in made.history.outcomes}
    place = {grant.id: row for row, grant in enumerate(catalogue().grants)}
    told, won = [], []
    for application in made.history.applications:
        if results[application.id] in (Result.AWARDED, Result.DECLINED):
            search = made.searches[made.of_application[application.id]]
            told.append(made.truth.chances(search.made, search.person.places)[place[application.grant_id]])
            won.append(results[application.id] is Result.AWARDED)
    likely = np.array(told) > 0.75
    assert np.mean(np.array(won)[likely]) == pytest.approx(np.mean(np.array(told)[likely]), abs=0.06)
    assert np.mean(np.array(won)[~likely]) == pytest.approx(np.mean(np.array(told)[~likely]), abs=0.06)


def test_recent_applications_are_still_pending() -> None:
    pending = {o.application_id for o in world().history.outcomes if o.result is Result.PENDING}
    days = [(UNTIL - a.on).days for a in world().history.applications if a.id in pending]
    assert pending and np.median(days) < 60 and max(days) < 365
    assert all(o.decided_on <= UNTIL for o in world().history.outcomes)


def test_needs_seldom_use_the_words_of_grants() -> None:
    topics = world().truth.scenario.topics
    worded = [(s.made.need.text.lower(), topics[s.made.topic].words) for s in world().searches]
    shared = [any(word in text for word in words) for text, words in worded]
    assert np.mean(shared) < 0.25
    assert len({text for text, _ in worded}) > 200


def test_shuffling_keeps_the_counts_and_takes_the_signal() -> None:
    history = world().history
    dealt = shuffled(history, np.random.default_rng(1))
    assert Counter(o.result for o in dealt.outcomes) == Counter(o.result for o in history.outcomes)
    assert [o.decided_on for o in dealt.outcomes] == [o.decided_on for o in history.outcomes]
    assert dealt.outcomes != history.outcomes


def test_people_fit_every_limit_of_a_fact_book_that_the_scenario_never_saw() -> None:
    raw = {
        "facts": {
            "shoe_size": {"id": "shoe_size", "kind": "number", "min": 30, "max": 50},
            "born": {"id": "born", "kind": "date"},
            "years": {"id": "years", "kind": "number", "min": 0, "max": 120, "from_birth_date": "born"},
            "hat": {"id": "hat", "kind": "choice", "values": ["red", "blue"]},
            "pets": {"id": "pets", "kind": "choices", "values": ["cat", "dog"]},
            "purse": {"id": "purse", "kind": "money", "min": 0},
            "left_handed": {"id": "left_handed", "kind": "boolean"},
        },
        "trades": ["piracy"],
    }
    from data.catalogue.facts import FactBook
    from data.places.areas import AreaTree

    grants = tuple(Grant(id=f"g{n}", title=f"Fund {n} for cookers", rules=()) for n in range(12))
    other = Catalogue(grants, FactBook.model_validate(raw), AreaTree(), "made for this test")
    seen: set[str] = set()

    def everyone(applicant: Applicant, on: date) -> NDArray[np.bool_]:
        seen.update(applicant.facts)
        return np.ones(len(grants), dtype=np.bool_)

    made = made_world(
        other,
        read_scenario(),
        everyone,
        WorldConfig(people=40, texts=50),
        until=UNTIL,
        rng=np.random.default_rng(2),
    )
    assert seen == {"shoe_size", "born", "hat", "pets", "purse", "left_handed"}
    assert made.history.applications


def test_a_misspelt_scenario_is_refused_with_its_place(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("scenario") / "scenario.json"
    path.write_text(SCENARIO.read_text("utf-8").replace('"templates"', '"tempates"'), "utf-8")
    with pytest.raises(BadData, match="tempates"):
        read_scenario(path)
