"""Whether anybody who tells only a part is shown less than they may have; people are simulated, grants are real.

Of each person everything is known to the plain judge, which says what they may have. The fast judge is told only a
part, some of it as ranges or larger areas. A grant that they may have and that is ruled out all the same would be
hidden; one that is promised and that they may not have would be a false promise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue, sample_catalogue
from data.catalogue.traversal import facts_named
from data.people.applicants import Applicant, read_applicant
from data.synthetic.random_people import PersonMaker
from models.compiled.judge import CompiledJudge
from models.eligibility.conditions import ask, evaluation_context
from models.eligibility.findings import find
from models.eligibility.kleene import Answer
from models.eligibility.verdict import STATUSES, Status

ON: Final = date(2026, 8, 21)
SEED: Final = 7
PEOPLE: Final = 10_000
TOLD: Final = (0.0, 0.1, 0.3, 0.6, 0.9, 1.0)
"""Shares of what is known that people tell."""
ROUGHLY: Final = 0.3
"""How many of the numbers, days and places that are told are told only roughly."""
RULED_OUT: Final = frozenset({STATUSES.index(Status.NOT_ELIGIBLE), STATUSES.index(Status.NOT_NOW)})
PROMISED: Final = STATUSES.index(Status.ELIGIBLE)
_LISTS: Final = ("areas", "lived_in", "work", "related", "receives")
Json = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What was counted, over all pairs of a person and a grant."""

    people: int = 0
    pairs: int = 0
    eligible: int = 0
    """Pairs in which the person may have the grant, everything known."""
    ruled_out: int = 0
    """Pairs that are ruled out by what is told."""
    hidden: int = 0
    """Pairs that are ruled out although the person may have the grant."""
    false_promises: int = 0
    """Pairs that are called eligible although the person may not have the grant."""

    def with_person(self, truth: NDArray[np.bool_], codes: NDArray[np.int8]) -> Found:
        """Count one more person; both arrays are (grants,)."""
        out, promised = np.isin(codes, list(RULED_OUT)), codes == PROMISED
        return Found(
            self.people + 1,
            self.pairs + len(codes),
            self.eligible + int(truth.sum()),
            self.ruled_out + int(out.sum()),
            self.hidden + int((out & truth).sum()),
            self.false_promises + int((promised & ~truth).sum()),
        )


def run(people: int, *, told: Callable[[str], None] = lambda _: None) -> Found:
    """Draw people, judge each with everything known and with a part told, and count."""
    catalogue, found = sample_catalogue(), Found()
    judge = CompiledJudge.build(catalogue)
    for whole, part in draw(people, catalogue):
        truth = np.array([may_have(whole, grant, catalogue) for grant in catalogue.grants])
        found = found.with_person(truth, judge.statuses(part, on=ON))
        if found.people % 100 == 0:
            told(f"{found.people} of {people} people, {found.hidden} grants hidden")
    return found


def may_have(applicant: Applicant, grant: Grant, catalogue: Catalogue) -> bool:
    """Tell whether somebody of whom everything is known may have a grant, asking rule after rule."""
    context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=ON)
    return all(finding.answer is Answer.YES for finding in find(context, grant))


def draw(people: int, catalogue: Catalogue) -> Iterator[tuple[Applicant, Applicant]]:
    """Yield people of whom everything is known, each with the part that they tell."""
    rng = np.random.default_rng(SEED)
    makers = PersonMaker(catalogue.facts, catalogue.areas, rng, ON, 1.0, 1.0)
    for number in range(people):
        whole = _without_what_does_not_apply(makers.applicant(), catalogue)
        part = _part(whole, TOLD[number % len(TOLD)], catalogue, rng)
        yield _read(whole, catalogue), _read(part, catalogue)


def _read(person: Json, catalogue: Catalogue) -> Applicant:
    return read_applicant(person, catalogue.facts, catalogue.areas)


def _without_what_does_not_apply(person: Json, catalogue: Catalogue) -> Json:
    """Leave out what follows from other facts, such as ages, and what does not apply: nobody would tell it."""
    book = catalogue.facts
    holders = [person, *person.get("related", [])]
    for holder in holders:
        for fact in book.facts.values():
            if fact.derived is not None or fact.from_birth_date in holder["facts"]:
                holder["facts"].pop(fact.id, None)
    while True:
        context = evaluation_context(_read(person, catalogue), book, catalogue.areas, on=ON)
        idle = [
            (holder, fact.id)
            for holder, who in zip(holders, context.everyone, strict=True)
            for fact in book.facts.values()
            if fact.id in holder["facts"]
            and fact.applies_if
            and ask(fact.applies_if, context, who) is Answer.NO
        ]
        if not idle:
            return person
        for holder, fact_id in idle:
            del holder["facts"][fact_id]


def _part(whole: Json, share: float, catalogue: Catalogue, rng: np.random.Generator) -> Json:
    """Draw what a person tells: always earlier awards and the right to public funds, which are taken as met if not."""
    barred = catalogue.facts.no_recourse
    always = set() if barred is None else facts_named(barred)
    facts = {
        fact_id: _roughly(fact_id, value, catalogue, rng) if rng.random() < ROUGHLY else value
        for fact_id, value in whole["facts"].items()
        if rng.random() < share or fact_id in always
    }
    for fact_id in whole["facts"].keys() - facts.keys():
        if rng.random() < ROUGHLY:
            facts[fact_id] = {"unknown": True} if rng.random() < 0.5 else {"declined": True}
    lists: Json = {key: whole[key] for key in _LISTS if key in whole and rng.random() < share}
    if lists.get("areas") and rng.random() < ROUGHLY:
        above = catalogue.areas.ancestors(lists["areas"][0])
        lists["areas"] = [above[int(rng.integers(len(above)))]] if above else lists["areas"]
    if "related" in lists:
        lists["related"] = [
            {**_part(one, share, catalogue, rng), "relation": one["relation"]} for one in lists["related"]
        ]
    return {"facts": facts, **lists, **({"awards": whole["awards"]} if "awards" in whole else {})}


def _roughly(fact_id: str, value: Any, catalogue: Catalogue, rng: np.random.Generator) -> Any:
    """Tell less than the value: a range around a number, the month of a day, some of a set."""
    fact = catalogue.facts.facts[fact_id]
    match fact.kind:
        case "number" | "money":
            below, above = (int(rng.integers(0, 1 + abs(int(value)))) for _ in range(2))
            low = value - below if fact.min is None else max(value - below, int(fact.min))
            high = value + above if fact.max is None else min(value + above, int(fact.max))
            return {"at_least": low, "at_most": high}
        case "choices":
            others = [one for one in fact.values if one not in value]
            return {
                "includes": [v for v in value if rng.random() < 0.5],
                "excludes": others[: len(others) // 2],
            }
        case "date":
            return str(value)[:7]
        case _:
            return value


def show(found: Found, *, as_json: bool) -> None:
    """Print what was counted."""
    if as_json:
        print(json.dumps(asdict(found)))
        return
    Console().print(
        f"{found.people:,} people, {found.pairs:,} pairs of a person and a grant\n"
        f"{found.eligible:,} of them may have it, everything known; {found.ruled_out:,} ruled out by a part of that\n"
        f"{found.hidden:,} eligible grants hidden, {found.false_promises:,} false promises"
    )
