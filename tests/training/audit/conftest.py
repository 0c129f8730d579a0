"""The shipped catalogue behind the order that a service has without a bundle, made ready once for all tests."""

from __future__ import annotations

import pytest

from data.catalogue.reading import sample_catalogue
from data.people.base_rates import sample_rates
from features.embedding import CachedEmbedder
from models.recommender import Recommender
from tests.training.small_world import SharedWords


@pytest.fixture(scope="session")
def recommender() -> Recommender:
    """Nothing learned, and likeness by shared words."""
    catalogue = sample_catalogue()
    return Recommender.unlearned(
        catalogue, sample_rates(catalogue), CachedEmbedder(SharedWords()), why="test"
    )
