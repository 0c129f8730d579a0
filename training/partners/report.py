"""What partners said, for staff: how far they agree, how the order does on their grades, whom we have not heard.

Partners are few: nothing here is a percentage of anybody, and nothing is weighted up to a population.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.people.events import Judgement
from data.people.judgements import read_judgements
from data.people.partners import Choice, Grading, Interests, newest
from data.people.situations import Situation, read_situations
from data.store.partners import PartnersShelf
from features.embedding import Embedder
from models.pairing import Pairing
from models.rankers.baselines import likely_and_alike
from models.rankers.protocol import Ranker
from training.config import Experiment, OrderConfig
from training.graded_order import GradedLists, folds_of, graded_lists, graded_ndcg
from training.partner_grades import partners_alone
from training.partners.agreement import ordinal_alpha

APART: Final = 2
"""Grades that lie this far apart are told as a disagreement."""
FEW: Final = 2
"""A situation that fewer partners graded is told as not heard yet."""


@dataclass(frozen=True)
class Said:
    """Everything that partners said, as the store has it."""

    grades: tuple[Judgement, ...]
    """The newest of each."""
    gradings: tuple[tuple[str, str, Grading], ...]
    choices: tuple[tuple[str, str, Choice], ...]
    interests: tuple[tuple[str, Interests], ...]

    @classmethod
    def of(cls, shelf: PartnersShelf) -> Said:
        """Read it from a store."""
        return cls(
            newest(shelf.store.judgements()),
            tuple(shelf.all(Grading)),
            tuple(shelf.all(Choice)),
            tuple((partner, told) for partner, _, told in shelf.all(Interests)),
        )


def told_by(said: Said, situations: Mapping[str, Situation]) -> dict[str, Any]:
    """What can be said without learning anything: agreement, disagreements, choices, words, who is not heard."""
    return {
        "partners": len({one.partner for one in said.grades}),
        "grades": len(said.grades),
        "alpha": ordinal_alpha(_units(said.grades).values()),
        "graded_twice": sum(len(unit) > 1 for unit in _units(said.grades).values()),
        "disagreements": list(_disagreements(said.grades, situations)),
        "two_orders": dict(Counter(_preferred(choice) for _, _, choice in said.choices)),
        "interests": [
            {"partner": partner, "told": told.text} for partner, told in said.interests if told.text
        ],
        "not_heard": list(_not_heard(said.grades, situations)),
        "words": words_by_theme(said, situations),
        "not_quoted": _not_quoted(said),
    }


def order_figures(
    said: Said, experiment: Experiment, pairing: Pairing, embedder: Embedder
) -> dict[str, dict[str, float]]:
    """nDCG@10 of each order on partners' grades, and on the shipped grades of the same grants.

    Cross-fitted: situations whose words are nearly the same stand in one fold, and an order is measured on folds that
    it was not learned from.
    """
    settings, seed = experiment.order, experiment.seed
    shipped = graded_lists(settings, pairing)
    sets = {"shipped grades": shipped}
    if settings.partners.weight:
        sets["with partners' grades"] = graded_lists(settings, pairing, said.grades)
    known = read_situations(settings.partners.situations)
    alone = partners_alone(read_judgements(settings.judgements), said.grades, known)
    tested = GradedLists.of(alone.judgements, pairing, on=settings.judged_on)
    texts = sorted({*shipped.texts, *tested.texts})
    fold_of = dict(zip(texts, folds_of(texts, embedder, seed=seed).tolist(), strict=True))
    found = {}
    for kind in settings.rankers:
        for name, lists in sets.items():
            rankers = _cross_fitted(lists, kind, fold_of, seed=seed)
            orders = [rankers[fold_of[text]] for text in tested.texts]
            found[f"{kind.kind}, {name}"] = _figures(tested, shipped, orders)
    found["who qualifies, and likeness"] = _figures(tested, shipped, [likely_and_alike()] * len(tested))
    return found


def _cross_fitted(
    lists: GradedLists, kind: OrderConfig, fold_of: Mapping[str, int], *, seed: int
) -> dict[int, Ranker]:
    """For each fold an order that was learned from the others."""
    folds = np.array([fold_of[text] for text in lists.texts])
    every = sorted(set(fold_of.values()))
    return {fold: lists.take(np.flatnonzero(folds != fold)).fit(kind, seed=seed) for fold in every}


def _figures(tested: GradedLists, shipped: GradedLists, orders: Sequence[Ranker]) -> dict[str, float]:
    partners, advisers = [], []
    for row, order in enumerate(orders):
        scores = order.score(tested.pairs[row])
        partners.append(graded_ndcg(scores, tested.grades[row], tested.best[row]))
        advised = _shipped_grades(tested, shipped, row)
        advisers.append(np.nan if advised is None else graded_ndcg(scores, advised, advised))
    return {"partners": _mean(partners), "shipped": _mean(advisers), "lists": float(len(orders))}


def _shipped_grades(tested: GradedLists, shipped: GradedLists, row: int) -> NDArray[np.int64] | None:
    """The shipped grades of the grants of one list, as far as they were graded; None where its situation is not."""
    if tested.ids[row] not in shipped.ids:
        return None
    theirs = shipped.ids.index(tested.ids[row])
    grade = dict(zip(shipped.rows[theirs].tolist(), shipped.grades[theirs].tolist(), strict=True))
    return np.array([grade.get(grant, 0) for grant in tested.rows[row].tolist()], dtype=np.int64)


def _mean(values: Sequence[float]) -> float:
    known = np.array(values)[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def words_by_theme(said: Said, situations: Mapping[str, Situation]) -> dict[str, list[dict[str, str]]]:
    """Partners' words as they stand, under the theme of their situation, where they may be quoted; without names."""
    found: dict[str, list[dict[str, str]]] = {}
    for _, situation, grading in said.gradings:
        if grading.state != "sent" or not grading.quote:
            continue
        told = situations.get(situation)
        themes = found.setdefault(told.theme if told else "other", [])
        if grading.missing:
            themes.append({"situation": situation, "about": "what is missing", "words": grading.missing})
        themes += [
            {"situation": situation, "about": grant, "words": why} for grant, why in grading.why.items()
        ]
    for _, situation, choice in said.choices:
        if choice.quote and choice.why:
            told = situations.get(situation)
            line = {"situation": situation, "about": "two orders", "words": choice.why}
            found.setdefault(told.theme if told else "other", []).append(line)
    return {theme: lines for theme, lines in sorted(found.items()) if lines}


def _not_quoted(said: Said) -> int:
    """How many texts were told without consent to quote them."""
    told = [
        words
        for _, _, grading in said.gradings
        if grading.state == "sent" and not grading.quote
        for words in (grading.missing, *grading.why.values())
    ]
    told += [choice.why for _, _, choice in said.choices if not choice.quote]
    return sum(bool(words) for words in told)


def _units(grades: Iterable[Judgement]) -> dict[tuple[str, str], list[int]]:
    """The grades that each grant was given in each situation."""
    found: dict[tuple[str, str], list[int]] = {}
    for one in grades:
        found.setdefault((one.situation_id, one.grant_id), []).append(one.grade)
    return found


def _disagreements(
    grades: Iterable[Judgement], situations: Mapping[str, Situation]
) -> Iterator[dict[str, Any]]:
    """Per situation the grants that partners grade far apart."""
    for (situation, grant), given in sorted(_units(grades).items()):
        if max(given) - min(given) >= APART:
            title = situations[situation].title if situation in situations else situation
            yield {"situation": situation, "title": title, "grant": grant, "grades": sorted(given)}


def _not_heard(grades: Iterable[Judgement], situations: Mapping[str, Situation]) -> Iterator[dict[str, Any]]:
    """The situations that nobody graded, or one partner alone."""
    partners: dict[str, set[str]] = {}
    for one in grades:
        partners.setdefault(one.situation_id, set()).add(one.partner)
    for situation in situations.values():
        heard = len(partners.get(situation.id, ()))
        if heard < FEW:
            yield {"situation": situation.id, "title": situation.title, "partners": heard}


def _preferred(choice: Choice) -> str:
    return {"first": choice.first, "second": choice.second, "neither": "neither"}[choice.chosen]
