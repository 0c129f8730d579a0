"""Plays out a made world: people search, see the top of a list, apply to some of it, and hear back later.

What is eligible comes from outside (`eligible`), since judging rules is not this layer's work. What is
applied to is a biased sample of it, as in real logs (`attention`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant
from data.people.outcomes import Application, History, Outcome, Result
from data.places.areas import UK
from data.synthetic.attention import Attention, OldList
from data.synthetic.needs import MadeNeed, Needs
from data.synthetic.people import Casting, MadePerson, leaves
from data.synthetic.scenario import Scenario
from data.synthetic.truth import Floats, Truth, made_truth, said_fit, sigmoid

Rows = NDArray[np.int64]
Eligible = Callable[[Applicant, date], NDArray[np.bool_]]
"""(grants,) which grants are not ruled out for an applicant on a day."""


@dataclass(frozen=True, slots=True)
class WorldConfig:
    """How big a world is and how people act in it."""

    people: int = 3000
    days: int = 730
    texts: int = 1500
    """About how many different sentences needs are written in."""
    days_to_decide: float = 24.0
    """Median days until an award; a refusal takes a fifth longer."""
    withdrawn: float = 0.03
    attention: Attention = field(default_factory=Attention)


@dataclass(frozen=True, slots=True)
class Search:
    """One person's search on a day: what could have been shown, and the truth about it."""

    person: MadePerson
    made: MadeNeed
    on: date
    candidates: Rows
    """Places in the catalogue of the grants that are not ruled out."""


@dataclass(frozen=True)
class World:
    """What was logged, as a store would hold it, and beside it what only a made world knows."""

    history: History
    searches: tuple[Search, ...]
    truth: Truth
    of_application: dict[str, int]
    """Application id → place of its search."""

    def chances(self, search: Search) -> Floats:
        """Give the true chances (candidates,) of a search."""
        return self.truth.chances(search.made, search.person.places)[search.candidates]


def made_world(
    catalogue: Catalogue,
    scenario: Scenario,
    eligible: Eligible,
    config: WorldConfig,
    *,
    until: date,
    rng: np.random.Generator,
) -> World:
    """Play a world that ends on the day `until`; same arguments and generator state, same world."""
    searches = tuple(_searches(catalogue, scenario, eligible, config, until, rng))
    truth = made_truth(catalogue.grants, scenario, nations(catalogue), rng)
    popularity = rng.normal(0, 0.8, len(catalogue.grants))
    shown = OldList(config.attention, said_fit(catalogue.grants, scenario), popularity)
    applied = [
        (place, *found)
        for place, search in enumerate(searches)
        for found in shown.applied(search.candidates, search.made.topic, rng)
    ]
    log_odds = np.array([_own_log_odds(truth, searches[place], row) for place, row, _, _ in applied])
    truth = truth.balanced(log_odds)
    chances = sigmoid(log_odds + truth.base)
    logged = list(_logged(catalogue, searches, applied))
    outcomes = [
        _outcome(application, chance, config, until, rng)
        for application, chance in zip(logged, chances, strict=True)
    ]
    of_application = {a.id: place for a, (place, *_) in zip(logged, applied, strict=True)}
    return World(History(tuple(logged), tuple(outcomes)), searches, truth, of_application)


def shuffled(history: History, rng: np.random.Generator) -> History:
    """Deal the decisions out again at random: same grants, days and number of awards, and no signal."""
    decided = [
        place for place, o in enumerate(history.outcomes) if o.result in (Result.AWARDED, Result.DECLINED)
    ]
    outcomes = list(history.outcomes)
    for place, other in zip(decided, rng.permutation(decided), strict=True):
        theirs = history.outcomes[int(other)]
        outcomes[place] = replace(outcomes[place], result=theirs.result, amount=theirs.amount)
    return History(history.applications, tuple(outcomes))


def nations(catalogue: Catalogue) -> tuple[str, ...]:
    """The widest areas that hold a catalogue's places."""
    tops = {(leaf, *catalogue.areas.ancestors(leaf)) for leaf in leaves(catalogue.areas)}
    return tuple(sorted({next((a for a in chain if a in UK), chain[-1]) for chain in tops}))


def _searches(
    catalogue: Catalogue,
    scenario: Scenario,
    eligible: Eligible,
    config: WorldConfig,
    until: date,
    rng: np.random.Generator,
) -> Iterator[Search]:
    needs = Needs.of(scenario, rng, texts=config.texts)
    since = until - timedelta(days=config.days)
    people = Casting(catalogue, scenario).people(config.people, rng, on=since)
    planned = [
        (int(day), person)
        for person in people
        for day in rng.integers(0, config.days, size=1 + rng.poisson(0.5))
    ]
    for day, person in sorted(planned, key=lambda plan: (plan[0], plan[1].pseudonym)):
        on = since + timedelta(days=day)
        candidates = np.flatnonzero(eligible(person.applicant, on)).astype(np.int64)
        if len(candidates) > 1:
            yield Search(person, needs.draw(person.profile, rng), on, candidates)


def _own_log_odds(truth: Truth, search: Search, row: int) -> float:
    return float(truth.log_odds(search.made, search.person.places)[row])


def _logged(
    catalogue: Catalogue, searches: Sequence[Search], applied: Sequence[tuple[int, int, int, float]]
) -> Iterator[Application]:
    for number, (place, row, position, propensity) in enumerate(applied):
        search = searches[place]
        yield Application(
            f"simulated-application-{number:06d}",
            search.person.pseudonym,
            catalogue.grants[row].id,
            search.on,
            search.made.need,
            search.person.places,
            position,
            propensity,
        )


def _outcome(
    application: Application, chance: float, config: WorldConfig, until: date, rng: np.random.Generator
) -> Outcome:
    awarded = rng.random() < chance
    wait = config.days_to_decide * (1.0 if awarded else 1.2) * float(np.exp(rng.normal(0, 0.6)))
    share = float(rng.uniform(0.6, 1.0))
    withdrawn = rng.random() < config.withdrawn
    decided_on = application.on + timedelta(days=max(1, round(wait)))
    if decided_on > until:
        return Outcome(application.id, Result.PENDING, until)
    if withdrawn:
        return Outcome(application.id, Result.WITHDRAWN, decided_on)
    if not awarded:
        return Outcome(application.id, Result.DECLINED, decided_on)
    asked = application.need.amount
    return Outcome(
        application.id, Result.AWARDED, decided_on, None if asked is None else round(asked * share)
    )
