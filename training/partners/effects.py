"""What a partner's grades changed: the order learned with them held against the order learned without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from data.people.events import Judgement
from data.people.judgements import USEFUL
from data.people.partners import Effect, Move, newest
from features.embedding import Embedder
from features.pairs import PairFeatures
from models.pairing import Pairing
from models.rankers.protocol import Ranker
from training.config import Experiment, OrderConfig
from training.graded_order import GradedLists, fit_order, graded_lists

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Trial:
    """What is needed to learn an order again and again, with the grades of all partners or without one of them."""

    experiment: Experiment
    pairing: Pairing
    grades: Sequence[Judgement]
    """Of all partners, oldest first."""

    def lists(self, *, but: str | None = None) -> GradedLists:
        """The judged situations with partners' grades; without those of one."""
        kept = [one for one in self.grades if one.partner != but]
        return graded_lists(self.experiment.order, self.pairing, kept)


def effects(
    trial: Trial, embedder: Embedder, *, on: date, told: Told = lambda _done, _all: None
) -> Iterator[Effect]:
    """Yield the effect of each partner's grades, in the order of their names; one fit each, and one with them all."""
    partners = sorted({one.partner for one in trial.grades})
    whole = trial.lists()
    seed = trial.experiment.seed
    fitted = fit_order(whole, trial.experiment.order.rankers, embedder, seed=seed)
    kind = best_kind(fitted.trials, trial.experiment.order.rankers)
    told(1, len(partners) + 1)
    for done, partner in enumerate(partners, start=2):
        without = trial.lists(but=partner).fit(kind, seed=seed)
        theirs = [one for one in newest(trial.grades) if one.partner == partner]
        moves = tuple(_moves(theirs, whole, trial.pairing, fitted.ranker, without))
        yield Effect(experiment=trial.experiment.name, on=on, grades=len(theirs), moves=moves)
        told(done, len(partners) + 1)


def best_kind(trials: Sequence[dict[str, object]], kinds: Sequence[OrderConfig]) -> OrderConfig:
    """The kind that did best on situations not seen."""
    return kinds[int(np.argmax([float(str(one["ndcg_at_10"])) for one in trials]))]


def as_graded(move: Move) -> bool:
    """Whether a grant moved as its grade says: a good suggestion up, another down."""
    return (move.after < move.before) == (move.grade >= USEFUL)


def _moves(
    theirs: Sequence[Judgement], lists: GradedLists, pairing: Pairing, after: Ranker, before: Ranker
) -> Iterator[Move]:
    """The graded grants that stand elsewhere on the whole list of their situation, the furthest moved first."""
    grants = {grant.id: row for row, grant in enumerate(pairing.catalogue.grants)}
    found = []
    for situation in sorted({one.situation_id for one in theirs}):
        row = lists.ids.index(situation)
        pairs, rows = lists.pairs[row], lists.rows[row].tolist()
        place = {grant: at for at, grant in enumerate(rows)}
        first, second = (_places(ranker, pairs) for ranker in (before, after))
        for one in theirs:
            at = place.get(grants.get(one.grant_id, -1))
            if one.situation_id == situation and at is not None and first[at] != second[at]:
                told = {"situation": situation, "grant_id": one.grant_id, "grade": one.grade}
                found.append(Move.model_validate({**told, "before": first[at], "after": second[at]}))
    yield from sorted(found, key=lambda move: (-abs(move.after - move.before), move.situation, move.grant_id))


def _places(ranker: Ranker, pairs: PairFeatures) -> list[int]:
    """The place of each pair on the list that a ranker makes of them, counted from 1."""
    scores = ranker.score(pairs)
    order = np.argsort(-scores, kind="stable")
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return [int(place) for place in places]
