"""Given a cleaned description, a place and an amount: which of seventy programmes of five UK funders paid?

Programmes are grants and awards are decided applications, so the product's own features and rankers are measured.
Everything is frozen at the end of the training days: no award of the measured time is known when it is ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from data.catalogue.grants import Grant
from experiments.award_baselines import UNSEEN, multinomial_logistic, simple_scores
from experiments.award_records import AwardRecord, read_awards
from experiments.report import Measured, Report, query_figures
from features.award_history import AwardHistory
from features.embedding import Embedder, Vectors
from features.grant_index import GrantIndex
from features.history import DecisionLog
from features.pairs import PairFeatures, pair_features, stack
from models.rankers.average import Average
from models.rankers.baselines import AwardRate, Similarity
from models.rankers.boosting import Boosting, LambdaMart
from models.rankers.linear import Listwise
from models.rankers.protocol import Ranker, RankerSettings

TRAIN_SHARE: Final = 0.7
LEARNED: Final = "learned"
MULTINOMIAL: Final = "multinomial"
"""The column of the multinomial's log-chance."""
FOLDS: Final = (0.4, 0.5, 0.6, 0.7, 0.8)
"""Shares of the training days at which the history is frozen to make queries to learn from."""
LEARN_FOLDS: Final = 2
CHECK_FOLDS: Final = 2
"""Rivals learn from the first folds and are compared on the last, whose queries are later."""
HORIZON: Final = 0.3 / 0.7
"""Queries to learn from lie as far ahead of their frozen history as those to measure, in shares of its length."""
RIVALS: Final[tuple[RankerSettings, ...]] = (
    Listwise(),
    Boosting(trees=60),
    LambdaMart(trees=60, objective="rank_xendcg"),
    Average(members=(Listwise(), Boosting(trees=60))),
)
"""Rankers of the product that compete within the training days; the winner is refitted on all folds."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Awards:
    """Records with the vectors of their needs, row by row."""

    records: tuple[AwardRecord, ...]
    vectors: Vectors

    def take(self, rows: Sequence[int]) -> Awards:
        """Keep some of the records."""
        return Awards(tuple(self.records[row] for row in rows), self.vectors[np.array(rows, dtype=np.int64)])

    def worded(self) -> Awards:
        """Keep the records whose need has words."""
        return self.take([row for row, record in enumerate(self.records) if record.need.text])

    def __len__(self) -> int:
        return len(self.records)


@dataclass(frozen=True)
class Lists:
    """Queries against all candidates: pairs stand query by query, candidate by candidate."""

    pairs: PairFeatures
    paid: NDArray[np.int64]
    """(queries,) place of the programme that paid."""
    candidates: int

    @property
    def awarded(self) -> NDArray[np.int64]:
        """(pairs,) 1 for the programme that paid."""
        return np.asarray(np.arange(self.candidates)[None, :] == self.paid[:, None], dtype=np.int64).ravel()

    @property
    def groups(self) -> NDArray[np.int64]:
        """(pairs,) number of the query."""
        return np.repeat(np.arange(len(self.paid)), self.candidates)

    def shaped(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give (queries, candidates) of (pairs,) scores."""
        return scores.reshape(-1, self.candidates)


def run(data: Path, embedder: Embedder, *, test: Path | None = None, told: Told) -> Report:
    """Train on the first days of each funder and measure on the rest, or on the later awards of `test`."""
    records, grants = read_awards(data / "awards.jsonl")
    later = read_awards(test, also=[grant.title for grant in grants])[0] if test else []
    told("embedding needs", 0, len(records) + len(later))
    awards = Awards(tuple(records), embedder.embed([record.need.text for record in records]))
    if test:
        train, rest = awards, Awards(tuple(later), embedder.embed([record.need.text for record in later]))
    else:
        train, rest = split(awards, TRAIN_SHARE)
    seen = {record.grant_id for record in train.records}
    candidates = [grant for grant in grants if grant.id in seen]
    known = rest.take([row for row, record in enumerate(rest.records) if record.grant_id in seen])
    queries = known.worded()
    notes = (
        f"{len(train)} awards to learn from, {len(candidates)} programmes as candidates; "
        f"left out: {len(rest) - len(known)} awards by programmes not seen before, {len(known) - len(queries)} "
        "whose cleaned description is empty",
        "awards only, mostly of test fixtures of a published data set: figures of ranking, not of any chance",
        "the history is frozen at the end of the training days of each funder",
    )
    return _measure(train, queries, candidates, embedder, notes, told)


def split(awards: Awards, share: float) -> tuple[Awards, Awards]:
    """Cut each funder's time, from its first to its last day, at a share of its length; a day is never divided."""
    last = last_days(awards.records, share)
    early = [row for row, record in enumerate(awards.records) if record.on <= last[record.funder]]
    late = [row for row, record in enumerate(awards.records) if record.on > last[record.funder]]
    return awards.take(early), awards.take(late)


def last_days(records: Sequence[AwardRecord], share: float) -> dict[str, date]:
    """Give the last day of each funder's first share of time."""
    found = {}
    for funder in sorted({record.funder for record in records}):
        days = [record.on for record in records if record.funder == funder]
        found[funder] = min(days) + timedelta(days=int((max(days) - min(days)).days * share))
    return found


def folds(train: Awards) -> list[tuple[Awards, Awards]]:
    """Freeze the training awards at several days and take the queries that follow, as the measurement will."""
    found = []
    for share in FOLDS:
        history, after = split(train, share)
        ends = last_days(train.records, min(1.0, share * (1 + HORIZON)))
        near = [row for row, record in enumerate(after.records) if record.on <= ends[record.funder]]
        queries = after.take(near).worded()
        if len(queries):
            found.append((history, queries))
    return found


def lay_out(history: Awards, queries: Awards, index: GrantIndex, told: Callable[[], None]) -> Lists:
    """Describe each query against every candidate, as known before the month of its day.

    What one multinomial model makes of the history stands beside the product's own columns.
    """
    decided = [(record.application, record.outcome) for record in history.records]
    log = DecisionLog.of(decided, history.vectors, index.grants)
    known: dict[date, AwardHistory] = {}
    place = {grant_id: at for at, grant_id in enumerate(index.ids)}
    parts = []
    for record, vector in zip(queries.records, queries.vectors, strict=True):
        before = record.on.replace(day=1)
        if before not in known:
            known[before] = log.known(before=before)
        parts.append(pair_features(record.need, vector, record.areas, index, known[before], on=record.on))
        told()
    paid = np.array([place[record.grant_id] for record in queries.records], dtype=np.int64)
    return Lists(_with_multinomial(stack(parts), history, queries, index.ids), paid, len(index.ids))


def _with_multinomial(
    pairs: PairFeatures, history: Awards, queries: Awards, ids: Sequence[str]
) -> PairFeatures:
    """Add the multinomial's log-chance of each pair as a column; NaN for a programme that paid nothing yet."""
    table = multinomial_logistic(history.records, history.vectors, queries.records, queries.vectors, ids)
    chances = np.where(table > UNSEEN, log_softmax(table, axis=1), np.nan).ravel()
    return PairFeatures(
        (*pairs.columns, MULTINOMIAL), np.column_stack([pairs.matrix, chances]).astype(np.float32)
    )


def join(lists: Sequence[Lists]) -> Lists:
    """Put lists of the same candidates under each other."""
    paid = np.concatenate([part.paid for part in lists])
    return Lists(stack([part.pairs for part in lists]), paid, lists[0].candidates)


def choose(lists: Sequence[Lists]) -> tuple[RankerSettings, list[dict[str, object]]]:
    """Fit every rival on the first folds and take the one with the best MRR on the last ones."""
    learn, check = join(lists[:LEARN_FOLDS]), join(lists[-CHECK_FOLDS:])
    found = []
    for rival in RIVALS:
        ranker = rival.fit(learn.pairs, learn.awarded, groups=learn.groups, seed=0)
        mrr = query_figures(check.shaped(ranker.score(check.pairs)), check.paid)["mrr"].mean()
        found.append((float(mrr), rival))
    told = [{"ranker": str(rival), "kind": rival.kind, "mrr": round(mrr, 4)} for mrr, rival in found]
    return max(found, key=lambda pair: pair[0])[1], told


@dataclass(frozen=True)
class Learned:
    """A ranker that won on the training days, with all that it needs to rank later needs."""

    train: Awards
    index: GrantIndex
    ranker: Ranker
    chosen: RankerSettings
    choices: list[dict[str, object]]


def learn(train: Awards, candidates: Sequence[Grant], embedder: Embedder, told: Told) -> Learned:
    """Choose among the rivals within the training days, and fit the winner on all their folds."""
    index, parts = GrantIndex.build(candidates, embedder), folds(train)
    step = _steps(told, "describing needs to learn from", sum(len(part) for _, part in parts))
    lists = [lay_out(history, asked, index, step) for history, asked in parts]
    chosen, choices = choose(lists)
    every = join(lists)
    ranker = chosen.fit(every.pairs, every.awarded, groups=every.groups, seed=0)
    return Learned(train, index, ranker, chosen, choices)


def scored(learned: Learned, queries: Awards, told: Told) -> tuple[Lists, dict[str, NDArray[np.float64]]]:
    """Describe queries, and give (queries, candidates) scores of what was learned and of every baseline."""
    train, ids = learned.train, learned.index.ids
    test = lay_out(train, queries, learned.index, _steps(told, "describing needs to measure", len(queries)))
    return test, {
        **simple_scores(train.records, queries.records, ids, test.pairs),
        "similarity": test.shaped(Similarity().fit().score(test.pairs)),
        "award rate": test.shaped(AwardRate().fit().score(test.pairs)),
        "multinomial logistic": test.shaped(np.nan_to_num(test.pairs.column(MULTINOMIAL), nan=UNSEEN)),
        LEARNED: test.shaped(learned.ranker.score(test.pairs)),
    }


def owners_of(queries: Awards) -> NDArray[np.int64]:
    """Give (queries,) a number for each text, so that copies of one are drawn together."""
    return np.unique(np.array([record.need.text for record in queries.records]), return_inverse=True)[1]


def _steps(told: Told, what: str, total: int) -> Callable[[], None]:
    done = count(1)
    return lambda: told(what, next(done), total)


def _measure(
    train: Awards,
    queries: Awards,
    candidates: list[Grant],
    embedder: Embedder,
    notes: Sequence[str],
    told: Told,
) -> Report:
    learned = learn(train, candidates, embedder, told)
    test, scores = scored(learned, queries, told)
    owners = owners_of(queries)
    rows = [
        Measured.of(name, query_figures(table, test.paid), owners, learned=name == LEARNED)
        for name, table in scores.items()
    ]
    notes = (*notes, f"learned: {learned.chosen.kind}, chosen among {len(RIVALS)} within the training days")
    return Report("past_awards", len(queries), rows, notes, {"choices": learned.choices})
