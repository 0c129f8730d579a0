"""Learns to tell what cannot wait from the meaning of our own sentences, beside the patterns that find it in words.

What it must stay silent on: our look-alikes, which sound urgent and are not, and every fourth need of `needs.jsonl` in
which neither a pattern nor a label speaks of danger. Thresholds are chosen by cross-validation, so that false alarms
are rare among both; they were once chosen on needs alone, and one look-alike in 25 was taken for urgent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.json_files import read_text
from features.embedding import Embedder
from models.needs.urgent import KINDS, WEIGHTS, Kind, UrgentWeights, own_words
from training.graded_order import LabelledNeed

SENTENCES: Final = SAMPLE / "urgent_sentences.jsonl"
SPEAKS_OF_DANGER: Final = frozenset({"GTIR040", "GTIR060", "GTIR080", "GTIR100"})
"""Reasons of needs that may be urgent: mental health, abuse, homelessness, a crisis."""
EVERY: Final = 4
TIGHTNESS: Final = 10.0
"""C of the regressions, over unit vectors: the larger, the less large weights are held back."""
LOOK_ALIKE: Final = 2.0
"""Weight of a look-alike beside 1 for any other text: they are few, and where the line has to run."""
FOLDS: Final = 5
FALSE_ALARMS: Final = 0.015
"""Share of needs, and of look-alikes, cross-validated, that may be offered help without need …"""
CERTAIN: Final = 0.0
"""… and that may be taken for certain: none."""
DIGITS: Final = 4


class UrgentSentence(Record):
    """A sentence of ours and what it tells that cannot wait; nothing for a look-alike."""

    text: str
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True)
class Learned:
    """What was learned, and how well it did on sentences that it had not seen."""

    weights: UrgentWeights
    found: float
    """Share of urgent sentences found, patterns and meaning together, each sentence unseen by the regressions."""
    false_alarms: float
    """Share of needs that tell nothing urgent and are offered help by their meaning."""
    taken_in: float
    """The same of look-alikes."""


def read_sentences(path: Path = SENTENCES) -> list[UrgentSentence]:
    """Read the sentences, one JSON object a line."""
    return [UrgentSentence.model_validate(json.loads(line)) for line in read_text(path).splitlines() if line]


def plain_needs(needs: Sequence[LabelledNeed]) -> list[str]:
    """List every fourth need in which nothing speaks of danger."""
    return [
        need.text
        for need in needs[::EVERY]
        if not SPEAKS_OF_DANGER & set(need.reasons) and not own_words().find(need.text)
    ]


def learn(sentences: Sequence[UrgentSentence], plain: Sequence[str], embedder: Embedder) -> Learned:
    """Fit one regression a kind, and choose from which chances on help is offered and is put on top."""
    vectors = embedder.embed([*(one.text for one in sentences), *plain])
    labels = np.zeros((len(vectors), len(KINDS)), dtype=np.bool_)
    for row, one in enumerate(sentences):
        labels[row] = [kind in one.kinds for kind in KINDS]
    ours = np.arange(len(vectors)) < len(sentences)
    urgent = np.asarray(labels.any(axis=1))
    look_alike = ours & ~urgent
    counts = np.where(look_alike, LOOK_ALIKE, 1.0)
    unseen = _cross_validated(vectors, labels, counts).max(axis=1)
    silent = (unseen[~ours], unseen[look_alike])
    maybe, now = (
        max(float(np.quantile(one, 1 - share, method="higher")) for one in silent) + 10**-DIGITS
        for share in (FALSE_ALARMS, CERTAIN)
    )
    told = np.array([bool(own_words().find(one.text)) for one in sentences])
    offered = told | (unseen[ours] >= maybe)
    coefficients = _fitted(vectors, labels, counts)
    weights = UrgentWeights(
        embedder=embedder.name,
        maybe=round(maybe, DIGITS),
        now=round(max(now, maybe), DIGITS),
        weights={
            kind: tuple(np.round(row[:-1], DIGITS).tolist())
            for kind, row in zip(KINDS, coefficients, strict=True)
        },
        bias={kind: round(float(row[-1]), DIGITS) for kind, row in zip(KINDS, coefficients, strict=True)},
    )
    alarms, taken_in = (float((one >= maybe).mean()) for one in silent)
    return Learned(weights, float(offered[urgent[ours]].mean()), alarms, taken_in)


def _cross_validated(
    vectors: NDArray[np.float32], labels: NDArray[np.bool_], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give (texts, KINDS) chances by regressions that did not see the text."""
    found = np.zeros(labels.shape)
    for fold in range(FOLDS):
        out = np.arange(len(vectors)) % FOLDS == fold
        coefficients = _fitted(vectors[~out], labels[~out], counts[~out])
        found[out] = 1 / (1 + np.exp(-(vectors[out] @ coefficients[:, :-1].T + coefficients[:, -1])))
    return found


def _fitted(
    vectors: NDArray[np.float32], labels: NDArray[np.bool_], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give (KINDS, dimension + 1) weights, the bias last; each text counts as often as (texts,) `counts` say."""
    fits = [
        LogisticRegression(C=TIGHTNESS, max_iter=2000).fit(vectors, column, sample_weight=counts)
        for column in labels.T
    ]
    return np.array([[*fit.coef_[0], fit.intercept_[0]] for fit in fits])


def write_weights(weights: UrgentWeights, path: Path = WEIGHTS) -> None:
    """Write the weights as plain numbers."""
    path.write_text(json.dumps(weights.model_dump(mode="json")) + "\n", "utf-8")
