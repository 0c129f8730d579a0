"""A made extract of the charity register in the real files' form: simulated charities, odd rows and all.

Nothing in it is a real charity. Numbers come as numbers or texts, booleans as null now and then, dates with a time or
null, texts with line breaks, quotes and contact details; some rows stand twice, and some are no rows at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final, TextIO

from data.places.areas import AreaTree
from data.register.extract import AREAS, CHARITY, CLASSIFICATION, GOVERNING

EXTRACTED: Final = "2026-11-28T00:00:00"
GIVING: Final = 0.3
"""Share of charities that make grants to individuals."""
GONE_TOO: Final = 0.5
"""Removed charities for each one that is registered."""
PARTS: Final = 0.05
ODD: Final = 0.002
_SYLLABLES: Final = (
    "am", "bar", "chil", "dun", "es", "fen", "great", "had", "is", "kel", "long", "mar", "nor", "ock", "pen", "quor",
    "rad", "sal", "tor", "up", "win", "yat",
)  # fmt: skip
_ENDINGS: Final = (
    "bury", "combe", "don", "field", "ford", "ham", "leigh", "ley", "low", "mere", "stead", "stow", "thorpe", "ton",
    "wick", "worth",
)  # fmt: skip
_OBJECTS: Final = (
    "RELIEVING EITHER GENERALLY OR INDIVIDUALLY PERSONS RESIDENT IN THE PARISH OF {parish} WHO ARE IN CONDITIONS OF "
    "NEED, HARDSHIP OR DISTRESS BY MAKING GRANTS OF MONEY OR PROVIDING ITEMS, SERVICES OR FACILITIES.",
    "FOR THE GENERAL BENEFIT OF THE POOR OF THE PARISH OF {parish}. FUEL, BREAD AND BLANKETS AT CHRISTMAS.",
    "PROMOTING THE EDUCATION OF PERSONS UNDER THE AGE OF 25 YEARS WHO ARE RESIDENT IN {parish}, IN {council}, AND WHO "
    "ARE IN NEED OF FINANCIAL ASSISTANCE: SCHOLARSHIPS, OUTFITS, TOOLS, BOOKS OR TRAVEL.",
    "ALMSHOUSES FOR POOR PERSONS OF GOOD CHARACTER WHO HAVE LIVED IN THE TOWN OF {parish} FOR NOT LESS THAN TWO YEARS.",
    "THE RELIEF OF PERSONS RESIDENT IN THE AREA OF BENEFIT WHO ARE SICK, CONVALESCENT, DISABLED OR INFIRM.",
    "THE RELIEF OF POVERTY AMONG RETIRED MEMBERS OF THE TRADE AND THEIR DEPENDANTS.",
    "SEE INDIVIDUAL CONSTITUENTS",
)
_OTHER_OBJECTS: Final = (
    "THE PROVISION AND MAINTENANCE OF A VILLAGE HALL FOR THE INHABITANTS OF {parish}.",
    "THE ADVANCEMENT OF THE CHRISTIAN FAITH IN {council} AND ELSEWHERE.",
    "TO PROMOTE PUBLIC APPRECIATION OF MUSIC AND THE ARTS.",
)
_ACTIVITIES: Final = (
    'Small grants to people of "{parish}" in need.\nWrite to the clerk, clerk{n}@example.org, 01234 567{n:03d}.',
    "Grants to individuals for fuel, furniture and school uniform",
    "Help with the cost of books, fees and travel for students",
    None,
)
_NAMES: Final = (
    "THE {parish} RELIEF IN NEED CHARITY", "{parish} UNITED CHARITIES", "THE POOR'S LAND OF {parish}",
    "{council} BENEVOLENT FUND", "THE {parish} EDUCATIONAL FOUNDATION", "CHARITY OF ANN {parish}",
)  # fmt: skip
_WEB: Final = (
    None,
    None,
    "www.{slug}.example.org",
    "https://{slug}.example.org/",
    "none",
    "clerk@{slug}.example.org",
)


@dataclass
class MadeExtract:
    """Draws the rows of all tables, charity by charity."""

    areas: AreaTree
    seed: int = 7
    giving: float = GIVING
    random: Random = field(init=False)
    councils: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - simulated charities, nothing secret
        containing = set(self.areas.parents.values())
        england = [code for code in self.areas.names if code[0] in "EW" and code not in containing]
        self.councils = sorted(england)

    def write(self, folder: Path, charities: int) -> None:
        """Write the four tables for so many registered charities, with some that are gone and some that are parts."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = {
            table: folder / f"publicextract.{table}.json"
            for table in (CHARITY, CLASSIFICATION, AREAS, GOVERNING)
        }
        files = {table: path.open("w", encoding="utf-8-sig", newline="") for table, path in paths.items()}
        lists = {table: _List(file) for table, file in files.items()}
        for number in range(1, charities + 1):
            self._charity(lists, number, "Registered")
            if self.random.random() < GONE_TOO:
                self._charity(lists, 5_000_000 + number, "Removed")
            if self.random.random() < PARTS:
                self._charity(lists, number, "Registered", linked=1)
            if self.random.random() < ODD:
                self.random.choice(list(lists.values())).add(self.random.choice((None, 17, [], "row")))
        for table, rows in lists.items():
            rows.end()
            files[table].close()

    def _charity(self, lists: dict[str, _List], number: int, status: str, *, linked: int = 0) -> None:
        draw = self.random
        gives = draw.random() < self.giving
        parish, council = self._parish(), self.areas.name(draw.choice(self.councils)).upper()
        told = {
            "parish": parish,
            "council": council,
            "n": number % 1000,
            "slug": parish.lower().replace(" ", "-"),
        }
        ids = {
            "date_of_extract": EXTRACTED,
            "organisation_number": str(number) if draw.random() < 0.1 else number,
            "registered_charity_number": number,
            "linked_charity_number": linked,
        }
        row = {**ids, **self._of_charity(told, status)}
        lists[CHARITY].add(row)
        if draw.random() < ODD:
            lists[CHARITY].add(row)
        for code in self._codes(gives=gives):
            lists[CLASSIFICATION].add({**ids, "classification_code": code, "classification_type": "What"})
        for kind, name in self._places(council):
            lists[AREAS].add(
                {**ids, "geographic_area_type": kind, "geographic_area_description": name, "welsh_ind": None}
            )
        objects = draw.choice(_OBJECTS if gives else _OTHER_OBJECTS).format(**told)
        benefit = draw.choice((None, "NOT DEFINED", f"PARISH OF {parish}", f"{parish}, {council}"))
        lists[GOVERNING].add({**ids, "charitable_objects": objects, "area_of_benefit": benefit})

    def _of_charity(self, told: dict[str, Any], status: str) -> dict[str, Any]:
        draw = self.random
        web, activities = draw.choice(_WEB), draw.choice(_ACTIVITIES)
        year = draw.choices((2026, 2025, 2024, 2021, None), (30, 50, 10, 5, 5))[0]
        return {
            "charity_name": draw.choice(_NAMES).format(**told) if draw.random() > ODD else None,
            "charity_registration_status": status,
            "latest_acc_fin_period_end_date": None if year is None else f"{year}-03-31T00:00:00",
            "latest_income": draw.choice((None, 0, 1200.5, "3400")),
            "latest_expenditure": draw.choices((None, 0, 900, "1500.75", 64_000), (5, 8, 30, 10, 47))[0],
            "charity_contact_email": f"clerk{told['n']}@example.org",
            "charity_contact_postcode": "AB1 2CD",
            "charity_contact_web": web and web.format(**told),
            "charity_insolvent": draw.choices((False, None, True), (95, 3, 2))[0],
            "charity_in_administration": draw.choice((False, None)),
            "cio_is_dissolved": None,
            "charity_activities": activities and activities.format(**told),
        }

    def _codes(self, *, gives: bool) -> Iterator[int]:
        draw = self.random
        yield from draw.sample((101, 102, 103, 105, 107, 109), 2)
        yield from draw.sample((201, 202, 203, 206, 207), draw.randint(1, 2))
        if gives:
            yield 301
        yield from draw.sample((302, 306, 310), draw.randint(0, 2))

    def _places(self, council: str) -> Iterator[tuple[str, str]]:
        draw = self.random.random()
        if draw < 0.85:
            yield "Local Authority", council.title()
        elif draw < 0.93:
            yield "Region", "Throughout England And Wales"
        elif draw < 0.98:
            yield "Country", "Kenya"
        if draw < 0.05:
            yield "Country", "India"

    def _parish(self) -> str:
        draw = self.random
        return (draw.choice(_SYLLABLES) + draw.choice(_SYLLABLES) + draw.choice(_ENDINGS)).upper()


class _List:
    """A JSON list that is written member by member."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.first = file, True
        file.write("[")

    def add(self, member: Any) -> None:
        self.file.write("" if self.first else ",")
        self.file.write("\r\n" + json.dumps(member, ensure_ascii=False))
        self.first = False

    def end(self) -> None:
        self.file.write("\r\n]")
