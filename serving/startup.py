"""Opens what answers calls, and keeps it on the champion: a newer bundle is checked, warmed and swapped in at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Thread
from typing import Final

from structlog.typing import FilteringBoundLogger

from data.clock import today_in_london
from data.errors import BadBundle
from data.people.applicants import Applicant
from data.places.postcodes import Postcodes
from models.eligibility.verdict import judge_in
from serving.answering import Answering
from serving.keeping import StoreDoor
from serving.loading import (
    WARMED,
    Loaded,
    load_catalogue,
    load_embedder,
    load_rates,
    load_situations,
    load_urgent_help,
    manifest_digest,
    settle_memory,
    with_bundle,
    without_bundle,
)
from serving.measures import Measures
from serving.pages.render import speak_of
from serving.settings import Settings
from serving.standings import standing
from serving.turns import Turns
from serving.unreviewed import load_register

MISSING: Final = "bundle_missing"
UNUSABLE: Final = "bundle_unusable"
NO_HELP: Final = "GRANTS_URGENT_HELP names no file: nobody who is in danger is told where to turn"
BETWEEN_GRANTS: Final = 0.002
"""Seconds between grants that are explained before anybody asks …"""
QUIET: Final = 0.05
"""… once nobody has asked for so long …"""
LONGEST_WAIT: Final = 1.0
"""… or after so long, however many ask."""


def open_answering(settings: Settings, measures: Measures, journal: FilteringBoundLogger) -> Answering:
    """Load and warm everything but the store, which may come later; raises BadData for what cannot be used."""
    check_postcodes(settings)
    places = load_urgent_help(settings)
    loaded = first_loaded(settings, journal)
    register = load_register(settings, loaded.catalogue, loaded.rates, loaded.recommender.embedder)
    loaded = loaded.beside(register)
    loaded.warm(today_in_london(), explained=WARMED)
    speak_of(places)
    door = StoreDoor(settings.store, settings.store_seconds)
    turns = Turns(settings.threads, deadline=settings.deadline)
    store_turns = Turns(settings.store_threads, deadline=settings.store_seconds)
    people = load_situations(settings, loaded.catalogue)
    if not places.lines:
        journal.warning("no urgent help", why=NO_HELP)
    return Answering(
        settings, loaded, door, measures, turns, store_turns, journal, situations=people, urgent_help=places
    )


def check_postcodes(settings: Settings) -> None:
    """Look one postcode up, so that a file that cannot be used is found before anybody asks; raises BadData."""
    if settings.postcodes is not None:
        Postcodes(settings.postcodes).areas_of("SW1A 1AA")


def first_loaded(settings: Settings, journal: FilteringBoundLogger) -> Loaded:
    """The champion behind the catalogue, or rules and likeness without one."""
    catalogue, embedder = load_catalogue(settings), load_embedder(settings)
    rates = load_rates(settings, catalogue)
    if not manifest_digest(settings):
        return without_bundle(catalogue, rates, embedder, why=MISSING)
    try:
        return with_bundle(catalogue, rates, embedder, settings)
    except BadBundle as error:
        journal.warning("bundle refused", why=str(error))
        return without_bundle(catalogue, rates, embedder, why=UNUSABLE)


@dataclass
class Watch:
    """Looks at the bundle folder now and then; on any failure what is live stays."""

    answering: Answering
    journal: FilteringBoundLogger
    stopped: Event = field(default_factory=Event)
    explained: date | None = None
    """The day for which every grant is explained."""

    def start(self) -> None:
        """Look, and explain ahead, from now on: each in a thread of its own, for one waits until nobody asks."""
        Thread(target=self._look_on, name="watch", daemon=True).start()
        Thread(target=self._explain_on, name="ahead", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self.stopped.set()

    def _look_on(self) -> None:
        while not self.stopped.wait(self.answering.settings.reload_seconds):
            self.look()

    def _explain_on(self) -> None:
        self.explain_every_grant()
        while not self.stopped.wait(self.answering.settings.reload_seconds):
            self.explain_every_grant()

    def explain_every_grant(self) -> None:
        """Once a day explain each grant to somebody who tells nothing: what is found out is held for all who ask.

        Those who ask meanwhile have their turn first: two threads that compute take twice as long each.
        """
        recommender, today = self.answering.loaded.recommender, self.answering.today()
        if self.explained == today:
            return
        context = recommender.context(Applicant(), on=today)
        for grant in recommender.catalogue.grants:
            if self._ends_before_quiet():
                return
            standing(judge_in(context, grant), context, grant, explain=True)
        self.explained = today
        settle_memory()

    def _ends_before_quiet(self) -> bool:
        """Wait until nobody asks, for a while at most; tell whether the watch was stopped meanwhile."""
        until = time.monotonic() + LONGEST_WAIT
        while self.answering.turns.quiet_for() < QUIET and time.monotonic() < until:
            if self.stopped.wait(QUIET):
                return True
        return self.stopped.wait(BETWEEN_GRANTS)

    def look(self) -> bool:
        """Swap in a newer champion, if there is one that can be used; tell whether it was swapped."""
        settings, loaded = self.answering.settings, self.answering.loaded
        manifest = manifest_digest(settings)
        if manifest in ("", loaded.manifest):
            return False
        try:
            newer = with_bundle(loaded.catalogue, loaded.rates, loaded.recommender.embedder, settings)
            newer = newer.beside(loaded.register)
        except BadBundle as error:
            if str(error) != self.answering.refused_bundle:
                self.answering.refused_bundle = str(error)
                self.journal.warning("bundle refused", why=str(error))
            return False
        newer.warm(self.answering.today())
        self.answering.swap(newer)
        self.journal.info("bundle live", version=newer.versions.model)
        settle_memory()
        return True
