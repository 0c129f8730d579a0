"""What is suspicious in a catalogue beyond single rules: ids that look alike, facts unused, grants nobody can reach."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from data.catalogue.dependencies import closure
from data.catalogue.facts import FactBook
from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.rules import Discretion, HasLivedIn, Is, LivesIn, OneOf, Receives
from data.catalogue.traversal import facts_named, walk
from data.errors import BadData, Problem
from data.json_files import json_lines, read_text

_NATIONS: Final = re.compile(r"\b(Scottish|Scotland|Welsh|Wales|Northern Ireland)\b")
_BY_ITSELF: Final = re.compile(r"\b(?:without asking|automatically|comes by itself)\b", re.IGNORECASE)
_ASKED_FOR: Final = re.compile(r"\b(?:apply|claim|ask)\b", re.IGNORECASE)


def grants_of_cases(path: Path) -> frozenset[str]:
    """List the grants that the cases of a file expect something of; raises BadData where it cannot be read."""
    problems: list[Problem] = []
    found = [raw.get("expected") for _, raw in json_lines(read_text(path), path.name, problems)]
    if problems:
        raise BadData(problems)
    return frozenset(grant for expected in found if isinstance(expected, dict) for grant in expected)


def check_whole(catalogue: Catalogue, cased: Collection[str] | None) -> Iterator[Problem]:
    """Yield what is suspicious; `cased` are the grants that some case judges, None where no cases are at hand."""
    yield from _alike([grant.id for grant in catalogue.grants])
    yield from _unused(catalogue)
    for grant in catalogue.grants:
        yield from _check_grant(grant, catalogue.facts)
        if cased is not None and grant.id not in cased:
            yield Problem("no case judges this grant", grant=grant.id, field="id")


def _check_grant(grant: Grant, book: FactBook) -> Iterator[Problem]:
    gates = [rule.condition for rule in grant.rules if not rule.first]
    if gates and all(isinstance(gate, Discretion) for gate in gates):
        yield Problem(
            "only the fund's own decisions decide: it is shown to everybody", grant=grant.id, field="rules"
        )
    if grant.apply is None and grant.reviewed:
        yield Problem("no apply: nobody can see how to ask for it", grant=grant.id, field="apply")
    elif (
        grant.apply is not None
        and grant.apply.url
        and grant.source
        and _site(grant.apply.url) != _site(grant.source)
    ):
        message = "the source is on another site than the page where people apply: is it the funder's own?"
        yield Problem(message, grant=grant.id, field="source")
    if grant.route == "self" and _BY_ITSELF.search(grant.summary) and not _ASKED_FOR.search(grant.summary):
        message = "the summary says that it comes without asking, the route that people apply: automatic may be meant"
        yield Problem(message, grant=grant.id, field="route")
    yield from _check_place(grant, book)
    for place, rule in enumerate(grant.rules):
        for fact in sorted(_never_told(facts_named(rule.condition), book)):
            message = f"nobody is asked for {fact!r} and nothing tells it: this stays open for everybody"
            yield Problem(message, grant=grant.id, rule=rule.id, field=f"rules[{place}].condition")
        for part in walk(rule.condition):
            for old in book.names.renamed.keys() & set(part.receives if isinstance(part, Receives) else ()):
                message = f"{old!r} is called {book.names.renamed[old]!r} now"
                yield Problem(message, grant=grant.id, rule=rule.id, field=f"rules[{place}].condition")


def _never_told(names: Iterable[str], book: FactBook) -> Iterator[str]:
    """Yield the facts that are neither asked nor follow from others."""
    for fact in (book.facts[name] for name in names):
        if not fact.asked and fact.derived is None and fact.from_birth_date is None:
            yield fact.id


def _check_place(grant: Grant, book: FactBook) -> Iterator[Problem]:
    """Warn where a value that everybody must have belongs to a nation, and no rule asks where somebody lives."""
    parts = [part for rule in grant.rules for part in walk(rule.condition)]
    if any(isinstance(part, LivesIn | HasLivedIn) for part in parts):
        return
    for place, rule in enumerate(grant.rules):
        values = _values_needed(rule.condition, book)
        if values and all(_NATIONS.search(words) for words in values):
            message = f"{values[0]!r} belongs to one nation, but no rule asks where somebody lives"
            yield Problem(message, grant=grant.id, rule=rule.id, field=f"rules[{place}].condition")


def _values_needed(condition: object, book: FactBook) -> list[str]:
    """List in words the values of which a condition needs one; none where it asks for more or for something else."""
    match condition:
        case OneOf(fact=fact, one_of=values):
            return [book.facts[fact].values.get(str(value), "") for value in values]
        case Is(fact=fact, value=str() as value):
            return [book.facts[fact].values.get(value, "")]
        case _:
            return []


def _alike(ids: Iterable[str]) -> Iterator[Problem]:
    met: dict[str, str] = {}
    for one in ids:
        plain = "".join(c for c in one.casefold() if unicodedata.category(c)[0] not in "CZ")
        other = met.setdefault(plain, one)
        if other != one:
            message = f"this id differs from {other!r} only by case, blanks or what cannot be seen"
            yield Problem(message, grant=one, field="id")
        elif len(plain) != len(one.casefold()):
            yield Problem("this id holds a blank or something that cannot be seen", grant=one, field="id")


def _unused(catalogue: Catalogue) -> Iterator[Problem]:
    book = catalogue.facts
    conditions = [rule.condition for grant in catalogue.grants for rule in grant.rules]
    conditions += [one.condition for one in book.contradictions]
    conditions += [] if book.no_recourse is None else [book.no_recourse]
    named = {fact for condition in conditions for fact in facts_named(condition)} | book.names.facts
    read = set(closure(named, book))
    read |= {birth for fact in read if (birth := book.facts[fact].from_birth_date) is not None}
    idle = [fact.id for fact in book.facts.values() if fact.id not in read and fact.asked]
    if idle:
        yield Problem(f"no rule uses these facts, so nobody need be asked: {', '.join(idle)}", field="facts")


def _site(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
