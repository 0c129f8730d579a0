"""Reads classroom projects as numbers: what each asks for, where, and how such projects fared before its day."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.errors import BadData, Problem
from features.pairs import PairFeatures

OUTCOME: Final = "quickstart_label"
DAY: Final = "as_of_date"
MILLISECONDS_A_DAY: Final = 86_400_000
NAMING: Final = "_features_entity_id_all"
"""Stands in every column's name and says nothing."""
REGION: Final = "_school_state_"
WIDE: Final = ("asking_price", "item_quantity", "lengthessay", "avg_donations")
"""Columns of money, counts and lengths: their logarithm is taken."""
GROUPS: Final = ("poverty_level", "teacher_sex", "metro_type")


@dataclass(frozen=True)
class Projects:
    """Projects in their order; groups are only for measuring, never a column."""

    pairs: PairFeatures
    unfunded: NDArray[np.int64]
    """(projects,) 1 where the project was *not* fully funded."""
    days: NDArray[np.int64]
    regions: NDArray[np.str_]
    groups: dict[str, NDArray[np.str_]]

    def take(self, rows: NDArray[np.bool_]) -> Projects:
        """Keep some of the projects."""
        groups = {name: values[rows] for name, values in self.groups.items()}
        return Projects(
            self.pairs.take(rows), self.unfunded[rows], self.days[rows], self.regions[rows], groups
        )

    def __len__(self) -> int:
        return len(self.unfunded)


def read_projects(folder: Path, kind: str) -> Projects:
    """Read `KIND_*.csv.gz` and their `_protected` twins, all of them; raises BadData when there is none."""
    every = sorted(folder.glob(f"{kind}_*.csv.gz"))
    files = [path for path in every if not path.name.endswith("_protected.csv.gz")]
    if not files:
        raise BadData([Problem(f"no file {kind}_*.csv.gz was found", file=str(folder))])
    return joined([read_file(path) for path in files])


def read_file(path: Path) -> Projects:
    """Read one file of projects and, if it is there, the twin that tells their groups."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        names = next(lines)
        rows = list(lines)
    missing = [name for name in (OUTCOME, DAY, "entity_id") if name not in names]
    if missing:
        raise BadData([Problem(f"the columns {', '.join(missing)} are missing", file=str(path), line=1)])
    held = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    numbers = [name for name in names if name not in (OUTCOME, DAY, "entity_id")]
    values = {name.replace(NAMING, ""): np.array(held[name], dtype=np.float64) for name in numbers}
    return Projects(
        mapped(values),
        np.array(held[OUTCOME], dtype=np.float64).astype(np.int64),
        np.array(held[DAY], dtype=np.float64).astype(np.int64) // MILLISECONDS_A_DAY,
        regions(values, len(rows)),
        read_groups(path.with_name(path.name.replace(".csv.gz", "_protected.csv.gz")), held["entity_id"]),
    )


def mapped(values: dict[str, NDArray[np.float64]]) -> PairFeatures:
    """Give columns with NaN where a value was made up (its `_imp` twin is 1), and logarithms of counts and money."""
    found = {}
    for name, column in values.items():
        if name.endswith("_imp"):
            continue
        made_up = values.get(f"{name.removesuffix('_sum')}_imp", np.zeros(len(column))) == 1
        wide = any(part in name for part in WIDE)
        found[name.removesuffix("_sum")] = np.where(made_up, np.nan, np.log1p(column) if wide else column)
    return PairFeatures(tuple(found), np.column_stack(list(found.values())).astype(np.float32))


def regions(values: dict[str, NDArray[np.float64]], size: int) -> NDArray[np.str_]:
    """Give the name of each project's region, empty where none is marked."""
    found = np.full(size, "", dtype="U32")
    for name, marked in values.items():
        if REGION in name:
            found[marked == 1] = name.split(REGION)[1].removesuffix("_sum")
    return found


def read_groups(path: Path, ids: Sequence[str]) -> dict[str, NDArray[np.str_]]:
    """Read the groups of projects, in the order of `ids`; none when the file is not there."""
    if not path.is_file():
        return {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        held = {row["entity_id"]: row for row in csv.DictReader(stream)}
    lost = [one for one in ids if one not in held]
    if lost:
        raise BadData([Problem(f"{len(lost)} projects have no groups, such as {lost[0]}", file=str(path))])
    return {name: np.array([held[one][name] for one in ids], dtype=np.str_) for name in GROUPS}


def joined(parts: Sequence[Projects]) -> Projects:
    """Put files under each other; columns that some file lacks are left out."""
    names = [name for name in parts[0].pairs.columns if all(name in part.pairs.columns for part in parts)]
    matrix = np.concatenate(
        [part.pairs.matrix[:, [part.pairs.columns.index(name) for name in names]] for part in parts]
    )
    kept = [name for name in GROUPS if all(name in part.groups for part in parts)]
    return Projects(
        PairFeatures(tuple(names), matrix),
        np.concatenate([part.unfunded for part in parts]),
        np.concatenate([part.days for part in parts]),
        np.concatenate([part.regions for part in parts]),
        {name: np.concatenate([part.groups[name] for part in parts]) for name in kept},
    )
