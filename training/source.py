"""Where an experiment's outcomes come from: a store of real ones, or a made world whose truth is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import Catalogue, read_catalogue, sample_catalogue
from data.errors import BadExperiment
from data.people.applicants import Applicant
from data.people.base_rates import BaseRates, no_rates, rates_of
from data.people.events import Judgement
from data.people.outcomes import DECIDED, Application, History
from data.store.store import Store
from data.synthetic.attention import Attention
from data.synthetic.scenario import read_scenario
from data.synthetic.world import World, WorldConfig, made_world, shuffled
from models.compiled.judge import CompiledJudge
from models.eligibility.verdict import Status
from training.config import CatalogueFiles, Experiment, Simulated, Stored
from training.groups import GroupsOf, made_groups, told_groups

Rows = NDArray[np.int64]
RULED_OUT = tuple(place for place, s in enumerate(Status) if s in (Status.NOT_ELIGIBLE, Status.NOT_NOW))


@dataclass(frozen=True)
class Source:
    """A catalogue, what is known of past applications to it, and what could have been applied to."""

    catalogue: Catalogue
    history: History
    until: date
    """The last day whose decisions are known."""
    candidates: Callable[[Application], Rows]
    """Places in the catalogue of the grants not ruled out for an application's person on its day."""
    rates: BaseRates
    """How common what the rules ask about is."""
    applicant: Callable[[Application], Applicant]
    """What was told of an application's person: in a store the areas alone, in a made world the facts too."""
    groups: GroupsOf
    """The groups that an application's person belongs to; for checking what was learned, never for learning."""
    chances: Callable[[Application], NDArray[np.float64]] | None = None
    """(candidates,) the true chances of an award; only a made world knows them."""

    later: int = 0
    """Decisions that are dated after the last day, and wait."""
    judgements: tuple[Judgement, ...] = ()
    """What partners think of grants for situations; learned from only where an experiment gives them weight."""

    @property
    def after(self) -> date:
        """The day after the last whose decisions are known."""
        return self.until + timedelta(days=1)

    @property
    def simulated(self) -> bool:
        """Whether the outcomes were made up."""
        return self.chances is not None

    def fingerprint(self) -> str:
        """SHA-256 of the catalogue and of all that is known of the applications."""
        digest = hashlib.sha256(self.catalogue.digest.encode())
        for application in sorted(self.history.applications, key=lambda a: a.id):
            digest.update(json.dumps(_told(application), sort_keys=True).encode())
        for outcome in sorted(self.history.outcomes, key=lambda o: o.application_id):
            told = (outcome.application_id, outcome.result, outcome.decided_on.isoformat(), outcome.amount)
            digest.update(json.dumps(told).encode())
        for judgement in self.judgements:
            digest.update(judgement.model_dump_json().encode())
        return digest.hexdigest()


def open_source(experiment: Experiment, *, today: date, store: str | None = None) -> Source:
    """Open what the experiment learns from; `store` is the address of the store, where it asks for one."""
    source = _outcomes(experiment, today=today, store=store)
    return replace(source, judgements=partners_grades(experiment, store))


def partners_grades(experiment: Experiment, store: str | None) -> tuple[Judgement, ...]:
    """Read what partners graded, oldest first, where the experiment gives it a weight; else nothing is even read."""
    if not experiment.order.partners.weight:
        return ()
    if store is None:
        raise BadExperiment(
            f"{experiment.name} learns from partners' grades, which are in a store; name it (--store)"
        )
    opened = Store.open(store)
    try:
        return tuple(opened.judgements())
    finally:
        opened.close()


def _outcomes(experiment: Experiment, *, today: date, store: str | None) -> Source:
    catalogue = catalogue_of(experiment.catalogue)
    rates = rates_of_experiment(experiment, catalogue, today)
    match experiment.source:
        case Simulated() as simulated:
            return made_source(catalogue, simulated, seed=experiment.seed, today=today, rates=rates)
        case Stored() as stored:
            if store is None:
                raise BadExperiment(
                    f"{experiment.name} learns from a store, and no store was named (--store)"
                )
            until = stored.until or today - timedelta(days=1)
            return stored_source(catalogue, store, until=until, rates=rates)


def rates_of_experiment(experiment: Experiment, catalogue: Catalogue, on: date) -> BaseRates:
    """Read the base rates of an experiment's catalogue, as a service reads them."""
    files = experiment.catalogue
    return rates_of(catalogue, files.rates, own_facts=files.facts is not None, on=on)


def stored_source(catalogue: Catalogue, url: str, *, until: date, rates: BaseRates | None = None) -> Source:
    """Read a store's history up to a day; it ends with its newest decision, so that an idle store grows stale.

    A store holds no facts: only place and window rule candidates out.
    """
    opened = Store.open(url)
    try:
        stored = opened.history()
    finally:
        opened.close()
    known = tuple(outcome for outcome in stored.outcomes if outcome.decided_on <= until)
    eligible = eligible_on(catalogue)

    def candidates(application: Application) -> Rows:
        return np.flatnonzero(eligible(_told_areas(application), application.on))

    made = tuple(application for application in stored.applications if application.on <= until)
    newest = max((o.decided_on for o in known if o.result in DECIDED), default=until)
    groups = told_groups(catalogue)
    history, rates = History(made, known), rates or no_rates(until)
    later = sum(outcome.decided_on > until and outcome.result in DECIDED for outcome in stored.outcomes)
    return Source(catalogue, history, newest, candidates, rates, _told_areas, groups, later=later)


def made_source(
    catalogue: Catalogue, simulated: Simulated, *, seed: int, today: date, rates: BaseRates | None = None
) -> Source:
    """Make a world over a catalogue; with `shuffled`, its decisions are dealt out again at random."""
    until = simulated.until or today - timedelta(days=1)
    config = WorldConfig(
        simulated.people, simulated.days, simulated.texts, attention=Attention(explore=simulated.explore)
    )
    rng = np.random.default_rng(seed)
    world = made_world(catalogue, read_scenario(), eligible_on(catalogue), config, until=until, rng=rng)
    history = shuffled(world.history, rng) if simulated.shuffled else world.history
    groups = made_groups(world, catalogue)
    return Source(
        catalogue,
        history,
        until,
        _candidates(world),
        rates or no_rates(until),
        lambda application: world.searches[world.of_application[application.id]].person.applicant,
        groups,
        _chances(world),
    )


def eligible_on(catalogue: Catalogue) -> Callable[[Applicant, date], NDArray[np.bool_]]:
    """Stage one as a mask over the catalogue: what is not ruled out for an applicant on a day."""
    judge = CompiledJudge.build(catalogue)

    def eligible(applicant: Applicant, on: date) -> NDArray[np.bool_]:
        return ~np.isin(judge.statuses(applicant, on=on), RULED_OUT)

    return eligible


def catalogue_of(files: CatalogueFiles) -> Catalogue:
    """Read the catalogue that an experiment names, or the sample."""
    if files.grants is None:
        return sample_catalogue()
    return read_catalogue(files.grants, facts=files.facts, areas=files.areas)


def _told_areas(application: Application) -> Applicant:
    return Applicant(areas=application.areas or None)


def _candidates(world: World) -> Callable[[Application], Rows]:
    return lambda application: world.searches[world.of_application[application.id]].candidates


def _chances(world: World) -> Callable[[Application], NDArray[np.float64]]:
    return lambda application: world.chances(world.searches[world.of_application[application.id]])


def _told(application: Application) -> list[object]:
    return [
        application.id,
        application.person,
        application.grant_id,
        application.on.isoformat(),
        application.need.model_dump(mode="json"),
        application.areas,
        application.position,
        application.propensity,
    ]
