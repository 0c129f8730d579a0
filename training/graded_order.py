"""Learns the order of a list from judged situations: what needs are about, then which grants belong on top.

Kinds of rankers compete by cross-validation: situations whose words are nearly the same stand in one fold. What wins is
fitted on all situations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from data.catalogue.codelists import PURPOSES
from data.catalogue.facts import FactBook
from data.catalogue.fitting_values import unknown_purpose
from data.catalogue.grants import Reason
from data.errors import BadExperiment
from data.json_files import read_text
from data.people.applicants import read_applicant
from data.people.base_rates import rates_of
from data.people.events import Judgement
from data.people.judgements import USEFUL, Judgements, read_judgements
from data.people.needs import check_purposes
from data.people.situations import read_situations
from features.embedding import Embedder
from features.pairs import PairFeatures, stack
from models.eligibility.verdict import STATUSES, Status
from models.needs.lay_words import read_lay_words
from models.needs.need_model import NeedModel, labels_of
from models.pairing import Pairing
from models.qualifying.grouping import few_last
from models.rankers.protocol import Ranker
from training.config import MORE_NEEDS, NEEDS, OrderConfig, OrderSettings
from training.metrics import discounted_gain
from training.partner_grades import weighed
from training.source import catalogue_of

FOLDS: Final = 5
ALIKE: Final = 0.85
"""Needs whose meanings have at least this cosine stand in one fold."""
BLOCK: Final = 1000
"""Needs that are compared with all at once."""
LISTED: Final = [STATUSES.index(one) for one in (Status.NEEDS_INFO, Status.DISCRETIONARY, Status.ELIGIBLE)]
TEN: Final = 10
FIVE: Final = 5

Floats = NDArray[np.float64]


class LabelledNeed(BaseModel):
    """A need as somebody may type it, with the codes of what it is about."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    purposes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def read_needs(path: Path = NEEDS) -> list[LabelledNeed]:
    """Read labelled needs, one JSON object a line; raises BadExperiment where a line is none."""
    try:
        return [
            LabelledNeed.model_validate(json.loads(line)) for line in read_text(path).splitlines() if line
        ]
    except ValueError as error:
        raise BadExperiment(f"{path}: no labelled needs can be read here ({error})") from error


def needs_of_project() -> list[LabelledNeed]:
    """Read all needs of the project that are learned from."""
    return [*read_needs(), *read_needs(MORE_NEEDS)]


def needs_for(book: FactBook, path: Path) -> list[LabelledNeed]:
    """Read a file of labelled needs, or the project's where the file names none of a fact file's purposes.

    Raises BadExperiment where a need names what is neither a purpose of the fact file nor of 360Giving.
    """
    needs = needs_of_project() if path == NEEDS else read_needs(path)
    known = {**PURPOSES, **book.purpose_texts}
    named = {code for need in needs for code in need.purposes}
    for code in sorted(named - known.keys()):
        raise BadExperiment(f"{path}: {unknown_purpose(known, code)}")
    return needs if named & book.purposes.keys() else needs_of_project()


def fit_needs(needs: Sequence[LabelledNeed], embedder: Embedder, book: FactBook) -> NeedModel:
    """Learn what needs are about from labelled ones, and from the words that a fact file gives for its purposes.

    A purpose that no labelled need names is learned from its title too, beside the other purposes' words alone.
    """
    named = labels_of(((*need.purposes, *need.reasons) for need in needs), book.codes)
    known = named.any(axis=0)
    words = [(text, code) for code, purpose in book.purposes.items() for text in purpose.words]
    words += [
        (book.purposes[code].text, code) for code in np.array(book.codes)[~known] if code in book.purposes
    ]
    texts = [*(need.text for need in needs), *(text for text, _ in words)]
    labels = np.concatenate([named, labels_of([[code] for _, code in words], book.codes)])
    of_purposes = np.arange(len(book.codes)) < len(book.purposes)
    told = np.concatenate([np.tile(known, (len(needs), 1)), np.tile(of_purposes, (len(words), 1))])
    vectors = embedder.embed(texts)
    return NeedModel.fit(texts, vectors, labels, read_lay_words(), codes=book.codes, told=told)


@dataclass(frozen=True)
class GradedLists:
    """Judged situations against every grant that was graded, is still there and takes applications."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    pairs: tuple[PairFeatures, ...]
    """Of each situation the grants that stage one lets through."""
    grades: tuple[NDArray[np.int64], ...]
    """The grade of each of these pairs."""
    best: tuple[NDArray[np.int64], ...]
    """Of each situation the grades of all its graded grants, the best list there could be, ruled out or not."""
    told: tuple[int, ...]
    """How many facts each situation tells."""
    weights: tuple[float, ...]
    """How much each situation counts, beside 1 for a shipped one."""
    rows: tuple[NDArray[np.int64], ...]
    """Of each pair the row of its grant in the catalogue."""

    @classmethod
    def of(
        cls, judgements: Judgements, pairing: Pairing, *, on: date, weights: Sequence[float] | None = None
    ) -> GradedLists:
        """Describe every situation on the day on which it was judged; without `weights` all count alike."""
        grants = pairing.catalogue.grants
        opened = np.array([not g.windows or any(w.is_open(on) for w in g.windows) for g in grants])
        in_file = np.array([grant.id in judgements.graded for grant in grants])
        if not (opened & in_file).any():
            raise BadExperiment("none of the grants of the catalogue was judged")
        book, areas = pairing.catalogue.facts, pairing.catalogue.areas
        pairs, grades, best, told, rows = [], [], [], [], []
        for one in judgements.situations:
            applicant = read_applicant(one.applicant, book, areas)
            check_purposes(one.need.purposes, book)
            described = pairing.describe(pairing.context(applicant, on=on), one.need)
            graded = np.array([one.grades.get(grant.id, 0) for grant in grants])
            named = in_file if one.among is None else np.isin([grant.id for grant in grants], one.among)
            there = opened & named
            listed = there & np.isin(described.statuses, LISTED)
            rows.append(np.flatnonzero(listed))
            pairs.append(described.pairs.take(rows[-1]))
            grades.append(graded[listed])
            best.append(graded[there])
            told.append(len(applicant.facts))
        ids = tuple(one.id for one in judgements.situations)
        texts = tuple(one.need.text for one in judgements.situations)
        weighed = tuple(weights) if weights is not None else (1.0,) * len(ids)
        return cls(ids, texts, tuple(pairs), tuple(grades), tuple(best), tuple(told), weighed, tuple(rows))

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: NDArray[np.int64]) -> GradedLists:
        """Keep some of the situations."""
        return GradedLists(**{
            name: tuple(getattr(self, name)[row] for row in rows) for name in self.__dataclass_fields__
        })  # fmt: skip

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """(pairs of all situations,) the situation that each belongs to."""
        return np.repeat(np.arange(len(self)), [len(one) for one in self.pairs])

    def fit(self, kind: OrderConfig, *, seed: int) -> Ranker:
        """Learn an order from all situations."""
        weights = None if set(self.weights) == {1.0} else np.array(self.weights)[self.groups]
        grades = np.concatenate(self.grades)
        return kind.fit(stack(self.pairs), grades, groups=self.groups, weights=weights, seed=seed)

    def figures(self, score: Callable[[int, PairFeatures], Floats]) -> dict[str, Floats]:
        """Measure an order as it is shown: by situation nDCG@10, useful of the first five, useless of the first ten."""
        found: dict[str, list[float]] = {"ndcg_at_10": [], "useful_at_5": [], "useless_at_10": []}
        for row, (pairs, grades, best) in enumerate(zip(self.pairs, self.grades, self.best, strict=True)):
            scores = few_last(score(row, pairs), pairs)
            found["ndcg_at_10"].append(graded_ndcg(scores, grades, best))
            in_order = grades[np.argsort(-scores, kind="stable")]
            found["useful_at_5"].append(float((in_order[:FIVE] >= USEFUL).sum()) / FIVE)
            found["useless_at_10"].append(float((in_order[:TEN] == 0).sum()) / TEN)
        return {name: np.array(values) for name, values in found.items()}


def graded_ndcg(scores: Floats, grades: NDArray[np.int64], best: NDArray[np.int64]) -> float:
    """nDCG@10 with gain 2^grade - 1 against the best list of all that was graded; NaN where nothing is of use.

    >>> round(graded_ndcg(np.array([2.0, 1.0]), np.array([0, 3]), np.array([3, 3, 0])), 4)
    0.3869
    """
    gains = gains_of(best)
    ideal = discounted_gain(gains, gains, k=TEN)
    return discounted_gain(scores, gains_of(grades), k=TEN) / ideal if ideal > 0 else np.nan


def gains_of(grades: NDArray[np.int64]) -> Floats:
    """Give what each grade is worth: 2^grade - 1."""
    return np.asarray(2.0**grades - 1.0, dtype=np.float64)


def folds_of(texts: Sequence[str], embedder: Embedder, *, seed: int) -> NDArray[np.int64]:
    """Give (situations,) a fold; needs that are nearly the same share one."""
    from scipy.sparse import csr_matrix, vstack
    from scipy.sparse.csgraph import connected_components

    vectors = embedder.embed(list(texts))
    blocks = [csr_matrix(vectors[at : at + BLOCK] @ vectors.T >= ALIKE) for at in range(0, len(texts), BLOCK)]
    number, owner = connected_components(vstack(blocks).astype(np.int8), directed=False)
    return np.asarray(np.random.default_rng(seed).permutation(number)[owner] % FOLDS, dtype=np.int64)


def cross_validated(
    lists: GradedLists,
    kind: OrderConfig,
    folds: NDArray[np.int64],
    *,
    seed: int,
    more: GradedLists | None = None,
) -> dict[str, Floats]:
    """Measure a kind on situations that it has not seen; what is learned from beside them may be `more`."""
    rankers = {}
    for fold in np.unique(folds):
        seen = lists.take(np.flatnonzero(folds != fold))
        rankers[int(fold)] = (seen if more is None else together(seen, more)).fit(kind, seed=seed)
    return lists.figures(lambda row, pairs: rankers[int(folds[row])].score(pairs))


def together(one: GradedLists, other: GradedLists) -> GradedLists:
    """Put the situations of two sets under each other."""
    return GradedLists(**{
        name: (*getattr(one, name), *getattr(other, name)) for name in one.__dataclass_fields__
    })  # fmt: skip


@dataclass(frozen=True)
class FittedOrder:
    """The order that was learned, and how the kinds that competed did on situations they had not seen."""

    ranker: Ranker
    trials: tuple[dict[str, Any], ...]
    figures: dict[str, float]


def fit_order(
    lists: GradedLists, kinds: Sequence[OrderConfig], embedder: Embedder, *, seed: int
) -> FittedOrder:
    """Let kinds compete by cross-validation and fit the best on all situations."""
    folds = folds_of(lists.texts, embedder, seed=seed)
    trials: list[dict[str, Any]] = []
    for kind in kinds:
        found = cross_validated(lists, kind, folds, seed=seed)
        means = {name: float(np.nanmean(values)) for name, values in found.items()}
        trials.append({"config": kind.model_dump(mode="json"), **means})
    best = max(range(len(kinds)), key=lambda place: trials[place]["ndcg_at_10"])
    figures = {name: value for name, value in trials[best].items() if name != "config"}
    told = tuple({**trial, "chosen": place == best} for place, trial in enumerate(trials))
    return FittedOrder(lists.fit(kinds[best], seed=seed), told, figures)


def learn_order(
    settings: OrderSettings, embedder: Embedder, book: FactBook, *, seed: int, told: Sequence[Judgement] = ()
) -> tuple[FittedOrder, NeedModel]:
    """Learn what needs are about, then the order of lists, from the files that an experiment names.

    The grants that were judged may be others than those to be ranked: needs are learned for the purposes of `book`.
    Partners' grades that are `told` join where the experiment gives them a weight.
    """
    pairing, needs = pairing_of(settings, embedder)
    lists = graded_lists(settings, pairing, told)
    if book.purposes != pairing.catalogue.facts.purposes:
        needs = fit_needs(needs_for(book, settings.needs), embedder, book)
    return fit_order(lists, settings.rankers, embedder, seed=seed), needs


def pairing_of(settings: OrderSettings, embedder: Embedder) -> tuple[Pairing, NeedModel]:
    """Make the judged grants of an experiment ready to be described against needs, and learn what needs are about."""
    files = settings.catalogue
    catalogue = catalogue_of(files)
    needs = fit_needs(needs_for(catalogue.facts, settings.needs), embedder, catalogue.facts)
    rates = rates_of(catalogue, files.rates, own_facts=files.facts is not None, on=settings.judged_on)
    return Pairing.build(catalogue, rates, embedder, needs=needs), needs


def graded_lists(settings: OrderSettings, pairing: Pairing, told: Sequence[Judgement] = ()) -> GradedLists:
    """Describe the judged situations of an experiment, with partners' grades where it gives them a weight."""
    shipped, partners = read_judgements(settings.judgements), settings.partners
    if not (partners.weight and told):
        return GradedLists.of(shipped, pairing, on=settings.judged_on)
    known = read_situations(partners.situations)
    both = weighed(shipped, told, known, weight=partners.weight, share=partners.share)
    return GradedLists.of(both.judgements, pairing, on=settings.judged_on, weights=both.weights.tolist())
