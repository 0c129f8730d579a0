"""Plain ways to guess the programme, without any feature or ranker of the product: what learning has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from experiments.award_records import AwardRecord
from features.embedding import Vectors
from features.history import amount_step
from features.lexical import words
from features.pairs import PairFeatures

Table = NDArray[np.float64]

SMOOTH: Final = 0.5
UNSEEN: Final = -1e9
"""The score of a programme that paid nothing in the training days."""
STRENGTH: Final = 1.0
"""C of the multinomial logistic, scikit-learn's own; 5 and 20 did worse."""


def simple_scores(
    train: Sequence[AwardRecord], queries: Sequence[AwardRecord], ids: Sequence[str], pairs: PairFeatures
) -> dict[str, Table]:
    """Score (queries, candidates) by popularity, by closeness to past needs, and by the record in the area."""
    place = {grant_id: at for at, grant_id in enumerate(ids)}
    counts = np.zeros(len(ids))
    in_area: dict[str, Table] = {}
    for record in train:
        counts[place[record.grant_id]] += 1
        for area in record.areas:
            in_area.setdefault(area, np.zeros(len(ids)))[place[record.grant_id]] += 1
    share = counts / counts.sum()
    nothing = np.zeros(len(ids))
    area_rows = [in_area.get(query.areas[0], nothing) if query.areas else nothing for query in queries]
    closeness = pairs.column("meaning_awarded").astype(np.float64).reshape(-1, len(ids))
    return {
        "popularity": np.tile(share, (len(queries), 1)),
        "nearest past needs": np.nan_to_num(closeness, nan=-1.0),
        "area rate": np.array([row + SMOOTH * share for row in area_rows]),
    }


def multinomial_logistic(
    train: Sequence[AwardRecord],
    vectors: Vectors,
    queries: Sequence[AwardRecord],
    query_vectors: Vectors,
    ids: Sequence[str],
) -> Table:
    """Score (queries, candidates) by one logistic model over all programmes: words, meaning, place and amount."""
    from sklearn.feature_extraction import DictVectorizer  # a second to import
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    place = {grant_id: at for at, grant_id in enumerate(ids)}
    weigh = TfidfVectorizer(analyzer=words, min_df=2, sublinear_tf=True)
    weigh.fit([record.need.text for record in train])
    mark = DictVectorizer().fit([_marks(record) for record in train])

    def table(records: Sequence[AwardRecord], meaning: Vectors) -> sparse.csr_matrix:
        worded = weigh.transform([record.need.text for record in records])
        marked = mark.transform([_marks(record) for record in records])
        return sparse.csr_matrix(sparse.hstack([worded, sparse.csr_matrix(meaning), marked]))

    model = LogisticRegression(C=STRENGTH, max_iter=300)
    model.fit(table(train, vectors), [place[record.grant_id] for record in train])
    scores = np.full((len(queries), len(ids)), UNSEEN)
    scores[:, model.classes_] = model.decision_function(table(queries, query_vectors))
    return scores


def _marks(record: AwardRecord) -> dict[str, float]:
    """Give the place, the amount in steps of a tenth, the very amount and its logarithm."""
    found = {f"area {area}": 1.0 for area in record.areas}
    amount = record.need.amount
    if amount:
        found |= {
            f"step {amount_step(amount)}": 1.0,
            f"pounds {round(amount)}": 1.0,
            "log": np.log1p(amount) / 5,
        }
    return found
