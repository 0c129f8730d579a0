"""What many tests stand on: the sample catalogue and the real embedding model, loaded once."""

from __future__ import annotations

import pytest
from hypothesis import settings

from data.catalogue.reading import Catalogue, sample_catalogue
from features.embedding import CachedEmbedder, MiniLM

# How long an example takes says more of the machine than of the code.
# The profile that hypothesis itself chooses stays in force otherwise: in CI it draws the same examples each time.
settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The real UK schemes that come with the project."""
    return sample_catalogue()


@pytest.fixture(scope="session")
def embedder() -> CachedEmbedder:
    """The real embedding model, with a memory."""
    return CachedEmbedder(MiniLM.load())
