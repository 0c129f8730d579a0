"""A charity of the register as an entry of a catalogue that nobody has reviewed: judged by place, never eligible.

What it costs nothing to be wrong about is inferred (purposes, reasons, whom it helps); what would send people away
(who may apply) is not: at best the fund decides, and every entry says that nobody has read its rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from data.catalogue.codelists import PURPOSES, REASONS
from data.catalogue.facts import FactBook
from data.places.areas import UK, AreaTree
from data.register.area_of_benefit import AreaOfBenefit
from data.register.charity import Charity
from data.register.needs_in_text import inferred, words_of
from data.register.whom import whom_of
from data.register.writing import (
    in_plain_letters,
    in_sentence_case,
    joined,
    quoted,
    website,
    without_contacts,
)

REGISTER: Final = "https://register-of-charities.charitycommission.gov.uk/charity-search/-/charity-details"
IN_PARISH, IN_TOWN, IN_COUNCIL, IN_NATION = 0.05, 0.1, 0.2, 0.1
"""Of those who live there and fit nothing known against them, how many such a charity may accept: estimates. A parish
is one of many in its council; who gives all over a nation is asked by many."""
OUTSIDE: Final = 0.2
"""How much less likely it is for those who are not of the group that a charity helps."""
LONGEST_SUMMARY: Final = 320
LONGEST_TEXT: Final = 2_000
MOST_NAMED: Final = 5
"""Areas that a sentence names."""
SURE_ENOUGH: Final = 0.5
"""From this certainty on a purpose or a reason is taken for the charity's."""


def entry_id(number: int) -> str:
    """Give the id of a charity's entry."""
    return f"charity-{number}"


def entry_of(charity: Charity, where: AreaOfBenefit, areas: AreaTree, book: FactBook) -> dict[str, Any]:
    """Write a charity as a catalogue's JSON; `where` has at least one area."""
    words = words_of(charity)
    found = inferred(words)
    taken = [code for code, sure in found.items() if sure >= SURE_ENOUGH]
    activities, objects = (
        without_contacts(text)[:LONGEST_TEXT] for text in (charity.activities, charity.objects)
    )
    place = place_in_words(where, areas)
    title = in_plain_letters(charity.name)
    said = quoted(in_sentence_case(activities or objects, f"{title} {place}"), LONGEST_SUMMARY)
    return {
        "id": entry_id(charity.number),
        "title": title,
        "funder": {"name": title, "id": f"GB-CHC-{charity.number}"},
        "summary": f"It gives to people in {place}." + (f" The register says: {said}" if said else ""),
        "purposes": [code for code in PURPOSES if code in taken],
        "reasons": [code for code in REASONS if code in taken],
        "reviewed": False,
        "source": f"{REGISTER}/{charity.number}",
        "rules": _rules(charity, where, place, areas, whom_of(charity, words, book)),
        "registered": {
            "on": charity.extracted_on.isoformat(),
            "activities": activities,
            "objects": objects,
            "place": place,
            "website": website(charity.website),
            "inferred": found,
        },
    }


def place_in_words(where: AreaOfBenefit, areas: AreaTree) -> str:
    """Say where a charity gives: its parish beside the council, or the areas by name."""
    names = [_short(areas.name(code)) for code in where.codes]
    named = (
        joined(names, "and")
        if len(names) <= MOST_NAMED
        else f"{', '.join(names[:MOST_NAMED])} and near there"
    )
    return f"{where.parish}, in {named}" if where.parish and len(names) == 1 else named


def _short(name: str) -> str:
    """Give a name as it is said: "Bristol" for "Bristol, City of"."""
    return name.removesuffix(", City of").removesuffix(", County of")


def _rules(
    charity: Charity, where: AreaOfBenefit, place: str, areas: AreaTree, whom: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    link = f"{REGISTER}/{charity.number}"
    names = [_short(areas.name(code)) for code in where.codes]
    lives = (
        f"You must live in {joined(names, 'or')}."
        if len(names) <= MOST_NAMED
        else "You must live where it gives."
    )
    in_place = (
        f"in {place}" if where.parish else "all over " + place if _wide(where.codes) else "in your area"
    )
    text = (
        f"This charity gives to people {in_place}. Nobody has read its rules for us. The charity will decide."
    )
    return [
        {"id": "place", "text": lives, "source": link, "condition": {"lives_in": list(where.codes)}},
        {"id": "unread", "text": text, "source": link, "condition": _unread(_likely(where), whom)},
    ]


def _unread(likely: float, whom: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Leave all to the charity, more likely for those whom it helps."""
    decides = "the charity decides; nobody has read its rules for us"
    if not whom:
        return {"discretion": decides, "likely": likely}
    group = whom[0] if len(whom) == 1 else {"any_of": list(whom)}
    return {
        "any_of": [
            {"all_of": [group, {"discretion": decides, "likely": likely}]},
            {"discretion": decides, "likely": round(likely * OUTSIDE, 3)},
        ]
    }


def _likely(where: AreaOfBenefit) -> float:
    if _wide(where.codes):
        return IN_NATION
    if where.is_town:
        return IN_TOWN
    return IN_PARISH if where.parish else IN_COUNCIL


def _wide(codes: Sequence[str]) -> bool:
    """Tell whether every area is a nation."""
    return all(code in UK for code in codes)
