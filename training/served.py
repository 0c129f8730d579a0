"""The list that a bundle's service shows, for needs of the past as they were known on their day.

What is measured is what is served: the places come from the very `Recommender` that a service, a page and `rank` ask;
nothing here scores anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from features.embedding import Embedder
from models.rankers.bundle import Bundle
from models.recommender import Recommender
from training.lists import Candidates
from training.memory import Memory
from training.metrics import Floats
from training.source import Source


@dataclass(frozen=True)
class Served:
    """A bundle behind the catalogue of its source."""

    recommender: Recommender
    memory: Memory
    source: Source

    @classmethod
    def of(cls, bundle: Bundle, source: Source, memory: Memory, embedder: Embedder) -> Served:
        """Put a bundle behind a source's catalogue, as a service does; raises BadBundle for another embedder."""
        recommender = Recommender.of_bundle(bundle, source.catalogue, source.rates, embedder)
        return cls(recommender, memory, source)

    def score(self, one: Candidates) -> Floats:
        """Give (candidates,) minus the place of each in the list; what is not listed stands below the last."""
        asked = one.query.first
        listed = self.on(asked.on).order_of(self.source.applicant(asked), asked.need, on=asked.on)
        places = np.full(len(self.recommender.catalogue.grants), len(listed))
        places[listed] = np.arange(len(listed))
        return -places[one.rows].astype(np.float64)

    def on(self, day: date) -> Recommender:
        """The recommender with the outcomes that were known on a day; from its own last day on, as it is."""
        awards = self.recommender.awards
        if awards is None or awards.history.before <= day:
            return self.recommender
        known = replace(awards, history=self.memory.known(on=day))
        return replace(self.recommender, awards=known)
