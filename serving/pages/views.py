"""Turns a ranked answer into the words and links of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from data.catalogue.reading import Catalogue
from data.people.urgent_help import UrgentHelp as HelpBook
from models.qualifying.grouping import Group
from serving.answers import About, Ranked, Recommendation
from serving.pages import words
from serving.pages.cards import Card, card, is_soon, near_line
from serving.pages.following import confirming, following
from serving.pages.forms import Asked
from serving.pages.help_now import ABUSE, HIDDEN, abuse_help, fled, panels_of
from serving.pages.whom import FOR_ANOTHER, FOR_HOME, LETTER_OF_ANOTHER, OF_ANOTHER, OF_CHILD, of_whom

SIMULATED: Final = (
    "The order of this list was learned from made-up cases. A computer program graded them. No person did. "
    "Nothing in it comes from what happened to real people."
)
DEGRADED: Final = "Part of our service is resting. The list is whole, but its order is simpler than usual."
NOT_UNDERSTOOD: Final = "We did not understand the words. Here is what fits your answers."
NOTHING_PAYS: Final = (
    "We know of no fund that pays for this. We are sorry. These may help you with other costs, so that your own money "
    "goes further."
)
CLEAR: Final = 0.7
"""From this chance on what a need is about is clear, and nothing is asked about it."""
MOST_MEANT: Final = 3
"""Purposes that are offered where it is not clear what a need is about."""
USUAL: Final = ("GTIP070", "GTIP050", "GTIP020")
"""Purposes that are offered where the words tell nothing at all."""
ANYTHING_ELSE: Final = "GTIP170"
"""The purpose "exceptional costs": what a need is about that none of the others names."""
CLOSE: Final = 0.35
"""A grant whose meaning is this close to the need's may pay for it all the same."""
FEW_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the list under one heading."""

    id: str
    heading: str
    text: str
    first: int
    cards: tuple[Card, ...]


def results_page(
    asked: Asked,
    ranked: Ranked,
    catalogue: Catalogue,
    *,
    simulated: bool,
    help_book: HelpBook,
    nation: str | None,
) -> dict[str, Any]:
    """Everything that the page of results shows."""
    page, shown = ranked.page, ranked.page.offset + len(ranked.results)
    said_so = fled(asked, catalogue.facts)
    by_words = ranked.understood.urgent
    told = said_so and not any(one.kind == ABUSE for one in by_words)
    urgent = (*by_words, *(abuse_help(help_book, nation) if told else ()))
    kinds = {one.kind for one in urgent}
    danger = ABUSE in kinds
    confirm = None if page.offset else confirming(ranked, asked, danger=danger)
    next_field = None if confirm else following(ranked, asked, catalogue, danger=danger)
    ended = not page.offset and confirm is None and next_field is None
    notes = [DEGRADED] if ranked.degraded else []
    return {
        "panels": () if page.offset else panels_of(urgent, help_book.headings, all_nations=nation is None),
        "danger": danger,
        "hidden": bool(kinds & HIDDEN),
        "sections": _sections(ranked, catalogue, asked, simulated=simulated, ended=ended, danger=danger),
        "said": _said(asked, ranked),
        "of_whom": of_whom(asked.whom),
        "meant": () if page.offset else _meant(asked, ranked, catalogue.facts.purpose_texts),
        "more": shown if shown < page.total else None,
        "few": _start_of_few(ranked),
        "confirm": confirm,
        "next": next_field,
        "ended": ended,
        "near": [] if page.offset else [near_line(miss, catalogue) for miss in ranked.near_misses if is_soon(miss)],
        "notes": notes,
        "simulated": SIMULATED if simulated else "",
        "sent": (*asked.sent, ("danger", "1")) if danger and not asked.danger else asked.sent,
    }  # fmt: skip


def _sections(
    ranked: Ranked, catalogue: Catalogue, asked: Asked, *, simulated: bool, ended: bool, danger: bool
) -> tuple[Section, ...]:
    found = []
    for part, results in groupby(ranked.results, key=_part):
        in_it = tuple(results)
        cards = tuple(
            card(
                one,
                catalogue,
                simulated=simulated,
                areas=asked.areas,
                ended=ended,
                danger=danger,
                worker=asked.worker,
            )
            for one in in_it
        )
        found.append(Section(part, *words.SECTION[part], in_it[0].rank, cards))
    return tuple(found)


def _part(result: Recommendation) -> Group:
    """Likely and possible grants stand in one order, each with its group on its card."""
    return "likely" if result.group == "possible" else result.group


def _start_of_few(ranked: Ranked) -> int | None:
    """Where the grants for few people begin, if none of them is on this page."""
    groups = ranked.page.groups
    start = ranked.page.total - groups.get("few", 0)
    seen = ranked.page.offset + len(ranked.results) > start
    return None if seen or start >= ranked.page.total else start


def _said(asked: Asked, ranked: Ranked) -> str:
    """Say what was not understood, or that nothing here pays for it."""
    if asked.need and ranked.understood.language != "en":
        return NOT_UNDERSTOOD
    about = ranked.understood.purposes
    other = bool(asked.need and about) and about[0].code == ANYTHING_ELSE
    return NOTHING_PAYS if other and ranked.results and not any(map(_is_close, ranked.results)) else ""


def _is_close(result: Recommendation) -> bool:
    meanings = [part.value for part in result.contributions if part.feature == "meaning_text"]
    return not meanings or any(value is not None and value >= CLOSE for value in meanings)


def _meant(asked: Asked, ranked: Ranked, purposes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Purposes that the need may be about, where it is not clear, as (code, words)."""
    likely = ranked.understood.purposes
    if asked.purposes or ranked.understood.language != "en" or any(one.likely >= CLEAR for one in likely):
        return ()
    codes = [one.code for one in likely if isinstance(one, About)][:MOST_MEANT]
    if len(codes) < 2 and len(asked.need.split()) <= FEW_WORDS:
        codes = [*codes, *(code for code in USUAL if code in purposes and code not in codes)][:MOST_MEANT]
    return tuple((code, words.purpose(code, purposes[code])) for code in codes) if len(codes) > 1 else ()


def every_sentence() -> Iterator[str]:
    """Every sentence of this page that stands here, for those who measure how easily they are read."""
    yield from (SIMULATED, DEGRADED, NOT_UNDERSTOOD, NOTHING_PAYS)
    yield from (FOR_HOME, FOR_ANOTHER, OF_ANOTHER, OF_CHILD, LETTER_OF_ANOTHER)
    yield from (
        *words.STATUS.values(),
        *words.GROUP.values(),
        *words.ROUTE.values(),
        words.WORKER,
        *words.WITH_WORKER.values(),
        *words.WITHOUT_WORKER.values(),
        *words.PURPOSE.values(),
    )
    yield from (
        words.NO_AMOUNT,
        words.NO_APPLY,
        words.FROM_GENERAL_KNOWLEDGE,
        words.NEVER_CHECKED,
        words.OWN_PAGE,
    )
    yield from (text for pair in words.SECTION.values() for text in pair if text)
