"""A small made world over a small catalogue, with an embedder that needs no weights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np

from data.catalogue.facts import FactBook
from data.catalogue.grants import Funder, Grant
from data.catalogue.reading import Catalogue
from data.catalogue.rules import EligibilityRule
from data.places.areas import AreaTree
from data.synthetic.scenario import read_scenario
from features.embedding import Vectors
from features.lexical import words
from training.config import Experiment
from training.source import Source, made_source

TODAY = date(2026, 11, 23)


class SharedWords:
    """An embedder in which texts are close when they share stemmed words; quick, and the same everywhere."""

    name = "shared-words@1"
    dimension = 64

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row a text."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text):
                place = int.from_bytes(blake2b(word.encode(), digest_size=4).digest())
                row[place % self.dimension] += 1 if place & 4096 else -1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)


ADULTS = EligibilityRule.model_validate(
    {"id": "age", "text": "You must be 40 or over.", "condition": {"fact": "age", "at_least": 40}}
)


def small_catalogue() -> Catalogue:
    """Thirty grants, most of them open to anyone; each names what people need in a funder's words."""
    topics = read_scenario().topics
    grants = tuple(
        Grant(
            id=f"fund-{number:02d}",
            title=f"Fund {number} for {topics[number % len(topics)].words[0]}",
            summary=f"Helps with {' and '.join(topics[number % len(topics)].words)}.",
            funder=Funder(name=f"Funder {number % 7}"),
            purposes=(topics[number % len(topics)].purpose,),
            rules=(ADULTS,) if number % 5 == 0 else (),
        )
        for number in range(30)
    )
    book = FactBook.model_validate({"facts": {"age": {"id": "age", "kind": "number", "min": 0, "max": 120}}})
    return Catalogue(grants, book, AreaTree(), "a small catalogue")


def small_experiment(**changes: Any) -> Experiment:
    """An experiment that takes a second or two."""
    told: dict[str, Any] = {
        "name": "small",
        "seed": 5,
        "source": {"kind": "simulated", "people": 500, "days": 700, "texts": 200},
        "split": {"train": 0.4, "validate": 0.15, "calibrate": 0.2, "settle_days": 30},
        "bootstrap": 100,
        "fewest_decisions": 100,
        "rankers": [{"kind": "logistic"}, {"kind": "boosting", "trees": 20}],
        "order": {"learn": False},
    }
    return Experiment.model_validate({**told, **changes})


def small_source(experiment: Experiment) -> Source:
    """The made world of an experiment."""
    simulated: Any = experiment.source
    return made_source(small_catalogue(), simulated, seed=experiment.seed, today=TODAY)
