"""The columns of a pair (need, grant): their names, order and plain words, and which way each may only push."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log
from typing import TYPE_CHECKING, Final

from data.catalogue.facts import FactBook
from data.errors import GrantMatchError
from data.people.applicants import Need

if TYPE_CHECKING:
    from features.grant_index import GrantIndex
    from features.history import AwardHistory


class BadColumn(GrantMatchError):
    """A column that cannot stand among those that ranking reads."""


class SpecialCategory(BadColumn):
    """A column that would let a person's special-category fact move the order."""


@dataclass(frozen=True, slots=True)
class PairContext:
    """What a column of one's own may read: a need, some areas, every grant and its history, as known on a day."""

    need: Need
    areas: Sequence[str]
    """The applicant's, nearest first."""
    on: date
    index: GrantIndex
    history: AwardHistory
    """What had been decided before the day, in the order of the index."""


@dataclass(frozen=True, slots=True)
class Column:
    """One number about a need and a grant."""

    name: str
    helps: str
    """What to tell a person when it raises a grant, or is at least `true_from`."""
    hurts: str
    """What to tell a person when it lowers a grant, or is less than `true_from`."""
    monotone: int = 0
    """1: more never lowers the score; -1: more never raises it; 0: free."""
    facts: tuple[str, ...] = ()
    """The applicant's facts that it reads; none of the built-in columns reads any."""
    true_from: float | None = None
    """The least value of which `helps` is true as it stands; None: both sentences only say which way it moves."""
    value: Callable[[PairContext], Sequence[float]] | None = None
    """Gives one number a grant, NaN where nothing is known; None for the columns that `features/pairs.py` makes."""


COLUMNS: Final[tuple[Column, ...]] = (
    Column("meaning_title", "Its name is close to what you need.", "Its name is far from what you need.", 1),
    Column(
        "meaning_text",
        "What it pays for is close to your need.",
        "What it pays for is far from your need.",
        1,
    ),
    Column("words_text", "It uses the same words as you.", "It uses few of your words.", 1),
    Column(
        "meaning_awarded",
        "It has helped with needs very like yours.",
        "The needs it has helped with differ from yours.",
        1,
    ),
    Column(
        "meaning_declined",
        "Needs like yours were seldom turned down by it.",
        "It has turned down needs like yours.",
    ),
    Column(
        "nearest_awarded",
        "Of all past awards, many of those most like your need were its own.",
        "The past awards most like your need were made by others.",
        1,
    ),
    Column(
        "words_awarded", "Needs it has met used words like yours.", "Needs it has met used other words.", 1
    ),
    Column(
        "funder_leaning",
        "Its funder tends to help with this kind of need.",
        "Its funder tends to help with other kinds of need.",
        1,
    ),
    Column(
        "grant_leaning",
        "Among its funder's grants it is the one for this kind of need.",
        "Its funder meets this kind of need through other grants.",
        1,
    ),
    Column("award_rate", "It says yes to many who apply.", "It says yes to few who apply.", 1),
    Column("funder_award_rate", "Its funder says yes often.", "Its funder says yes seldom.", 1),
    Column(
        "purpose_award_rate", "It often says yes to this purpose.", "It seldom says yes to this purpose.", 1
    ),
    Column("area_award_rate", "It often says yes in your area.", "It seldom says yes in your area.", 1),
    Column("awards_made", "It has made many awards.", "It has made few awards.", 1),
    Column("awards_lately", "It has made many awards lately.", "It has made few awards lately.", 1),
    Column(
        "share_of_funder",
        "It is one of its funder's main grants.",
        "Its funder gives mostly through others.",
        1,
    ),
    Column("quarters_since_award", "It made an award not long ago.", "Its last award was long ago.", -1),
    Column(
        "quarters_behind_funder",
        "It is among its funder's active grants.",
        "Its funder has made awards through other grants since.",
        -1,
    ),
    Column(
        "funder_area_lift", "Its funder gives much in your area.", "Its funder gives little in your area.", 1
    ),
    Column(
        "area_lift", "It pays more often in your area than elsewhere.", "It pays less often in your area.", 1
    ),
    Column(
        "funder_purpose_lift",
        "Its funder pays for this purpose more than most.",
        "Its funder pays for this purpose less than most.",
        1,
    ),
    Column("purpose_lift", "It often pays for this purpose.", "It seldom pays for this purpose.", 1),
    Column(
        "funder_amount_lift",
        "The amount is one that its funder often pays.",
        "The amount is one that its funder seldom pays.",
        1,
    ),
    Column("amount_lift", "The amount is one it often pays.", "The amount is one it seldom pays.", 1),
    Column("purpose_overlap", "It is meant for your purpose.", "It is not named for your purpose.", 1),
    Column("reason_overlap", "It is meant for your situation.", "It is not named for your situation.", 1),
    Column("amount_outside", "The amount is within its range.", "The amount is outside its range.", -1),
    Column("area_named", "It is meant for people of your area.", "It is not especially for your area."),
    Column("days_to_closing", "There is time to apply.", "It closes soon."),
    Column("by_oneself", "You need nobody to apply for you.", "Somebody has to apply with you."),
)
"""Every column that ranking may read, in order; nothing about a person stands among them but need, place and amount."""

_SHARED: Final = {column.name: column for column in COLUMNS}
"""Columns that the order and the chance of an award both read, by name."""
FIT_COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        "qualifies",
        "You are likelier to fit its rules than those of others.",
        "You may well not fit its rules.",
        1,
        true_from=log(0.5),
    ),
    Column("sure", "You fit every rule that we can check.", "We can’t check every rule yet.", 1, true_from=1),
    Column(
        "special",
        "It is meant for people like you.",
        "It is not especially for people like you.",
        1,
        true_from=log(2.0),
    ),
    replace(_SHARED["meaning_title"], true_from=0.4),
    replace(_SHARED["meaning_text"], true_from=0.35),
    replace(_SHARED["words_text"], true_from=0.5),
    Column(
        "named", "You named what it is for.", "You did not name what it is especially for.", 1, true_from=0.5
    ),
    Column(
        "pays_for_it", "It pays for what you need.", "It may not pay for what you need.", 1, true_from=0.5
    ),
    Column(
        "pays_for_all",
        "It pays for all that you need.",
        "It pays for a part of what you need.",
        1,
        true_from=0.5,
    ),
    Column(
        "pays_for_little_else",
        "It is meant for just this.",
        "It is meant for many other things too.",
        true_from=0.3,
    ),
    Column(
        "pays_for_the_first",
        "It pays for the main thing that you need.",
        "It pays for other things.",
        1,
        true_from=1,
    ),
    Column(
        "cost_met",
        "It names the cost that you have.",
        "It does not name the cost that you have.",
        1,
        true_from=1,
    ),
    Column(
        "cost_share",
        "It is for the cost that you have, and few others.",
        "It is for many costs, or for others than yours.",
        1,
        true_from=0.5,
    ),
    Column(
        "no_other_cost", "It is not meant for another cost.", "It is meant for another cost.", 1, true_from=1
    ),
    Column(
        "meant",
        "Your words are like those of people that it is for.",
        "Your words are unlike those of people that it is for.",
        1,
    ),
    Column(
        "likely_and_paid",
        "You may well get it for this.",
        "It is less likely that you get it for this.",
        1,
        true_from=0.25,
    ),
    Column(
        "likely_and_close",
        "You may well get it for a need like yours.",
        "It fits your need less well.",
        1,
        true_from=0.2,
    ),
    Column(
        "reasons_met",
        "It is meant for your situation.",
        "It is not named for your situation.",
        1,
        true_from=0.5,
    ),
    Column(
        "reasons_all",
        "It is meant for all of your situation.",
        "It is meant for a part of your situation.",
        1,
        true_from=0.5,
    ),
    replace(_SHARED["area_named"], true_from=1),
    Column("by_council", "A council runs it.", "No council runs it.", true_from=1),
    replace(_SHARED["by_oneself"], true_from=1),
    Column("no_loan", "You do not have to pay it back.", "It is a loan. You pay it back.", 1, true_from=1),
    Column("purposes", "It pays for many things.", "It pays for few things.", true_from=4),
    Column(
        "most_paid",
        "It can pay a large amount.",
        "It pays a small amount, or does not say how much.",
        true_from=500,
    ),
)
"""What the order of a list reads: how likely it is that a person qualifies, and how well a grant fits the need."""

NAMES: Final = tuple(column.name for column in COLUMNS)
FIT_NAMES: Final = tuple(column.name for column in FIT_COLUMNS)
_BY_NAME: Final = {column.name: column for column in (*COLUMNS, *FIT_COLUMNS)}
"""Where the order and the chance of an award share a column, as the order has it."""


def check_columns(facts: FactBook) -> None:
    """Check every column against the facts of a catalogue, before anything is learned from it or ranked by it.

    Raises SpecialCategory for one that reads a special-category fact, BadColumn for one that reads a fact that there
    is not, and for a name that stands twice.
    """
    for columns in (COLUMNS, FIT_COLUMNS):
        names = [column.name for column in columns]
        for column in columns:
            if names.count(column.name) > 1:
                raise BadColumn(f"there are two columns {column.name!r}: give one of them another name")
            for name in column.facts:
                _check_fact(column.name, name, facts)


def _check_fact(column: str, name: str, facts: FactBook) -> None:
    fact = facts.facts.get(name)
    if fact is None:
        raise BadColumn(f"column {column!r} reads the fact {name!r}, which the fact file does not hold")
    if fact.special_category or fact.special_values:
        raise SpecialCategory(f"column {column!r} reads {name!r}, a special-category fact: it must not rank")


def sentence(name: str, points: float, value: float | None) -> str:
    """Say in plain English what a column's value means; without the value it can tell nothing.

    Where a value alone makes the sentence true, the value decides; elsewhere whether it adds or takes away points.

    >>> sentence("pays_for_it", 0.2, 0.9), sentence("pays_for_it", 0.2, 0.07)
    ('It pays for what you need.', 'It may not pay for what you need.')
    """
    column = _BY_NAME.get(name)
    if column is None:
        return f"Because of {name.replace('_', ' ')}."
    if value is None:
        return "We know too little to tell."
    holds = points >= 0 if column.true_from is None else value >= column.true_from
    return column.helps if holds else column.hurts


def monotone_signs(names: Sequence[str]) -> list[int]:
    """Give each named column's sign, 0 for a column that is not ours."""
    return [_BY_NAME[name].monotone if name in _BY_NAME else 0 for name in names]
