"""What many tests stand on: the sample catalogue and the real embedding model, loaded once."""

from __future__ import annotations

import pytest

from data.catalogue import Catalogue, sample_catalogue
from features.embedding import CachedEmbedder, MiniLM


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The real UK schemes that come with the project."""
    return sample_catalogue()


@pytest.fixture(scope="session")
def embedder() -> CachedEmbedder:
    """The real embedding model, with a memory."""
    return CachedEmbedder(MiniLM.load())
