"""A person's question and situation: which of hundreds of rules of benefits answers it?

Rules stand for grants and questions for needs. Neither the dialogue so far nor anything that tells the rule is read;
nothing is learned about a single rule, so that rules nobody has asked about yet are found as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.report import Measured, Report
from experiments.sharc_records import QUESTIONS, RULES, Questions, read_questions, read_rules
from features.closeness import TextIndex, closeness
from features.embedding import MiniLM
from features.pairs import PairFeatures
from features.tokens import MiniLMTokens
from models.rankers.baselines import Similarity
from models.rankers.boosting import LambdaMart
from models.rankers.linear import Listwise
from models.rankers.protocol import Ranker, RankerSettings

FOLDS: Final = 5
SEED: Final = 0
SHORTLIST: Final = 80
"""Rules of each question that are learned from, the closest first; all rules are ranked."""
LEARNED: Final[dict[str, RankerSettings]] = {
    "linear, listwise": Listwise(ridge=3.0),
    "boosted trees (LambdaMART)": LambdaMart(learning_rate=0.05, least_pairs=50, ridge=5.0),
}

Told = Callable[[str, int, int], None]
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Lists:
    """Questions against all rules: pairs stand question by question."""

    questions: Questions
    pairs: PairFeatures

    @property
    def rules(self) -> int:
        """How many rules there are."""
        return len(self.pairs) // max(len(self.questions), 1)

    def shaped(self, scores: Table) -> Table:
        """Give (questions, rules) of (pairs,) scores."""
        return scores.reshape(len(self.questions), -1)

    def take(self, rows: NDArray[np.int64]) -> Lists:
        """Keep some of the questions."""
        pairs = (rows[:, None] * self.rules + np.arange(self.rules)).ravel()
        return Lists(Questions(tuple(self.questions.records[row] for row in rows)), self.pairs.take(pairs))


def run(data: Path, embedder: MiniLM, *, test: Path | None = None, told: Told) -> Report:
    """Cross-validate by question tree, or train on all questions of `data` and measure on those of `test`."""
    rules = read_rules(data / RULES)
    ids = list(rules)
    dev = read_questions(data / QUESTIONS, ids)
    tokens = MiniLMTokens(embedder)
    told("describing rules and questions", 0, 3)
    index = TextIndex.build([rules[rule] for rule in ids], embedder, tokens)
    told("describing rules and questions", 1, 3)
    known = Lists(dev, closeness(dev.asked, index, tokens))
    told("describing rules and questions", 2, 3)
    if test is None:
        asked, tables = known, cross_validated(known, told)
    else:
        later = read_questions(test, ids)
        asked = Lists(later, closeness(later.asked, index, tokens))
        tables = {name: asked.shaped(fit(kind, known).score(asked.pairs)) for name, kind in LEARNED.items()}
    told("describing rules and questions", 3, 3)
    return _report(
        asked, tables, "cross-validated by tree" if test is None else f"trained on {len(dev)} others"
    )


def cross_validated(lists: Lists, told: Told) -> dict[str, Table]:
    """Score each question by rankers that have seen no question of its tree."""
    trees = lists.questions.trees
    fold = np.random.default_rng(SEED).permutation(np.arange(trees.max() + 1) % FOLDS)[trees]
    tables = {name: np.zeros((len(trees), lists.rules)) for name in LEARNED}
    for held in range(FOLDS):
        told("learning", held, FOLDS)
        learn, check = lists.take(np.flatnonzero(fold != held)), lists.take(np.flatnonzero(fold == held))
        for name, kind in LEARNED.items():
            tables[name][fold == held] = check.shaped(fit(kind, learn).score(check.pairs))
    told("learning", FOLDS, FOLDS)
    return tables


def fit(kind: RankerSettings, lists: Lists) -> Ranker:
    """Learn from each question's shortlist; every tree counts the same, however many questions it has."""
    near = lists.shaped(Similarity().fit().score(lists.pairs) + np.nan_to_num(lists.pairs.column("met_text")))
    right = lists.questions.rules
    near[np.arange(len(right)), right] = np.inf
    short = np.argsort(-near, axis=1, kind="stable")[:, :SHORTLIST]
    pairs = lists.pairs.take((np.arange(len(right))[:, None] * lists.rules + short).ravel())
    awarded = (short == right[:, None]).astype(np.int64).ravel()
    size = np.bincount(lists.questions.trees)[lists.questions.trees]
    weight = (1 / size) / np.mean(1 / size)
    groups = np.repeat(np.arange(len(right)), short.shape[1])
    return kind.fit(pairs, awarded, weights=np.repeat(weight, short.shape[1]), groups=groups, seed=SEED)


def figures(scores: Table, right: NDArray[np.int64]) -> dict[str, Table]:
    """Measure (questions, rules) scores against the one right rule; ties count as the mean over their orders."""
    own = scores[np.arange(len(right)), right][:, None]
    above, tied = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    found = {name: np.zeros(len(right)) for name in ("mrr", "ndcg_at_10", "top_1", "top_5")}
    for row, (first, ties) in enumerate(zip(above, tied, strict=True)):
        places = np.arange(first + 1, first + ties + 1)
        found["mrr"][row] = (1 / places).mean()
        found["ndcg_at_10"][row] = np.where(places <= 10, 1 / np.log2(places + 1), 0.0).mean()
        found["top_1"][row] = (places <= 1).mean()
        found["top_5"][row] = (places <= 5).mean()
    return found


def _report(asked: Lists, learned: dict[str, Table], how: str) -> Report:
    plain = {
        "BM25": asked.shaped(asked.pairs.column("words_text").astype(np.float64)),
        "cosine": asked.shaped(asked.pairs.column("meaning_text").astype(np.float64)),
        "similarity (0.7 cosine + 0.3 BM25)": asked.shaped(Similarity().fit().score(asked.pairs)),
        "words met (late interaction)": asked.shaped(asked.pairs.column("met_text").astype(np.float64)),
    }
    right, trees = asked.questions.rules, asked.questions.trees
    rows = [
        Measured.of(name, figures(table, right), trees, learned=name in learned)
        for name, table in {**plain, **learned}.items()
    ]
    by_tree = {
        name: round(float(_mean_of_trees(figures(table, right)["mrr"], trees)), 4)
        for name, table in {**plain, **learned}.items()
    }
    notes = (
        f"{how}; {trees.max() + 1} trees, {asked.rules} rules; intervals by drawing whole trees",
        "read: question and situation; not read: the dialogue so far, the evidence, the page's address",
        "MRR if every tree counts the same: "
        + ", ".join(f"{name} {mrr:.3f}" for name, mrr in by_tree.items()),
    )
    return Report("need_to_rule", len(asked.questions), rows, notes, {"mrr_by_tree": by_tree})


def _mean_of_trees(values: Table, trees: NDArray[np.int64]) -> float:
    return float((np.bincount(trees, weights=values) / np.bincount(trees)).mean())
