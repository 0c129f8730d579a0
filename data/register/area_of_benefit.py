"""Where a charity gives: the register's rows of where it works and its own words, taken together.

Areas are never narrower than what either says for sure: a place that is named with "in particular" is no limit, a town
that may lie in two councils counts only where a row says in which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.places.areas import UK
from data.register.charity import Charity
from data.register.place_names import PlaceNames, plain
from data.register.places_in_text import Mention, parishes_in, places_in, places_in_title, places_told

_SAYS_NOTHING = frozenset({"", "not defined", "undefined", "none", "unspecified", "see governing document"})


@dataclass(frozen=True, slots=True)
class AreaOfBenefit:
    """Codes of the areas where a charity gives, and its parish, or the one town that it names, as words."""

    codes: tuple[str, ...]
    parish: str = ""
    is_town: bool = False
    """Whether these words are a town's name."""
    abroad_only: bool = False
    """Whether every row speaks of another country."""


def area_of_benefit(charity: Charity, names: PlaceNames) -> AreaOfBenefit:
    """Put together where a charity gives; no codes where nothing says it."""
    rows, abroad = _of_rows(charity.areas, names)
    told = charity.area_of_benefit if plain(charity.area_of_benefit) not in _SAYS_NOTHING else ""
    mentions = [
        *places_told(told, names),
        *(one for text in (charity.objects, charity.activities) for one in places_in(text, names)),
        *places_in_title(charity.name, names),
    ]
    named = _of_mentions(mentions, rows, names)
    codes = _together(rows, named, names)
    parish = parishes_in((charity.objects, charity.activities, told, charity.name), besides=names)
    town = "" if parish else _town(mentions, codes)
    return AreaOfBenefit(
        tuple(sorted(codes)),
        parish or town,
        is_town=bool(town),
        abroad_only=abroad and not rows and not codes,
    )


def _of_rows(rows: Iterable[tuple[str, str]], names: PlaceNames) -> tuple[set[str], bool]:
    """Give the areas that the register's rows name, and whether some row names another country."""
    found: set[str] = set()
    abroad = False
    for kind, name in rows:
        called = plain(name).removeprefix("throughout ").removesuffix(" city")
        whole = plain(name).removeprefix("throughout ")
        place = (
            names.places.get(whole)
            or names.places.get(called)
            or names.places.get(called.removeprefix("city of "))
        )
        if whole in names.wide:
            found.add(names.wide[whole])
        elif whole == "england and wales":
            found.update(code for code, (nation, _) in UK.items() if nation in ("England", "Wales"))
        elif place is not None:
            found.update(code for meaning in place.meanings for code in meaning)
        else:
            abroad = abroad or plain(kind) in ("country", "continent")
    return found, abroad


def _of_mentions(mentions: Sequence[Mention], rows: set[str], names: PlaceNames) -> set[str]:
    """Give the areas of what is named: the narrower where a place stands beside the county that it lies in."""
    sure = {codes for one in mentions if len(one.place.meanings) == 1 for codes in one.place.meanings}
    around = rows | {code for codes in sure for code in codes}
    limits: list[tuple[str, ...]] = []
    above_others: list[tuple[str, ...]] = []
    for mention in mentions:
        meanings = mention.place.meanings
        if len(meanings) > 1:
            meanings = tuple(one for one in meanings if _lies_in(one, around, names))
        if len(meanings) == 1:
            (above_others if mention.not_only else limits).append(meanings[0])
    found = limits or ([] if rows else above_others)
    narrowest = [
        one for one in found if not any(other != one and _lies_in(other, set(one), names) for other in found)
    ]
    return {code for codes in narrowest for code in codes}


def _town(mentions: Sequence[Mention], codes: set[str]) -> str:
    """Give the town where a charity gives, if it gives in one area and names one town of it and nothing more of it."""
    limits = {mention.place.name: mention.place for mention in mentions if not mention.not_only}
    towns = [name for name, place in limits.items() if place.is_town]
    whole = any(not place.is_town and set(place.meanings[0]) == codes for place in limits.values())
    return towns[0] if len(codes) == 1 and len(towns) == 1 and not whole else ""


def _together(rows: set[str], named: set[str], names: PlaceNames) -> set[str]:
    """Narrow each row to what is named within it; a row in which nothing is named stays as it is."""
    untold = {row for row in rows if not any(names.areas.contains(row, code) for code in named)}
    whole = named | untold
    return {code for code in whole if not any(names.areas.contains(other, code) for other in whole - {code})}


def _lies_in(codes: Sequence[str], rows: set[str], names: PlaceNames) -> bool:
    return all(any(names.areas.contains(row, code) for row in rows) for code in codes)
