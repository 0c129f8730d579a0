"""Learns to tell what cannot wait from our own sentences: their meaning, letters, and the patterns and signs in them.

What it must stay silent on: our look-alikes, which sound urgent and are not, needs that speak of danger without any and
were read one by one (`urgent_needs.jsonl`), and every fourth other one. Thresholds are chosen by cross-validation,
so that false alarms are rare among look-alikes and needs; near-duplicates are never on both sides of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.json_files import read_text
from features.embedding import Embedder, Vectors
from models.needs.lay_words import read_lay_words
from models.needs.need_model import NeedModel, Recipe, labels_of
from models.needs.support_vectors import Letters, SupportVectors
from models.needs.urgent import CODES, KINDS, Kind, UrgentModel, own_words, ready_to_infer
from training.graded_order import LabelledNeed

SENTENCES: Final = SAMPLE / "urgent_sentences.jsonl"
NEEDS: Final = SAMPLE / "urgent_needs.jsonl"
"""Needs in which a pattern or a label speaks of danger, and what each tells; those that leave a doubt are left out."""
SPEAKS_OF_DANGER: Final = frozenset({"GTIR040", "GTIR060", "GTIR080", "GTIR100"})
"""Reasons of needs that may be urgent: mental health, abuse, homelessness, a crisis."""
EVERY: Final = 4
FOLDS: Final = 5
ALIKE: Final = 0.88
"""Cosine of two meanings from which on they are held out together."""
FALSE_ALARMS: Final = 0.1
"""Share of needs, cross-validated, that may be offered help …"""
TAKEN_IN: Final = 0.05
"""… and of look-alikes, each of which was sought out to be taken for urgent. What is found of our urgent sentences at
.02: .908; .03: .936; .05: .954; .08: .973; .10: .980. To miss somebody in danger is worse than one line too many."""
CERTAIN: Final = 0.002
"""Share of either that may be taken for certain by its chance alone."""
DIGITS: Final = 4
RECIPE: Final = Recipe(meaning=3.0, tightness=1 / 3, reads_words=False)
"""The patterns know the words."""


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


def plain_needs(needs: Sequence[LabelledNeed], read: Sequence[UrgentSentence] = ()) -> list[UrgentSentence]:
    """List every fourth need in which nothing speaks of danger, unless it was read."""
    known = {one.text for one in read}
    return [
        UrgentSentence(text=need.text)
        for need in needs[::EVERY]
        if need.text not in known
        and not SPEAKS_OF_DANGER & set(need.reasons)
        and not own_words().find(need.text)
    ]


def learn(
    sentences: Sequence[UrgentSentence], needs: Sequence[UrgentSentence], embedder: Embedder
) -> Learned:
    """Fit what tells urgent texts and their kinds, and choose from which chances on help is offered or put on top."""
    given = [*sentences, *needs]
    texts = [one.text for one in given]
    words, vectors = ready_to_infer(texts, meanings := embedder.embed(texts))
    labels = labels_of([one.codes for one in given], CODES)
    urgent, ours = labels[:, -1], np.arange(len(given)) < len(sentences)
    kinds = NeedModel.fit(words, vectors, labels[:, :-1], read_lay_words(), codes=KINDS, recipe=RECIPE)
    letters = [kinds.letters_of(text) for text in words]
    margins = _cross_validated(vectors, letters, len(kinds.letters), urgent, together(meanings))
    slope, level = _calibrated(margins, urgent)
    machine = SupportVectors.fit(vectors, letters, len(kinds.letters), urgent)
    chances = 1 / (1 + np.exp(-slope * margins - level))
    other, look_alikes = chances[~ours & ~urgent], chances[ours & ~urgent]
    maybe = max(_above(other, FALSE_ALARMS), _above(look_alikes, TAKEN_IN))
    now = max(maybe, _above(other, CERTAIN), _above(look_alikes, CERTAIN))
    return Learned(
        UrgentModel(embedder.name, maybe, now, kinds, replace(machine, slope=slope, level=level)),
        found=float((chances[ours & urgent] >= maybe).mean()),
        false_alarms=float((other >= maybe).mean()),
        taken_in=float((look_alikes >= maybe).mean()),
        by_kind={
            kind: float((chances[ours & column] >= maybe).mean())
            for kind, column in zip(KINDS, labels.T[:-1], strict=True)
        },
    )


def together(meanings: Vectors) -> NDArray[np.int64]:
    """Give (texts,) the fold in which each is held out: texts that are alike, or like one that is, share it."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    alike = csr_matrix(np.asarray(meanings @ meanings.T > ALIKE, dtype=np.int8))
    return np.asarray(connected_components(alike, directed=False)[1] % FOLDS, dtype=np.int64)


def _above(chances: NDArray[np.float64], share: float) -> float:
    """Give the least chance that at most this share of the chances reach."""
    return round(float(np.quantile(chances, 1 - share, method="higher")) + 10**-DIGITS, DIGITS)


def _cross_validated(
    vectors: Vectors, letters: Letters, runs: int, urgent: NDArray[np.bool_], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give (texts,) margins of anything urgent, by machines that saw neither the text nor one like it."""
    margins = np.zeros(len(urgent))
    for fold in range(FOLDS):
        seen, unseen = (np.flatnonzero(out) for out in (folds != fold, folds == fold))
        machine = SupportVectors.fit(vectors[seen], [letters[at] for at in seen.tolist()], runs, urgent[seen])
        margins[unseen] = machine.margins(vectors[unseen], [letters[at] for at in unseen.tolist()])
    return margins


def _calibrated(margins: NDArray[np.float64], urgent: NDArray[np.bool_]) -> tuple[float, float]:
    """Give slope and level of the log-odds that fit margins best (Platt)."""
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1000.0).fit(margins[:, None], urgent)
    return float(line.coef_[0, 0]), float(line.intercept_[0])
