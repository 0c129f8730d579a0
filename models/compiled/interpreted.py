"""Conditions that are asked one by one, and which of them need not be asked of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Self

import numpy as np

from data.catalogue.dependencies import changes_with_time
from data.catalogue.facts import SELF, FactBook
from data.catalogue.rules import Condition, HasLivedIn, LivesIn, Related, WorkedIn
from data.people.applicants import Applicant, Spell, Stay
from data.places.areas import ELSEWHERE, AreaTree
from models.compiled.answer_flags import Codes
from models.compiled.encoded_person import Answered, Known
from models.compiled.literals import UNDER_DISCRETION, Subject, Vocabulary
from models.compiled.relevance import keys_of, told_by
from models.eligibility.conditions import ask, evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer
from models.eligibility.residence_and_work import lives_now

_ANY_DAY = date(2000, 1, 1)
_DECIDED = (Answer.UNKNOWN, Answer.YES, Answer.NO)
_BASES: Mapping[str, Applicant] = {
    "related unknown": Applicant(),
    "no related": Applicant(related=()),
    "no work": Applicant(work=()),
    "no places": Applicant(areas=(ELSEWHERE,)),
    "no places ever": Applicant(areas=(ELSEWHERE,), lived_in=()),
}
"""People of whom a part is known to be empty, or in no area; most answers for others are the same as for them."""


@dataclass(frozen=True)
class Part:
    """Conditions about one part of what may be known of a person."""

    subject: Subject
    conditions: tuple[Condition, ...]
    bases: Mapping[str, Codes]
    by_name: Mapping[str, tuple[int, ...]]
    """For each trade, relation or area the conditions that name it."""
    growing: frozenset[int]
    """Conditions that time alone may change."""
    keys: tuple[frozenset[str], ...]
    """What must be told for another answer to each than of somebody who tells nothing."""
    silences: tuple[Codes, ...]
    """The answers of somebody who tells nothing: as they are, if people grant it, and if they refuse."""

    def asked(
        self, context: EvaluationContext, base: str, which: Iterable[int], moving: Callable[[int], bool]
    ) -> Answered:
        """Ask some of the conditions; the others have the answers of the base."""
        codes = self.bases[base].copy()
        known: dict[object, int] = {}
        changed = tuple(which)
        for at in changed:
            key = _alike(self.conditions[at], context.applicant) or at
            if key not in known:
                known[key] = ask(self.conditions[at], context).value
            codes[at] = known[key]
        return Answered(codes, tuple(at for at in changed if moving(at)))

    def ask_all(
        self, context: EvaluationContext, wanted: Sequence[int], decided: Answer = Answer.UNKNOWN
    ) -> Answered:
        """Ask the wanted conditions of which something is told, as if people decided so; the others stay silent."""
        told = told_by(context.applicant, context.applicant, context.book)
        codes, asked = self.silences[_DECIDED.index(decided)].copy(), list[int]()
        for at in wanted:
            if not told.isdisjoint(self.keys[at]):
                codes[at] = ask(self.conditions[at], context.decided(decided)).value
                asked.append(at)
        return Answered(codes, tuple(at for at in asked if at in self.growing))

    @cached_property
    def every_key(self) -> frozenset[str]:
        """What must be told for another answer to any of them."""
        return frozenset[str]().union(*self.keys)

    def naming(self, names: Iterable[str]) -> set[int]:
        """List the conditions that name any of these."""
        return {at for name in names for at in self.by_name.get(name, ())}


@dataclass(frozen=True)
class Asked:
    """The conditions of every part."""

    parts: tuple[Part, ...]

    @classmethod
    def of(
        cls, book: FactBook, areas: AreaTree, vocabulary: Vocabulary, conditions: Sequence[Condition]
    ) -> Self:
        """Sort conditions into parts."""
        return cls(
            tuple(
                _part(subject, [conditions[int(str(number))] for number in named], book, areas)
                for subject, named in vocabulary.values.items()
                if subject.kind == "uncompiled"
            )
        )

    @cached_property
    def by_subject(self) -> Mapping[Subject, Part]:
        """Each part by what it is about."""
        return {part.subject: part for part in self.parts}

    @cached_property
    def silence(self) -> Known:
        """What is known of somebody who tells nothing."""
        known = Known()
        for part in self.parts:
            if part.subject.about == "related":
                known.now[part.subject] = Answered(part.bases["related unknown"])
            if part.subject == UNDER_DISCRETION:
                unknown, granted, refused = (Answered(codes) for codes in part.silences)
                known.under_discretion = unknown, granted, refused
        return known

    def about(self, told: set[str]) -> Iterator[Subject]:
        """Yield the parts about which anything is told."""
        return (part.subject for part in self.parts if not told.isdisjoint(part.every_key))

    def answers(
        self,
        context: EvaluationContext,
        near: Callable[[tuple[str, ...]], Iterable[str]],
        wanted: Mapping[Subject, Sequence[int]],
    ) -> Iterator[tuple[Subject, Answered]]:
        """Yield the answers that are wanted of each part of which something is told.

        `near` lists the named areas in which a place may lie.
        """
        for part in self.parts:
            some = wanted.get(part.subject, ())
            if not len(some):
                continue
            match part.subject.about:
                case "work":
                    found = _of_work(part, context, some)
                case "places":
                    found = _of_places(part, context, near, some)
                case "discretion":
                    continue
                case _:
                    found = part.ask_all(context, some)
            if found is not None:
                yield part.subject, found

    def under_discretion(
        self, context: EvaluationContext, wanted: Sequence[int]
    ) -> tuple[Answered, Answered, Answered]:
        """Answer what people at the funds may change: as it is, if they grant it, and if they refuse."""
        part = self.by_subject[UNDER_DISCRETION]
        found = [part.ask_all(context, wanted, decided) for decided in _DECIDED]
        return found[0], found[1], found[2]


def _part(subject: Subject, conditions: Sequence[Condition], book: FactBook, areas: AreaTree) -> Part:
    bases = {
        name: np.array(
            [ask(c, evaluation_context(who, book, areas, on=_ANY_DAY)) for c in conditions], np.int8
        )
        for name, who in _BASES.items()
        if str(subject.about) in name
    }
    by_name: dict[str, tuple[int, ...]] = {}
    for at, condition in enumerate(conditions):
        for name in _names(condition):
            by_name[name] = (*by_name.get(name, ()), at)
    growing = frozenset(at for at, condition in enumerate(conditions) if changes_with_time(condition, book))
    keys = tuple(_told_to(condition, book) for condition in conditions)
    nobody = evaluation_context(Applicant(), book, areas, on=_ANY_DAY)
    contexts = [replace(nobody, discretion=decided) for decided in _DECIDED]
    silences = tuple(np.array([ask(c, one) for c in conditions], np.int8) for one in contexts)
    return Part(subject, tuple(conditions), bases, by_name, growing, keys, silences)


def _told_to(condition: Condition, book: FactBook) -> frozenset[str]:
    """List what must be told for another answer than of somebody silent: of others alone, who there is."""
    if isinstance(condition, Related) and SELF not in book.relations_meant(condition.related):
        return keys_of(condition, book) & {"for", "related"}
    return keys_of(condition, book)


def _names(condition: Condition) -> Iterable[str]:
    match condition:
        case WorkedIn(worked_in=names) | LivesIn(lives_in=names) | HasLivedIn(has_lived_in=names):
            return names
        case _:
            return ()


def _alike(condition: Condition, applicant: Applicant) -> object:
    """Give what decides the answer where several conditions are alike for a person; None where each is asked."""
    if isinstance(condition, WorkedIn):
        mine = frozenset(spell.trade for spell in applicant.work or () if spell.trade in condition.worked_in)
        return condition.years, condition.within_years, condition.now, mine
    return None


def _of_work(part: Part, context: EvaluationContext, wanted: Sequence[int]) -> Answered | None:
    spells = context.applicant.work
    if spells is None:
        return None

    def moving(at: int) -> bool:
        condition = part.conditions[at]
        mine = [
            spell
            for spell in spells
            if isinstance(condition, WorkedIn) and spell.trade in condition.worked_in
        ]
        return getattr(condition, "within_years", None) is not None or not _all_over(mine, context.on)

    named = part.naming(spell.trade for spell in spells)
    return part.asked(context, "no work", named.intersection(wanted), moving)


def _of_places(
    part: Part,
    context: EvaluationContext,
    near: Callable[[tuple[str, ...]], Iterable[str]],
    wanted: Sequence[int],
) -> Answered | None:
    areas, stays = context.applicant.areas, context.applicant.lived_in
    if not areas:
        return None if areas is None and stays is None else part.ask_all(context, wanted)
    named = part.naming(near(areas)) | part.naming(
        name for stay in stays or () for name in near((stay.area,))
    )
    named.intersection_update(wanted)
    if stays is None:
        return part.asked(context, "no places", named, lambda _: False)

    def moving(at: int) -> bool:
        condition = part.conditions[at]
        if not isinstance(condition, LivesIn | HasLivedIn):
            return True
        asked = condition.lives_in if isinstance(condition, LivesIn) else condition.has_lived_in
        here = lives_now(asked, context, context.applicant) is not Answer.NO
        if isinstance(condition, LivesIn):
            return here
        return here or condition.within_years is not None or not _all_over(stays, context.on)

    return part.asked(context, "no places ever", named, moving)


def _all_over(times: Iterable[Stay | Spell], on: date) -> bool:
    return all(time.until is not None and time.until.latest < on for time in times)
