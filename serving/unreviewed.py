"""The group below the reviewed list: charities of a register near a person, whose rules nobody has read."""

from __future__ import annotations

from dataclasses import replace

from data.catalogue.reading import Catalogue, read_catalogue
from data.people.applicants import Need
from data.people.base_rates import BaseRates
from features.embedding import Embedder
from models.eligibility.context import EvaluationContext
from models.listing.wish import Wish
from models.recommender import Recommender
from models.register import Register, read_vectors
from serving.answers import Unreviewed
from serving.cards import recommendation
from serving.loading import WithoutMeaning, areas_file
from serving.settings import Settings


def load_register(
    settings: Settings, reviewed: Catalogue, rates: BaseRates, embedder: Embedder
) -> Register | None:
    """The entries of the register that the deployment names; raises BadData where they cannot be used."""
    if settings.charity_register is None:
        return None
    entries = read_catalogue(settings.charity_register, facts=settings.facts, areas=areas_file(settings))
    meaning = not isinstance(embedder, WithoutMeaning)
    vectors = read_vectors(settings.charity_register) if meaning else None
    return Register.build(entries, reviewed, rates, vectors, dimension=embedder.dimension)


def unreviewed(
    register: Register | None, like: Recommender, context: EvaluationContext, need: Need, wish: Wish
) -> Unreviewed:
    """Rank what nobody has reviewed as `like` ranks what somebody has; nothing where no place is told."""
    near = None if register is None else register.near(context.applicant.areas or (), like)
    if near is None:
        return Unreviewed()
    alone = replace(wish, near_misses=0, question=False)
    found = near.recommend_in(context, need, alone)
    places = near.pairing.nearest_first(context.applicant)
    return Unreviewed(
        results=tuple(recommendation(one, near.catalogue, places) for one in found.results), total=found.total
    )
