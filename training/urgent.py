"""Learns to tell what cannot wait from our own sentences: from their meaning, their letters and the patterns in them.

What it must stay silent on: our look-alikes, which sound urgent and are not, and every fourth need of `needs.jsonl` in
which neither a pattern nor a label speaks of danger. Thresholds are chosen by cross-validation, so that false alarms
are rare among both; they were once chosen on needs alone, and one look-alike in 25 was taken for urgent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.json_files import read_text
from features.embedding import Embedder, Vectors
from models.needs.lay_words import read_lay_words
from models.needs.need_model import NeedModel, labels_of
from models.needs.urgent import CODES, KINDS, Kind, UrgentModel, own_words, ready_to_infer
from training.graded_order import LabelledNeed

SENTENCES: Final = SAMPLE / "urgent_sentences.jsonl"
SPEAKS_OF_DANGER: Final = frozenset({"GTIR040", "GTIR060", "GTIR080", "GTIR100"})
"""Reasons of needs that may be urgent: mental health, abuse, homelessness, a crisis."""
EVERY: Final = 4
FOLDS: Final = 5
FALSE_ALARMS: Final = 0.04
"""Share of needs, cross-validated, that may be offered help: of the likeliest fifty, read, about one in three is urgent
after all (insulin and a broken fridge, emergency cash for tonight), which no pattern and no label had told …"""
TAKEN_IN: Final = 0.05
"""… and of look-alikes, each of which was sought out to be taken for urgent: of those of
`tests/models/needs/urgent_apart.jsonl`, by which this share was chosen, .01 are; of 260 never looked at, .065."""
CERTAIN: Final = 0.002
"""Share of either that may be taken for certain by its chance alone."""
DIGITS: Final = 4


class UrgentSentence(Record):
    """A sentence of ours and what it tells that cannot wait; nothing for a look-alike."""

    text: str
    kinds: tuple[Kind, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Its kinds, and that it is urgent at all."""
        return (*self.kinds, CODES[-1]) if self.kinds else ()


@dataclass(frozen=True)
class Learned:
    """What was learned, and how well it did on texts that it had not seen."""

    model: UrgentModel
    found: float
    """Share of urgent sentences that are found."""
    false_alarms: float
    """Share of needs that tell nothing urgent and are offered help."""
    taken_in: float
    """The same of look-alikes."""
    by_kind: Mapping[Kind, float]
    """Share of the sentences of each kind of which any kind is found."""


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
    """Fit one regression a code, and choose from which chances on help is offered and is put on top."""
    given = [*(one.text for one in sentences), *plain]
    texts, vectors = ready_to_infer(given, embedder.embed(given))
    labels = labels_of([one.codes for one in sentences] + [()] * len(plain), CODES)
    chances, urgent = _cross_validated(texts, vectors, labels), labels[:, -1]
    ours = np.arange(len(texts)) < len(sentences)
    needs, look_alikes = chances[~ours], chances[ours & ~urgent]
    maybe = max(_above(needs, FALSE_ALARMS), _above(look_alikes, TAKEN_IN))
    now = max(maybe, _above(needs, CERTAIN), _above(look_alikes, CERTAIN))
    return Learned(
        UrgentModel(embedder.name, maybe, now, _fitted(texts, vectors, labels)),
        found=float((chances[urgent] >= maybe).mean()),
        false_alarms=float((needs >= maybe).mean()),
        taken_in=float((look_alikes >= maybe).mean()),
        by_kind={
            kind: float((chances[column] >= maybe).mean())
            for kind, column in zip(KINDS, labels.T[:-1], strict=True)
        },
    )


def _above(chances: NDArray[np.float64], share: float) -> float:
    """Give the least chance that at most this share of the chances reach."""
    return round(float(np.quantile(chances, 1 - share, method="higher")) + 10**-DIGITS, DIGITS)


def _cross_validated(
    texts: Sequence[str], vectors: Vectors, labels: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Give (texts,) chances of anything urgent, by regressions that did not see the text."""
    found = np.zeros(len(texts))
    for fold in range(FOLDS):
        out = np.arange(len(texts)) % FOLDS == fold
        unseen = texts[fold::FOLDS]
        seen = [text for text, is_out in zip(texts, out, strict=True) if not is_out]
        found[out] = _fitted(seen, vectors[~out], labels[~out]).infer(unseen, vectors[out])[:, -1]
    return found


def _fitted(texts: Sequence[str], vectors: Vectors, labels: NDArray[np.bool_]) -> NeedModel:
    return NeedModel.fit(texts, vectors, labels, read_lay_words(), codes=CODES)
