"""What the service stands on: catalogue and embedder, loaded together and swapped in one assignment."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from data.catalogue import SAMPLE, Catalogue, read_catalogue
from features.embedding import CachedEmbedder, MiniLM
from features.grant_index import GrantIndex
from serving.messages import Versions
from serving.settings import Settings

SHORT: Final = 12
"""Characters of a digest that answers carry."""


@dataclass(frozen=True)
class Loaded:
    """Everything that one answer is made from; an answer uses one of these from start to end."""

    catalogue: Catalogue
    embedder: CachedEmbedder
    index: GrantIndex
    degraded: tuple[str, ...]
    versions: Versions
    simulated: bool = False


def load_catalogue(settings: Settings) -> Catalogue:
    """The deployment's grants, facts and areas; raises BadData with all problems."""
    areas = settings.areas or (SAMPLE / "areas.csv" if settings.facts is None else None)
    return read_catalogue(settings.catalogue, facts=settings.facts, areas=areas)


def load_everything(settings: Settings) -> Loaded:
    """Load and warm everything that answers need; raises BadData or BadBundle."""
    catalogue = load_catalogue(settings)
    embedder = CachedEmbedder(MiniLM.load(settings.embedder))
    index = GrantIndex.build(catalogue.grants, embedder)
    versions = Versions(
        model=None,
        rules=catalogue.digest[:SHORT],
        catalogue=catalogue.digest[:SHORT],
        service=service_version(),
    )
    return Loaded(catalogue, embedder, index, ("bundle_missing",), versions)


def service_version() -> str:
    """The version of this project; "0" where it runs from its sources uninstalled."""
    try:
        return version("grantmatch")
    except PackageNotFoundError:
        return "0"
