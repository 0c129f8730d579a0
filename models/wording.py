"""Every condition as a short part of a sentence, such as "you live in Birmingham", and what would be so instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar, assert_never, cast

from data.applicants import Person
from data.areas import AreaTree
from data.facts import ANY, SELF, Fact, FactBook
from data.rules import (
    Ago,
    AllOf,
    AnyOf,
    AtLeast,
    Bound,
    Condition,
    Discretion,
    HasLivedIn,
    Is,
    LivesIn,
    NoneOf,
    Not,
    OfApplicant,
    OneOf,
    Receives,
    Related,
    Share,
    Sum,
    Table,
    Within,
    WorkedIn,
)
from models.bounds import row
from models.quantities import (
    AGE,
    AGO,
    AHEAD,
    AMOUNT,
    COUNT,
    DAY,
    LIMIT,
    Measure,
    day,
    length,
    listed,
    money,
    number,
    whole_run,
)  # fmt: skip
from models.sayings import SLOT, Saying, saying_of
from models.scene import Scene

PEOPLE: Final = "people who"
"""Whose facts they are, where a sentence goes on "It helps people who …"."""
MOST_KEPT: Final = 200_000
"""Sentences kept at a time; a catalogue of any likely size needs fewer."""
_T = TypeVar("_T")
THERE: Final = "someone else in your home"


def describe(condition: Condition, book: FactBook, areas: AreaTree, *, whose: str = "you") -> str:
    """Say in a part of a sentence what a condition asks, of whom `whose` names."""
    return wording(book, areas).describe(condition, whose=whose)


def describe_opposite(condition: Condition, book: FactBook, areas: AreaTree, *, whose: str = "you") -> str:
    """Say in a part of a sentence what is so where a condition is not met."""
    return wording(book, areas).describe(condition, whose=whose, holds=False)


@dataclass(frozen=True, eq=False, slots=True)
class _Names:
    book: FactBook
    areas: AreaTree

    def __hash__(self) -> int:
        return hash((id(self.book), id(self.areas)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Names) and self.book is other.book and self.areas is other.areas


def wording(book: FactBook, areas: AreaTree) -> Wording:
    """Give the words for a fact book and an area tree; what was once put into words is kept."""
    return _wording(_Names(book, areas))


@lru_cache(maxsize=8)
def _wording(names: _Names) -> Wording:
    return Wording(names.book, names.areas)


@dataclass(frozen=True)
class Wording:
    """The words for the facts, areas, relations and trades of a catalogue."""

    book: FactBook
    areas: AreaTree
    _kept: dict[tuple[int, str], tuple[object, object]] = field(default_factory=dict, repr=False)
    _sayings: dict[str, Saying | None] = field(default_factory=dict, repr=False)

    def describe(
        self,
        condition: Condition,
        *,
        whose: str = "you",
        holds: bool = True,
        scene: Scene | None = None,
        person: Person | None = None,
    ) -> str:
        """Say what a condition asks, or with `holds=False` its opposite; a scene names the row of a table."""
        if scene is not None:
            return _Teller(self, scene, person or scene.applicant).tell(condition, whose, holds=holds)
        return self.once(
            condition, f"{whose} {holds}", lambda: _Teller(self, None, None).tell(condition, whose, holds=holds)
        )

    def once(self, part: object, purpose: str, make: Callable[[], _T]) -> _T:
        """Make something of a part of the catalogue, and keep it for as long as the words are kept."""
        key = (id(part), purpose)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            kept = self._kept[key] = (part, make())
        return cast(_T, kept[1])

    def saying(self, fact: Fact) -> Saying | None:
        """Give the statement that the question of a fact makes; None where it must be quoted."""
        if fact.id not in self._sayings:
            self._sayings[fact.id] = saying_of(fact.asks, fact.kind)
        return self._sayings[fact.id]

    def relation(self, name: str) -> str:
        """Name a related person, such as "your partner"."""
        if name == SELF:
            return "you"
        return THERE if name == ANY else self.book.relations[name].text

    def values(self, fact: Fact, values: Sequence[object]) -> str:
        """Name values of a fact, such as "Universal Credit or Pension Credit"."""
        run = whole_run([str(value) for value in values]) if fact.kind == "choices" else None
        if run is not None and len(values) > 2:
            low, high = run
            codes = whole_run(list(fact.values))
            return f"{high} or under" if codes and codes[0] == low else f"{low} to {high}"
        return listed([self.value(fact, value) for value in values])

    def value(self, fact: Fact, value: object) -> str:
        """Name one value of a fact."""
        if isinstance(value, Decimal):
            return money(value) if fact.kind == "money" else number(value)
        if fact.kind == "date":
            return day(date.fromisoformat(str(value)))
        return fact.values.get(str(value), str(value))


@dataclass(frozen=True)
class _Teller:
    """Puts one condition into words, with the rows of tables that a scene settles."""

    words: Wording
    scene: Scene | None
    person: Person | None

    def tell(self, condition: Condition, whose: str, *, holds: bool, depth: int = 0) -> str:
        match condition:
            case AllOf() | AnyOf():
                return self._joined(condition, whose, holds=holds, depth=depth)
            case AtLeast(of=parts):
                return self._several(condition.at_least, parts, whose, holds=holds, depth=depth)
            case Not(condition=part):
                return self.tell(part, whose, holds=not holds, depth=depth)
            case OfApplicant(applicant=part):
                return self.tell(part, "you", holds=holds, depth=depth)
            case Discretion(discretion=text):
                return f"the fund decides {'for' if holds else 'against'} you on this: “{text.strip().rstrip('.')}”"
            case Related():
                return self._related(condition, holds=holds, depth=depth)
            case _:
                return self._leaf(condition, whose, holds)

    def _leaf(
        self,
        condition: Is | OneOf | NoneOf | Within | Ago | Sum | LivesIn | HasLivedIn | WorkedIn | Receives,
        whose: str,
        holds: bool,
    ) -> str:
        match condition:
            case Is(value=bool() as value):
                return self._yes_or_no(self.words.book.facts[condition.fact], whose, holds is value)
            case Is(value=Decimal() as value):
                return self._bounded(condition.fact, {"at_least": value, "at_most": value}, whose, holds)
            case Is(value=value) if self.words.book.facts[condition.fact].kind == "date":
                on = date.fromisoformat(str(value))
                return self._bounded(condition.fact, {"at_least": on, "at_most": on}, whose, holds)
            case Is(value=value):
                return self._valued(condition.fact, (value,), whose, holds=holds)
            case OneOf(one_of=values):
                return self._valued(condition.fact, values, whose, holds=holds)
            case NoneOf(none_of=values):
                return self._valued(condition.fact, values, whose, holds=not holds)
            case Within():
                return self._bounded(condition.fact, condition.limits, whose, holds)
            case Ago():
                return self._ago(condition, whose, holds)
            case Sum():
                return self._sum(condition, holds)
            case LivesIn():
                return _lives_in(condition, self._areas(condition.lives_in, holds or None), whose, holds)
            case HasLivedIn():
                return _has_lived_in(condition, self._areas(condition.has_lived_in), whose, holds)
            case WorkedIn():
                return self._worked_in(condition, whose, holds)
            case Receives(receives=ids):
                names = listed([f"“{name.replace('-', ' ').replace('_', ' ')}”" for name in ids])
                return Saying("you", "do", "get", f"{SLOT} now").about(whose).say(names, holds=holds)
            case _:
                assert_never(condition)

    def _joined(self, condition: AllOf | AnyOf, whose: str, *, holds: bool, depth: int) -> str:
        together = isinstance(condition, AllOf) is holds
        parts = list(_flat(condition, holds=holds, together=together))
        told = list(dict.fromkeys(self.tell(part, whose, holds=so, depth=depth + 1) for part, so in parts))
        word = "and" if together else "or"
        if len(told) == 1:
            return told[0]
        if depth >= 2:
            return f"({_comma_joined(told, word)})"
        if depth == 0 and any(_is_group(part) for part, _ in parts):
            return f"{'; '.join(told[:-1])}; {word} {told[-1]}"
        return _comma_joined(told, word)

    def _several(self, count: int, parts: Sequence[Condition], whose: str, *, holds: bool, depth: int) -> str:
        told = [self.tell(part, whose, holds=True, depth=depth + 1) for part in parts]
        many = f"at least {count}" if holds else ("none" if count == 1 else f"fewer than {count}")
        return f"{many} of these {'is' if many == 'at least 1' else 'are'} so: {'; '.join(told)}"

    def _yes_or_no(self, fact: Fact, whose: str, holds: bool) -> str:
        said = self._said(fact, whose)
        if said is None or (not holds and _HAS_A_NO(fact.asks)):
            return self._quoted(fact, whose, "“yes”" if holds else "“no”")
        return said.say(holds=holds)

    def _valued(self, fact_id: str, values: Sequence[object], whose: str, *, holds: bool) -> str:
        fact = self.words.book.facts[fact_id]
        if values and isinstance(values[0], bool):
            both = len(set(values)) > 1
            known = f"the answer to “{fact.asks}” is {'known' if holds else 'not known'}"
            return known if both else self._yes_or_no(fact, whose, holds is values[0])
        if not holds and fact.kind == "choice":
            others = [code for code in fact.values if code not in values]
            if 0 < len(others) <= max(3, len(values)):
                return self._valued(fact_id, others, whose, holds=True)
        words = self.words.values(fact, values)
        said = self._said(fact, whose)
        if said is not None and (holds or fact.kind == "choices"):
            return said.say(words if holds else words.replace("one of", "any of"), holds=holds)
        if said is not None:
            return said.say(f"something other than {words}")
        quoted = words if whole_run([str(value) for value in values]) else self._quoted_values(fact, values)
        return self._quoted(fact, whose, quoted if holds else f"something other than {quoted}")

    def _quoted_values(self, fact: Fact, values: Sequence[object]) -> str:
        return listed([f"“{self.words.value(fact, value)}”" for value in values])

    def _bounded(self, fact_id: str, limits: Mapping[str, Bound], whose: str, holds: bool) -> str:
        fact = self.words.book.facts[fact_id]
        said = self._said(fact, whose)
        words, tail = self._limits(fact, limits)
        measure = LIMIT if tail else _measure(fact)
        value = measure.say(words) if holds else measure.say_outside(words)
        return f"{self._quoted(fact, whose, value) if said is None else said.say(value)}{tail}"

    def _limits(self, fact: Fact, limits: Mapping[str, Bound]) -> tuple[dict[str, str], str]:
        """Give each limit in words, and what is to be said of where they come from."""
        words: dict[str, str] = {}
        tails: list[str] = []
        for name, bound in limits.items():
            words[name], tail = self._bound(fact, bound)
            tails += [tail] if tail else []
        return words, "".join(f" ({tail})" for tail in dict.fromkeys(tails))

    def _bound(self, fact: Fact, bound: Bound) -> tuple[str, str]:
        match bound:
            case Decimal():
                return (money(bound) if fact.kind == "money" else number(bound)), ""
            case date():
                return day(bound), ""
            case Table():
                return self._table(fact, bound)
            case Share(fact=other, times=times):
                part = f"{number(times * 100)}%" if abs(times) < 1 else f"{number(times)} times"
                return f"{part} of {self._amount_of(other)}", ""
            case _:
                assert_never(bound)

    def _table(self, fact: Fact, table: Table) -> tuple[str, str]:
        found = None
        if self.scene is not None and self.person is not None:
            statement = self.scene.statement(self.person, table.by)
            if isinstance(statement, str):
                found = row(table, statement)
            elif isinstance(statement, Decimal) and statement == statement.to_integral_value():
                found = row(table, int(statement))
        if found is not None:
            return (money(found) if fact.kind == "money" else number(found)), ""
        return "a limit", f"the limit depends on {self._what_is_asked(table.by)}"

    def _what_is_asked(self, fact_id: str) -> str:
        asks = self.words.book.facts[fact_id].asks.rstrip("?")
        if asks.startswith(("How many people live", "How many children live")):
            return f"h{asks[1:]}".split(",")[0]
        if asks.startswith("How many children are there"):
            return f"how many children there are{asks.removeprefix('How many children are there')}".split(",")[0]
        return f"your answer to “{self.words.book.facts[fact_id].asks}”"

    def _amount_of(self, fact_id: str) -> str:
        fact = self.words.book.facts[fact_id]
        said = self._said(fact, "you")
        if said is None or said.rest.count(SLOT) != 1 or SLOT in said.subject:
            return f"the answer to “{fact.asks}”"
        return f"what {said.say()}"

    def _ago(self, condition: Ago, whose: str, holds: bool) -> str:
        fact = self.words.book.facts[condition.fact]
        words: dict[str, str] = {}
        for name, bound in condition.bounds.limits.items():
            words[name] = length(bound, condition.unit) if isinstance(bound, Decimal) else self._bound(fact, bound)[0]
        ahead = condition.unit == "days_ahead"
        zero = [name for name, bound in condition.bounds.limits.items() if bound == 0]
        if len(words) == 1 and zero:
            value = _before_or_after(zero[0] if holds else _TURNED[zero[0]], ahead=ahead)
        else:
            measure = AHEAD if ahead else AGO
            value = measure.say(words) if holds else measure.say_outside(words)
        said = self._said(fact, whose)
        return self._quoted(fact, whose, value) if said is None else said.say(value)

    def _sum(self, condition: Sum, holds: bool) -> str:
        fact = self.words.book.facts[condition.sum]
        people = listed([self.words.relation(name) for name in condition.over], "and")
        words, tail = self._limits(fact, condition.limits)
        measure = LIMIT if tail else _measure(fact)
        value = measure.say(words) if holds else measure.say_outside(words)
        said = self.words.saying(fact)
        if said is not None and said.subject == "you":
            together = Saying(f"{people} together", said.tense, said.verb, said.rest.replace(" yourself", ""))
            told = together.say(value) if " and " in people else said.about(people).say(value)
        else:
            told = f"added up for {people}, the answer to “{fact.asks}” is {value}"
        if condition.where is not None:
            told += f", counting only people of whom this is so: {self.tell(condition.where, 'they', holds=True)}"
        return told + tail

    def _areas(self, codes: Sequence[str], inside: bool | None = True) -> str:
        return listed([self.words.areas.name(code) for code in codes], "or" if inside else "and")

    def _worked_in(self, condition: WorkedIn, whose: str, holds: bool) -> str:
        trades = listed([self.words.book.trades[trade] for trade in condition.worked_in])
        how = ""
        if condition.years is not None:
            how += f" for {length(condition.years, 'years')} in all"
        if condition.within_years is not None:
            how += f" in the last {length(condition.within_years, 'years')}"
        if condition.now and not how:
            return Saying("you", "do", "work", f"in {SLOT} now").about(whose).say(trades, holds=holds)
        still = " and still do" if condition.now else ""
        return Saying("you", "have", "worked", f"in {SLOT}{how}{still}").about(whose).say(trades, holds=holds)

    def _related(self, condition: Related, *, holds: bool, depth: int) -> str:
        relations = sorted(condition.related, key=lambda name: name != SELF)
        names = [self.words.relation(name) for name in relations]
        part = condition.condition
        if condition.at_least is not None or condition.at_most is not None:
            return self._how_many_related(condition, names, holds=holds, depth=depth)
        if part is None:
            if condition.all:
                return "nothing is asked of the people around you" if holds else "this can never be so"
            return _have(names, holds)
        whom = _everyone(names, relations) if bool(condition.all) is holds else listed(names)
        if _is_group(part) or len(names) > 1:
            return f"this is so for {whom}: {self.tell(part, 'they', holds=holds, depth=depth + 1)}"
        return self.tell(part, whom, holds=holds, depth=depth + 1)

    def _how_many_related(self, condition: Related, names: list[str], *, holds: bool, depth: int) -> str:
        limits = {
            name: str(count)
            for name, count in (("at_least", condition.at_least), ("at_most", condition.at_most))
            if count is not None
        }
        many = COUNT.say(limits) if holds else COUNT.say_outside(limits)
        told = f"among {_group(names, condition.related)}, {many}"
        if condition.condition is None:
            return f"you have {many} of these: {_group(names, condition.related)}"
        inner = self.tell(condition.condition, "they", holds=True, depth=depth + 1)
        whole = f"{told} can say this: {inner}"
        if condition.all:
            return f"{whole}; {'and' if holds else 'or'} {'all of them can' if holds else 'one of them cannot'}"
        return whole

    def _said(self, fact: Fact, whose: str) -> Saying | None:
        said = self.words.saying(fact)
        household = fact.of == "household" and whose != PEOPLE
        return said if said is None or household else said.about(whose)

    def _quoted(self, fact: Fact, whose: str, value: str) -> str:
        if fact.of == "household" or whose in ("you", PEOPLE):
            return f"your answer to “{fact.asks}” is {value}"
        if whose == "they":
            return f"their answer to “{fact.asks}” is {value}"
        return f"the answer of {whose} to “{fact.asks}” is {value}"


_TURNED: Final = {"at_least": "below", "below": "at_least", "at_most": "above", "above": "at_most"}


def _before_or_after(name: str, *, ahead: bool) -> str:
    """Say on which side of today a day lies."""
    early = (name in ("at_least", "above")) != ahead
    if name in ("at_least", "at_most"):
        return "today or earlier" if early else "today or later"
    return "before today" if early else "after today"


def _HAS_A_NO(question: str) -> bool:  # noqa: N802
    return any(word in f" {question.lower()}" for word in (" no ", " not ", " never ", "n't ", "n’t "))


def _measure(fact: Fact) -> Measure:
    if fact.kind == "date":
        return DAY
    if fact.asks.startswith("How old"):
        return AGE
    time = fact.unit in ("years", "months", "weeks", "days", "hours")
    return COUNT if fact.kind == "number" and fact.asks.startswith("How many") and not time else AMOUNT


def _flat(condition: Condition, *, holds: bool, together: bool) -> Iterator[tuple[Condition, bool]]:
    """Yield the parts that one word joins, and whether each holds; groups of the same kind are opened."""
    match condition:
        case Not(condition=part):
            yield from _flat(part, holds=not holds, together=together)
        case AllOf(all_of=parts) if together is holds:
            for part in parts:
                yield from _flat(part, holds=holds, together=together)
        case AnyOf(any_of=parts) if together is not holds:
            for part in parts:
                yield from _flat(part, holds=holds, together=together)
        case _:
            yield condition, holds


def _is_group(condition: Condition) -> bool:
    return isinstance(condition, AllOf | AnyOf | AtLeast)


def _comma_joined(told: Sequence[str], word: str) -> str:
    if len(told) == 2:
        light = not any("," in one or f" {word} " in one or " and " in one or " or " in one for one in told)
        return f"{told[0]}{'' if light else ','} {word} {told[1]}"
    mark = ";" if any("," in one for one in told) else ","
    return f"{f'{mark} '.join(told[:-1])}{mark if mark == ';' else ''} {word} {told[-1]}"


def _lives_in(condition: LivesIn, places: str, whose: str, holds: bool) -> str:
    said = Saying("you", "do", "live", SLOT).about(whose).say(f"{'in' if holds else 'outside'} {places}")
    if condition.for_months is None:
        return said
    time = length(condition.for_months, "months")
    if holds:
        return f"{said}, for at least the last {time}"
    return f"{said}, or came there less than {time} ago"


def _has_lived_in(condition: HasLivedIn, places: str, whose: str, holds: bool) -> str:
    if condition.for_months is not None:
        time = length(condition.for_months, "months")
        many = f"{time} or more" if holds else f"less than {time}"
        return Saying("you", "have", "lived", f"in {SLOT} for {many} in all").about(whose).say(places)
    if holds:
        return Saying("you", "do", "live", f"in {SLOT} now or lived there before").about(whose).say(places)
    return Saying("you", "have", "never lived", f"in {SLOT}").about(whose).say(places)


def _have(names: Sequence[str], holds: bool) -> str:
    owned = [f"{_article(name)} {name.removeprefix('your ')}" if name.startswith("your ") else name for name in names]
    if holds:
        return f"you have {listed(owned)}" if THERE not in owned else "you share your home with someone"
    bare = [name.removeprefix("your ").removeprefix("a ").removeprefix("another ") for name in names]
    return f"you have no {listed(bare)}" if THERE not in names else "you live on your own"


def _article(name: str) -> str:
    return "an" if name.removeprefix("your ")[0] in "aeiou" else "a"


def _everyone(names: Sequence[str], relations: Sequence[str]) -> str:
    if list(relations) == [ANY]:
        return "everyone else in your home"
    return f"everyone who is {listed(names)}"


def _group(names: Sequence[str], relations: Sequence[str]) -> str:
    others = "the other people in your home"
    return listed([others if name == ANY else said for name, said in zip(relations, names, strict=True)], "and")


