"""Reads ranking sets in svmlight form: a grade, `number:value` columns, and which lines belong to one query."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.errors import BadData, Problem
from features.pairs import PairFeatures

SIZES: Final = ".query"
"""What the name of the file of query sizes adds to that of the documents."""

Row = dict[int, float]


@dataclass(frozen=True)
class Judged:
    """Documents of queries with a grade each, query by query."""

    pairs: PairFeatures
    grades: NDArray[np.float64]
    """(documents,) whole numbers from 0 on."""
    queries: NDArray[np.int64]
    """(documents,) number of the query."""

    def take(self, rows: NDArray[np.bool_]) -> Judged:
        """Keep some of the documents."""
        return Judged(self.pairs.take(rows), self.grades[rows], self.queries[rows])


def find_files(folder: Path, kind: str) -> Path:
    """Give the folder's file of a kind, such as `rank.train` or `train.txt`; raises BadData without exactly one."""
    names = [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix != SIZES]
    found = [path for path in names if path.suffix == f".{kind}" or path.stem == kind]
    if len(found) != 1:
        told = (
            f"{len(found)} files of kind {kind!r} (such as rank.{kind} or {kind}.txt) were found, 1 expected"
        )
        raise BadData([Problem(told, file=str(folder))])
    return found[0]


def read_judged(path: Path, *, columns: int | None = None) -> Judged:
    """Read a file; queries come from `qid:` in its lines or from the sizes in a second file beside it.

    Absent columns are 0. `columns` cuts or fills up to that many. Raises BadData with every line that is wrong.
    """
    grades, rows, marks, problems = [], [], [], []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            parts = line.partition("#")[0].split()
            if not parts:
                continue
            try:
                grade, mark, row = _line(parts)
            except ValueError as error:
                problems.append(Problem(str(error), file=str(path), line=number))
                continue
            grades.append(grade)
            marks.append(mark)
            rows.append(row)
    queries = _queries(path, marks)
    if isinstance(queries, Problem):
        problems.append(queries)
    if isinstance(queries, Problem) or problems:
        raise BadData(problems)
    width = columns or 1 + max((max(row, default=0) for row in rows), default=0)
    matrix = np.zeros((len(rows), width), dtype=np.float32)
    for at, row in enumerate(rows):
        held = {place: value for place, value in row.items() if place < width}
        matrix[at, list(held)] = list(held.values())
    pairs = PairFeatures(tuple(f"column_{place}" for place in range(width)), matrix)
    return Judged(pairs, np.array(grades), queries)


def _line(parts: list[str]) -> tuple[float, str | None, Row]:
    mark = parts[1].removeprefix("qid:") if len(parts) > 1 and parts[1].startswith("qid:") else None
    pairs = (part.partition(":") for part in parts[1 if mark is None else 2 :])
    return float(parts[0]), mark, {int(place): float(value) for place, _, value in pairs}


def _queries(path: Path, marks: list[str | None]) -> NDArray[np.int64] | Problem:
    beside = path.with_name(path.name + SIZES)
    if all(mark is not None for mark in marks):
        return np.unique(np.array(marks, dtype=np.str_), return_inverse=True)[1].astype(np.int64)
    if not beside.is_file():
        return Problem("lines name no query, and there is no file of query sizes", file=str(beside))
    sizes = np.array([int(size) for size in beside.read_text("utf-8").split()], dtype=np.int64)
    if sizes.sum() != len(marks):
        return Problem(
            f"query sizes sum to {sizes.sum()}, but there are {len(marks)} documents", file=str(beside)
        )
    return np.repeat(np.arange(len(sizes)), sizes)
