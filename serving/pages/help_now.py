"""Help that cannot wait, as the page shows it: above everything, for the nation, the surest kind first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from data.catalogue.facts import FactBook
from data.people.urgent_help import UrgentHelp as HelpBook
from models.needs.urgent import KINDS, own_words
from serving.answers import UrgentHelp
from serving.pages.forms import Asked
from serving.pages.links import safe_link

AT_ONCE: Final = 3
"""Places to turn to that are shown at once; the others are one tap away."""
FEWER: Final = 2
"""As many where the words leave a doubt."""
EVERYWHERE: Final = 5
"""As many where the nation is not known: each has a line of its own."""
ABUSE: Final = "abuse"
"""The kind of danger, and the topic of questions, in which a person must be able to leave the page at once."""
HIDDEN: Final = frozenset({ABUSE, "life"})
"""Kinds in view of which no browser keeps a page."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place to turn to."""

    name: str
    text: str
    phone: str
    dial: str
    sms: str
    link: str | None
    hours: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Help for one kind of need."""

    kind: str
    heading: str
    sure: bool
    first: tuple[Place, ...]
    more: tuple[Place, ...]


def panels_of(
    urgent: Iterable[UrgentHelp], headings: Mapping[str, str], *, all_nations: bool = False
) -> tuple[Panel, ...]:
    """Gather help by kind: what leaves no doubt first, danger before want; more at once where no nation is known."""
    kinds: dict[str, list[UrgentHelp]] = {}
    for line in urgent:
        kinds.setdefault(line.kind, []).append(line)
    order = sorted(kinds, key=lambda kind: (not kinds[kind][0].sure, KINDS.index(kind)))
    return tuple(_panel(kind, headings[kind], kinds[kind], all_nations=all_nations) for kind in order)


def _panel(kind: str, heading: str, lines: list[UrgentHelp], *, all_nations: bool) -> Panel:
    places = tuple(_place(line) for line in lines)
    shown = EVERYWHERE if all_nations else AT_ONCE if lines[0].sure else FEWER
    return Panel(kind, heading, lines[0].sure, places[:shown], places[shown:])


def _place(line: UrgentHelp) -> Place:
    return Place(
        line.name, line.text, line.phone or "", "".join((line.phone or "").split()), line.sms or "",
        safe_link(line.url), line.hours,
    )  # fmt: skip


def fled(asked: Asked, facts: FactBook) -> bool:
    """Tell whether there was, or is, abuse: by an answer, by words, or as an earlier page saw it."""
    return (
        asked.danger
        or ABUSE in own_words().find(asked.need)
        or any(
            said is True and facts.facts[name].topic == ABUSE
            for name, said in asked.facts.items()
            if name in facts.facts
        )
    )


def abuse_help(book: HelpBook, nation: str | None) -> tuple[UrgentHelp, ...]:
    """List where to turn with abuse that an answer told and no words did."""
    return tuple(
        UrgentHelp(
            kind=ABUSE,
            sure=False,
            name=line.name,
            text=line.says,
            phone=line.phone,
            url=line.url,
            hours=line.hours,
        )
        for line in book.for_kind(ABUSE, nation)
    )


def helpline(book: HelpBook, nation: str | None) -> Place | None:
    """Give the nation's own helpline against abuse, which stays in sight; None where no nation is known."""
    own = (line for line in abuse_help(book, nation) if line.phone and line.phone != "999")
    return None if nation is None else next(map(_place, own), None)
