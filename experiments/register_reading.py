"""Whether the register's words are read rightly: areas and purposes of 300 charities, graded apart.

The texts are those of `ukcat` (CC BY 4.0), which has no rows of where a charity works: areas are read from name,
activities and objects alone, the harder half. The grades (`register_grades.csv`, by charity number) were given by a
language model that read the texts before any of the reader was written; no person graded them. An area is graded as
*named* where its own name or a former one stands in the text, as *lies in* where only a town or village does, and as
*may be* where the place is a school's or a church's: what is read there counts neither way. Sixty were graded
once more (`register_regrades.csv`) by another reading of a language model, before it saw the grades.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from data.catalogue.codelists import PURPOSES
from data.catalogue.reading import SAMPLE, read_areas
from data.places.areas import AreaTree
from data.register.area_of_benefit import area_of_benefit
from data.register.charity import Charity
from data.register.needs_in_text import inferred, words_of
from data.register.place_names import PlaceNames

GRADES: Final = Path(__file__).with_name("register_grades.csv")
REGRADES: Final = Path(__file__).with_name("register_regrades.csv")
OFTEN: Final = 5
"""A purpose that was graded less often says nothing about how well it is read."""


@dataclass(frozen=True)
class Graded:
    """What a charity's texts were graded to say, beside what is read."""

    charity: Charity
    named: frozenset[str]
    lies_in: frozenset[str]
    may_be: frozenset[str]
    purposes: frozenset[str]
    read_areas: frozenset[str]
    read_purposes: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """The study's figures, each 0 to 1, with what they rest on."""

    charities: int
    areas_read: int
    precision: float
    """Of the areas that are read and do not stand under *may be*."""
    recall_named: float
    named: int
    recall_all: float
    """Of all areas, those of towns and villages too."""
    all_areas: int
    regraded: int
    graded_alike: float
    """Of the charities that were graded twice, those of whose areas each has its like in the other grading."""
    macro_f1: float
    """Over the purposes that were graded at least `OFTEN` times."""
    f1: dict[str, float]
    graded: dict[str, int]
    """How often each purpose was."""


def graded(data: Path) -> list[Graded]:
    """Read the graded charities with their texts from `data` (the folder of ukcat)."""
    areas = read_areas(SAMPLE / "areas.csv")
    names = PlaceNames.of(areas)
    with (data / "sample.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = {row["org_id"]: row for row in csv.DictReader(file)}
    with GRADES.open(encoding="utf-8", newline="") as file:
        return [_graded(row, texts[row["org_id"]], names) for row in csv.DictReader(file)]


def _graded(row: dict[str, str], text: dict[str, str], names: PlaceNames) -> Graded:
    number = int(row["org_id"].removeprefix("GB-CHC-"))
    charity = Charity(number, text["name"], date.min, activities=text["activities"], objects=text["objects"])
    found = inferred(words_of(charity))
    told = {column: frozenset(row[column].split()) for column in ("named", "lies_in", "may_be", "purposes")}
    areas = frozenset(area_of_benefit(charity, names).codes)
    return Graded(charity, **told, read_areas=areas, read_purposes=frozenset(found) & frozenset(PURPOSES))


def run(data: Path) -> Figures:
    """Measure areas and purposes against the grades."""
    cases, areas = graded(data), read_areas(SAMPLE / "areas.csv")
    read = [(case, code) for case in cases for code in case.read_areas if not _open(code, case, areas)]
    right = sum(any(_alike(code, one, areas) for one in case.named | case.lies_in) for case, code in read)
    named = list(_found(cases, areas, lambda case: case.named))
    whole = list(_found(cases, areas, lambda case: case.named | case.lies_in))
    graded_often = {code: sum(code in case.purposes for case in cases) for code in PURPOSES}
    f1 = {code: _f1(cases, code) for code, times in graded_often.items() if times}
    often = [f1[code] for code, times in graded_often.items() if times >= OFTEN]
    return Figures(
        len(cases),
        len(read),
        right / len(read),
        sum(named) / len(named),
        len(named),
        sum(whole) / len(whole),
        len(whole),
        *_graded_alike(cases, areas),
        sum(often) / len(often),
        f1,
        graded_often,
    )


def _found(
    cases: Sequence[Graded], areas: AreaTree, of: Callable[[Graded], frozenset[str]]
) -> Iterator[bool]:
    for case in cases:
        for one in of(case):
            yield any(_alike(code, one, areas) for code in case.read_areas)


def _graded_alike(cases: Sequence[Graded], areas: AreaTree) -> tuple[int, float]:
    """Tell how many charities were graded twice, and the share on which both gradings agree."""
    first = {f"GB-CHC-{case.charity.number}": case.named | case.lies_in for case in cases}
    with REGRADES.open(encoding="utf-8", newline="") as file:
        pairs = [(first[row["org_id"]], frozenset(row["areas"].split())) for row in csv.DictReader(file)]
    agree = [
        all(any(_alike(code, o, areas) for o in other) for one, other in ((a, b), (b, a)) for code in one)
        for a, b in pairs
    ]
    return len(pairs), sum(agree) / len(pairs)


def _open(code: str, case: Graded, areas: AreaTree) -> bool:
    told = case.named | case.lies_in
    return any(_alike(code, one, areas) for one in case.may_be) and not any(
        _alike(code, o, areas) for o in told
    )


def _alike(read: str, graded_as: str, areas: AreaTree) -> bool:
    """Tell whether an area is the graded one, its county, or a district of it."""
    return areas.contains(read, graded_as) or areas.contains(graded_as, read)


def _f1(cases: list[Graded], code: str) -> float:
    both = sum(code in case.purposes and code in case.read_purposes for case in cases)
    either = sum((code in case.purposes) + (code in case.read_purposes) for case in cases)
    return 2 * both / either if either else 0.0


def show(found: Figures, *, as_json: bool) -> None:
    """Print the figures, as JSON or as a table."""
    if as_json:
        print(json.dumps(asdict(found)))
        return
    table = Table("what", "figure", "of", title=f"{found.charities} charities, graded by a language model")
    table.add_row("areas: precision", f"{found.precision:.3f}", str(found.areas_read))
    table.add_row("areas: recall, where an area is named", f"{found.recall_named:.3f}", str(found.named))
    table.add_row("areas: recall, towns and villages too", f"{found.recall_all:.3f}", str(found.all_areas))
    table.add_row("areas: graded alike by a second reading", f"{found.graded_alike:.3f}", str(found.regraded))
    table.add_row(f"purposes: macro-F1, graded {OFTEN} times or more", f"{found.macro_f1:.3f}", "")
    for code, value in found.f1.items():
        table.add_row(f"  {PURPOSES[code]}: F1", f"{value:.2f}", str(found.graded[code]))
    Console().print(table)
