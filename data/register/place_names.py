"""What places are called: names of an areas file, towns and old counties by the areas that they lie in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from data.places.areas import AreaTree

FILE: Final = Path(__file__).parents[1] / "sample" / "place_names.csv"
"""Towns and old counties of England and Wales (kind, name, code of an area); from general knowledge, checked against
the towns of public outward codes where these name them."""
PARISHES: Final = Path(__file__).parents[1] / "sample" / "parishes.csv"
"""Parishes and communities of England and Wales with the district that each lay in, December 2019 (Office for National
Statistics)."""
LONGEST: Final = 6
"""Words of the longest name."""
TOKEN: Final = re.compile(r"[a-z0-9']+|[.,;:()/]")
_CITY: Final = re.compile(r",? (?:city|county) of$|^(?:county|city of|isle of|the) | city$")


@dataclass(frozen=True, slots=True)
class Place:
    """What a name may mean."""

    name: str
    """As people write it."""
    meanings: tuple[tuple[str, ...], ...]
    """Each a set of areas that hold the place; several where places share the name."""
    is_town: bool = False
    """Whether it is a place within its area, not the area itself."""
    is_county: bool = False
    """Whether it is the name of a county, which is hardly ever anything else."""
    is_parish: bool = False
    """Whether only a list of parishes has it: many are names of people, or words, too."""


@dataclass(frozen=True)
class PlaceNames:
    """Places by their names in small letters."""

    areas: AreaTree
    places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, areas: AreaTree, file: Path = FILE, parishes: Path = PARISHES) -> Self:
        """Take the names of the areas below regions, and those of `file` and `parishes` that lie in one of these.

        `parishes` is a list of the Office for National Statistics, of parishes and the districts that they lie in; of
        any year, since ended districts stand for those of today.
        """
        found: dict[str, Place] = {}
        containing = set(areas.parents.values())
        wide = {plain(name) for code, name in areas.names.items() if _is_wide(code, areas)}
        for code, name in areas.names.items():
            if not _is_wide(code, areas):
                county = code in containing or name.lower().endswith("shire")
                for called in set(_called(name)) - wide:
                    found.setdefault(called, Place(name, ((code,),), is_county=county or called in _COUNTIES))
        for kind, name, codes in _rows(file):
            known = tuple(code for code in codes if code in areas.names)
            meanings = tuple((code,) for code in known) if kind == "town" else (known,)
            held = found.get(plain(name))
            if known and held is None:
                found[plain(name)] = Place(name, meanings, is_town=kind == "town", is_county=kind == "county")
            elif held is not None:
                others = tuple(one for one in meanings if one and one not in held.meanings)
                found[plain(name)] = replace(held, meanings=(*held.meanings, *others))
        for called, (name, councils) in _parishes(parishes, areas).items():
            place = Place(name, tuple((code,) for code in councils), is_town=True, is_parish=True)
            found.setdefault(called, place)
        return cls(areas, found)

    @cached_property
    def wide(self) -> dict[str, str]:
        """Nations and regions by name."""
        tree = self.areas
        found = {plain(name): code for code, name in tree.names.items() if _is_wide(code, tree)}
        return {**found, **({"greater london": found["london"]} if "london" in found else {})}

    def at(self, tokens: Sequence[str], start: int) -> tuple[Place, int] | None:
        """Find the longest name that begins at a token, and where it ends."""
        for end in range(min(start + LONGEST, len(tokens)), start, -1):
            place = self.places.get(" ".join(tokens[start:end]))
            if place is not None:
                return place, end
        return None


def plain(text: str) -> str:
    """Write a text in small letters, words and stops apart by one blank.

    >>> plain("St. Helens & Southend-on-Sea")
    'st helens and southend on sea'
    """
    return " ".join(tokens_of(text))


def tokens_of(text: str) -> list[str]:
    """Cut a text into words in small letters and stops."""
    small = text.lower().replace("&", " and ").replace("’", "'").replace("-", " ")
    small = re.sub(r"\bst\.", "st", small)
    return TOKEN.findall(small)


def _is_wide(code: str, areas: AreaTree) -> bool:
    """Tell whether an area is a nation or a region: what lies within a nation and holds others that hold areas."""
    above = [one for one in areas.ancestors(code) if one in areas.names]
    return not above or (len(above) == 1 and code in set(areas.parents.values()))


def _called(name: str) -> Iterable[str]:
    """Give the ways in which an area is called: with and without what it is."""
    whole = plain(name)
    bare = whole.replace(" , ", " ").replace(",", "")
    short = _CITY.sub("", plain(name).replace(" ,", ","))
    return dict.fromkeys((whole, bare, short, *_ALSO.get(short, ())))


def _rows(file: Path) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    grouped: dict[tuple[str, str], list[str]] = {}
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            grouped.setdefault((row["kind"], row["name"]), []).append(row["area"])
    return ((kind, name, tuple(codes)) for (kind, name), codes in grouped.items())


def _parishes(file: Path, areas: AreaTree) -> dict[str, tuple[str, list[str]]]:
    """Give each parish as it is called in small letters, its name, and the councils of today that have one of it."""
    found: dict[str, tuple[str, list[str]]] = {}
    with file.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.DictReader(opened):
            told = {re.sub(r"\d", "", column): value for column, value in row.items()}
            for code in areas.today([told["LADCD"]]):
                for name in filter(None, (told["PARNM"], told.get("PARNMW"))):
                    councils = found.setdefault(plain(name), (name, []))[1]
                    if code in areas.names and code not in councils:
                        councils.append(code)
    return found


_ALSO: Final = {
    "rhondda cynon taf": ("rhondda cynon taff",),
    "kingston upon hull": ("hull", "kingston upon hull city"),
    "anglesey": ("ynys mon", "isle of anglesey"),
    "southend on sea": ("southend",),
    "newcastle upon tyne": ("newcastle on tyne",),
    "stockton on tees": ("stockton",),
    "bournemouth, christchurch and poole": ("bournemouth christchurch and poole",),
    "king's lynn and west norfolk": ("kings lynn and west norfolk",),
    "wrexham": ("wrecsam",),
    "swansea": ("abertawe",),
    "cardiff": ("caerdydd",),
}
_COUNTIES: Final = frozenset(
    {"cornwall", "dorset", "somerset", "rutland", "northumberland", "gwynedd", "powys"}
)
