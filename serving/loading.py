"""What answers are made from: catalogue, embedder and bundle, loaded together and swapped in one assignment."""

from __future__ import annotations

import gc
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.catalogue.grants import Grant
from data.catalogue.reading import SAMPLE, Catalogue, read_catalogue
from data.catalogue.rules import as_json
from data.clock import today_in_london
from data.errors import BadBundle, BadData, Problem
from data.people.applicants import Applicant, Need, read_applicant
from data.people.base_rates import BaseRates, rates_of
from data.people.situations import SITUATIONS, Situation, read_situations
from data.people.urgent_help import NOBODY, UrgentHelp, own_help, read_urgent_help
from features.bands import bands_of
from features.embedding import CachedEmbedder, Embedder, MiniLM, Vectors
from features.onnx_encoder import ENCODERS, OnnxEncoder, kept_encoder
from models.listing.wish import Wish
from models.rankers.baselines import likely_and_alike
from models.rankers.bundle import MANIFEST, Bundle, load, read_manifest
from models.rankers.floors import Floors
from models.recommender import Recommender
from models.register import Register
from serving.answers import Versions
from serving.pages.search import Search
from serving.settings import Settings

SHORT: Final = 16
"""Characters of a digest that answers carry."""
MADE_BETWEEN: Final = 50_000
"""Objects made between two garbage collections: a request makes some ten thousand, nearly all gone with it."""
WARMED: Final = 300
"""Grants that are explained once before the service is ready; their sentences are then kept."""


@dataclass(frozen=True)
class WithoutMeaning:
    """Stands in for an embedder that is missing or too slow: every text is at the origin, words alone count."""

    dimension: int = 1
    name: str = "none"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give rows of zeros."""
        return np.zeros((len(texts), self.dimension), dtype=np.float32)


@dataclass(frozen=True)
class Loaded:
    """Everything that one answer is made from; an answer uses one of these from start to end."""

    recommender: Recommender
    rates: BaseRates
    bundle: Bundle | None
    versions: Versions
    manifest: str
    """Digest of the bundle's manifest; empty without a bundle."""
    register: Register | None = None
    """What nobody has reviewed yet, beside the catalogue."""

    @property
    def catalogue(self) -> Catalogue:
        """The grants, facts and areas."""
        return self.recommender.catalogue

    def signed(self, degraded: tuple[str, ...] | None = None) -> dict[str, Any]:
        """Give what every answer carries: an id of its own, what it was made from, what could not do its work."""
        return {
            "response_id": uuid.uuid4().hex,
            "versions": self.versions,
            "degraded": self.recommender.degraded if degraded is None else degraded,
        }

    def beside(self, register: Register | None) -> Loaded:
        """Give the same with a register's entries beside the catalogue, in the versions too."""
        digest = None if register is None else register.catalogue.digest[:SHORT]
        return replace(
            self, register=register, versions=self.versions.model_copy(update={"charities": digest})
        )

    def grant(self, grant_id: str) -> Grant | None:
        """Find a grant of the catalogue, or an entry that nobody has reviewed."""
        entries = {} if self.register is None else self.register.catalogue.by_id
        return self.catalogue.by_id.get(grant_id) or entries.get(grant_id)

    @property
    def simulated(self) -> bool:
        """Whether the order was learned from a made world."""
        return self.bundle is not None and self.bundle.about.simulated

    @cached_property
    def search(self) -> Search:
        """The form of the first page."""
        return Search(self.catalogue)

    @cached_property
    def unlearned(self) -> Recommender:
        """Rules and likeness: for a bundle past its age."""
        return _unlearned(self.recommender, self.recommender.embedder, "model_stale")

    @cached_property
    def plain(self) -> Recommender:
        """Rules and words alone, which take no time: for a ranking that is late."""
        without = WithoutMeaning(self.recommender.embedder.dimension)
        return _unlearned(self.recommender, without, "ranking_late")

    def recommender_on(self, day: date, *, model_days: int) -> Recommender:
        """The recommender for a day: past its age the bundle steps down by itself."""
        if self.bundle is not None and day - self.bundle.about.trained_until > timedelta(days=model_days):
            return self.unlearned
        return self.recommender

    def warm(self, on: date, *, explained: int = 10) -> None:
        """Make one answer of each kind, so that nobody waits for what is built at the first."""
        need = Need(text="a cooker and a bed for two children")
        self.recommender.recommend(Applicant(), need, on=on, wish=Wish(size=explained))
        for standing_by in (self.unlearned, self.plain):
            standing_by.recommend(Applicant(), need, on=on, wish=Wish(explain=False, near_misses=0))
        _ = self.search.places.listed, self.search.for_whom


def _unlearned(recommender: Recommender, embedder: Embedder, why: str) -> Recommender:
    pairing = replace(recommender.pairing, embedder=embedder)
    return Recommender(pairing, likely_and_alike(), degraded=(*recommender.degraded, why))


def areas_file(settings: Settings) -> Path | None:
    """The deployment's areas; those of the sample where its facts are used too."""
    return settings.areas or (SAMPLE / "areas.csv" if settings.facts is None else None)


def load_catalogue(settings: Settings) -> Catalogue:
    """The deployment's grants, facts and areas; raises BadData with all problems."""
    catalogue = read_catalogue(settings.catalogue, facts=settings.facts, areas=areas_file(settings))
    if not catalogue.grants:
        raise BadData([Problem("it holds no grant", file=str(settings.catalogue))])
    return catalogue


def load_embedder(settings: Settings) -> Embedder:
    """The model that gives texts their vectors, with a bounded memory; without one, words alone count."""
    try:
        return CachedEmbedder(_encoder(settings))
    except BadBundle:
        return WithoutMeaning()


def _encoder(settings: Settings) -> Embedder:
    """The encoder beside the champion, else made of the weights; only a model of another kind needs torch."""
    kept = None if settings.embedder else _beside_champion(settings.bundle)
    if kept is not None:
        return OnnxEncoder.load(kept)
    try:
        return OnnxEncoder.of_weights(settings.embedder)
    except BadBundle:
        return MiniLM.load(settings.embedder, threads=1)


def _beside_champion(champion: Path) -> Path | None:
    folder = champion.resolve()
    try:
        digest = read_manifest(folder).encoder
    except BadBundle:
        return None
    return None if digest is None else kept_encoder(folder.parent / ENCODERS, digest)


def manifest_digest(settings: Settings) -> str:
    """What tells one published bundle from another; empty when there is none."""
    try:
        return sha256((settings.bundle / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return ""


def load_rates(settings: Settings, catalogue: Catalogue) -> BaseRates:
    """How common what the rules ask about is; raises BadData with all problems."""
    own = settings.facts is not None
    return rates_of(catalogue, settings.base_rates, own_facts=own, on=today_in_london())


def load_urgent_help(settings: Settings) -> UrgentHelp:
    """Where who cannot wait finds help; raises BadData. The project's own numbers serve the project's own areas."""
    if settings.urgent_help is not None:
        return read_urgent_help(settings.urgent_help)
    return own_help() if areas_file(settings) == SAMPLE / "areas.csv" else NOBODY


def load_situations(settings: Settings, catalogue: Catalogue) -> dict[str, Situation]:
    """The people that partners grade grants for; raises BadData, BadApplicant where the catalogue's facts differ."""
    if settings.situations is None and settings.facts is not None:
        return {}
    found = read_situations(settings.situations or SITUATIONS)
    for situation in found.values():
        read_applicant(situation.applicant, catalogue.facts, catalogue.areas)
    return found


def with_bundle(catalogue: Catalogue, rates: BaseRates, embedder: Embedder, settings: Settings) -> Loaded:
    """Put the champion's bundle behind the catalogue; raises BadBundle, in words, for whatever does not match."""
    manifest = manifest_digest(settings)
    bundle = load(settings.bundle.resolve())
    recommender = Recommender.of_bundle(bundle, catalogue, rates, embedder)
    if settings.floors is not None:
        recommender = replace(recommender, floors=floors_of(catalogue, settings.floors))
    return Loaded(recommender, rates, bundle, versions(catalogue, bundle.version), manifest)


def floors_of(catalogue: Catalogue, kind: str) -> Floors | None:
    """Give floors for bands of one kind; None where all grants are in one band."""
    names = bands_of(catalogue, on=today_in_london()).get(kind)
    return None if names is None else Floors(np.unique(names, return_inverse=True)[1].astype(np.int64))


def without_bundle(catalogue: Catalogue, rates: BaseRates, embedder: Embedder, *, why: str) -> Loaded:
    """Rules and likeness alone, and why."""
    if isinstance(embedder, WithoutMeaning):
        why = "embedder_missing"
    recommender = Recommender.unlearned(catalogue, rates, embedder, why=why)
    return Loaded(recommender, rates, None, versions(catalogue, None), "")


def versions(catalogue: Catalogue, model: str | None) -> Versions:
    """From what answers are made."""
    asked = [[grant.id, *(as_json(rule) for rule in grant.rules)] for grant in catalogue.grants]
    rules = sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    try:
        service = version("grant-ranking")
    except PackageNotFoundError:
        service = "source"
    return Versions(model=model, rules=rules[:SHORT], catalogue=catalogue.digest[:SHORT], service=service)


def settle_memory() -> None:
    """Keep what was loaded out of garbage collections, which would stop one request in a thousand."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MADE_BETWEEN)
