"""A bundle made ready to rank batches of questions, wherever they are worked on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from features.embedding import CachedEmbedder
from features.onnx_encoder import OnnxEncoder
from models.rankers.bundle import load
from models.recommender import Recommender
from training.engines import OnBatch
from training.many import ranked
from training.source import catalogue_of, rates_of_experiment
from training.steps import experiment_of


@dataclass(frozen=True)
class Ranking:
    """Rank batches of questions with a bundle, as its service would on a day."""

    bundle: Path
    most: int
    today: date

    def open(self) -> OnBatch:
        """Load the bundle, its catalogue and the embedding model."""
        recommender = recommender_of(self.bundle, self.today)
        return lambda batch: ranked(batch, recommender, most=self.most)


def recommender_of(bundle: Path, today: date) -> Recommender:
    """Load a bundle, the catalogue of its experiment and the embedding model, as a service does, with one thread."""
    loaded = load(bundle)
    experiment = experiment_of(loaded)
    catalogue = catalogue_of(experiment.catalogue)
    rates = rates_of_experiment(experiment, catalogue, today)
    return Recommender.of_bundle(loaded, catalogue, rates, CachedEmbedder(OnnxEncoder.of_weights()))
