"""Reads rankers back from plain arrays, whatever their kind."""

from __future__ import annotations

from data.errors import BadBundle
from models.rankers.average import AverageRanker
from models.rankers.linear import LinearRanker
from models.rankers.protocol import Arrays, Ranker
from models.rankers.trees import TreeRanker


def ranker_from_arrays(arrays: Arrays) -> Ranker:
    """Read back the ranker that `to_arrays` gave; raises BadBundle for a form that is not known."""
    form = str(arrays["form"])
    match form:
        case "linear":
            return LinearRanker.from_arrays(arrays)
        case "trees":
            return TreeRanker.from_arrays(arrays)
        case "average":
            return AverageRanker.from_arrays(arrays, read=ranker_from_arrays)
    raise BadBundle(f"the ranker is of the form {form!r}; expected 'linear', 'trees' or 'average'")
