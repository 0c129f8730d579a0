"""Whom a charity helps, as conditions that move its chance and never rule anybody out.

Only facts that are not special-category data: what people are or believe may never move an order.
"""

from __future__ import annotations

import re
from typing import Any, Final

from data.catalogue.facts import FactBook
from data.register.charity import Charity

YOUNG, OLD, ANYBODY = 201, 202, 207
GROUPS: Final = frozenset({201, 202, 203, 204, 206})
"""Codes of the classification for groups of people."""
_AGES: Final[dict[int, tuple[dict[str, Any], ...]]] = {
    OLD: ({"fact": "age", "at_least": 60},),
    YOUNG: ({"fact": "age", "at_most": 25}, {"fact": "dependent_children_at_home", "at_least": 1}),
}
_TRADES: Final[dict[str, str]] = {
    "clergy": r"\bclergy(?:men)?\b|\bpriests?\b|baptist ministers|ordained",
    "seafaring": r"\bseamen|seafarers?|mariners?|merchant navy",
    "fishing": r"\bfishermen|fishing industry",
    "teaching": r"\b(?:retired|former|members?|necessitous) (?:school)?teachers?\b|schoolmasters?|teachers' benevolent",
    "nursing": r"\bnurses\b",
    "police": r"police (?:officers|force|benevolent)|constabulary",
    "fire": r"fire ?fighters?|fire (?:service|brigade)",
    "railways": r"railway(?:men|s? (?:staff|workers|employees|servants|benevolent))",
    "farming": r"\bfarmers\b|agricultural workers|farm workers",
    "mining": r"\bminers\b|coal ?min(?:ers|ing)|coal industry",
    "construction": r"build(?:ing|ers') (?:trade|industry|benevolent)|construction industry",
    "printing": r"print(?:ers'?|ing (?:trade|industry))\b",
    "armed_forces": r"armed forces|ex-service|servicem[ae]n|\bregiment\b|royal (?:navy|air force|marines)|soldiers",
    "solicitors": r"\bsolicitors\b",
    "architecture": r"\barchitects\b",
    "engineering": r"\bengineers\b",
    "licensed_trade": r"licensed (?:trade|victuallers)",
    "music": r"\bmusicians\b",
    "acting": r"\bactors\b|theatrical (?:profession|artists?)",
    "driving": r"(?:lorry|taxi|cab) drivers|road haulage",
}
_IN_NEED: Final = re.compile(
    r"benevolent|retired|former|employ|profession|members|dependants|trade|industry|engaged"
)


def whom_of(charity: Charity, words: str, book: FactBook) -> list[dict[str, Any]]:
    """Give conditions of which those whom a charity helps meet at least one; none where it helps anybody."""
    small = words.lower()
    trades = [
        trade for trade, pattern in _TRADES.items() if trade in book.trades and re.search(pattern, small)
    ]
    if trades and _IN_NEED.search(small):
        return [{"worked_in": trades}]
    groups = GROUPS.intersection(charity.codes)
    if ANYBODY in charity.codes or len(groups) != 1:
        return []
    return [one for one in _AGES.get(next(iter(groups)), ()) if one["fact"] in book.facts]
