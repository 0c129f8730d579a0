"""The facts that rules may ask about a person: their kinds, limits, plain questions and how sensitive they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, StrictBool, model_validator

from data.catalogue.bounds import Names, Period, Share
from data.catalogue.codelists import PURPOSES, REASONS, URGENT
from data.catalogue.records import Record
from data.catalogue.rules import Condition, Number, Related, SumOf, Within

Kind = Literal["boolean", "number", "money", "choice", "choices", "date"]
NUMERIC: Final = frozenset({"number", "money"})
SELF: Final = "self"
"""The applicant, where relations are named."""
ANY: Final = "any"
"""Everyone else of the household, where relations are named."""


def _as_conditions(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    return [{"fact": one, "is": True} if isinstance(one, str) else one for one in value]


def _coded(value: Any) -> Any:
    return {code: str(code).replace("_", " ") for code in value} if isinstance(value, list | tuple) else value


_OF_VALUES: Final = {
    "ended": "ended_values",
    "public_fund": "public_fund_values",
    "open_to": "open_to",
}
"""What a file says of a single value → the field that holds it by value."""


def _values_apart(raw: Any) -> Any:
    """Take values written `{"text": …, "ended": …}` apart: their words stay, all else goes to fields of its own."""
    values = raw.get("values") if isinstance(raw, Mapping) else None
    if not isinstance(values, Mapping):
        return raw
    told = {code: value for code, value in values.items() if isinstance(value, Mapping)}
    for code, value in told.items():
        if not value.keys() <= {"text", *_OF_VALUES} or "text" not in value:
            allowed = ", ".join(f"`{name}`" for name in _OF_VALUES)
            raise ValueError(
                f"the value {code!r}: expected a text, or an object with `text` and any of {allowed}"
            )
    words = {code: value["text"] for code, value in told.items()}
    found = {
        name: {code: value[key] for code, value in told.items() if value.get(key) is not None}
        for key, name in _OF_VALUES.items()
    }
    return {**raw, "values": {**values, **words}, **{name: each for name, each in found.items() if each}}


class Derived(Record):
    """What a fact follows from where it is absent: people, a sum of facts, a set, or any of some conditions."""

    count: Names | None = None
    """Relations; `self` is the applicant, `any` everyone else of the household."""
    where: Condition | None = None
    """Which people are counted."""
    sum_of: Annotated[tuple[str | Share, ...], Field(min_length=1)] | None = None
    any: Annotated[tuple[Condition, ...], BeforeValidator(_as_conditions), Field(min_length=1)] | None = None
    """Conditions, or ids of facts that are true or false."""
    values_of: str | None = None
    """A number of the people of `over`, such as an age: the set of those numbers."""
    over: Names | None = None
    some_of: str | None = None
    """A set: whether it holds anything, as it was told; what the set itself hangs on is not looked at."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        ways = (self.count, self.sum_of, self.any, self.values_of, self.some_of)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("expected exactly one of count, sum_of, any, values_of, some_of")
        if self.where is not None and self.count is None:
            raise ValueError("`where` goes with `count`")
        if (self.over is None) is not (self.values_of is None):
            raise ValueError("`over` goes with `values_of`")
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that a fact which follows so may have."""
        if self.any is not None or self.some_of is not None:
            return ("boolean",)
        return tuple(sorted(NUMERIC)) if self.values_of is None else ("choices",)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Conditions that read what the fact is derived from."""
        if self.count is not None:
            return (Related(related=self.count, condition=self.where),)
        if self.over is not None:
            read = Within.model_validate({"fact": self.values_of, "at_least": Decimal(0)})
            return (Related(related=self.over, condition=read),)
        return (self._sum,) if self.sum_of is not None else self.any or ()

    @cached_property
    def counts(self) -> tuple[str, ...]:
        """The relations of which there is nobody where the fact is nought or false."""
        if self.count is not None:
            return () if self.where is not None else self.count
        plain = (one for one in self.any or () if isinstance(one, Related) and one.asks_who)
        return tuple(name for one in plain for name in one.related)

    @property
    def reads_people(self) -> bool:
        """Whether it follows from who there is around the applicant."""
        return any(isinstance(condition, Related) for condition in self.conditions)

    @property
    def shares(self) -> tuple[Share, ...]:
        """The parts of the sum."""
        return self._sum.parts

    @property
    def _sum(self) -> SumOf:
        return SumOf(sum_of=self.sum_of or (), at_least=Decimal(0))


class Fact(Record):
    """One thing that may be known of a person, with the question that asks for it.

    What the file leaves out takes the cautious default: special category, never to be changed, middling burden.
    """

    id: str = Field(min_length=1)
    kind: Kind
    unit: str | None = None
    min: Number | None = None
    max: Number | None = None
    values: Annotated[dict[str, str], BeforeValidator(_coded)] = Field(default_factory=dict)
    """Code → plain words, for a choice or a set of choices."""
    question: str = ""
    why: str = ""
    special_category: bool = True
    special_values: tuple[str, ...] = ()
    mutable: Literal["never", "gain", "either"] = "never"
    burden: int = Field(default=3, ge=1, le=5)
    applies_if: Condition | None = None
    from_birth_date: str | None = None
    of: Literal["person", "household"] = "person"
    period: Period | None = None
    """For money: the period in which a bare number is told."""
    grows: Literal["weeks", "months"] | None = None
    """What time adds one to, such as weeks of pregnancy."""
    grows_while: Condition | None = Field(default=None, alias="while")
    derived: Derived | None = None
    exclusive: str | None = None
    """The value of a set that stands alone, such as "none of these"."""
    asked: StrictBool = True
    """Whether it is ever asked; one that is not is still read where somebody states it."""
    topic: str | None = None
    """Declining a fact silences the other questions of its topic."""
    ended_values: dict[str, date] = Field(default_factory=dict)
    """Values that can still be had but no longer be newly got, with their last days; in a file `values` says so."""
    public_fund: StrictBool = False
    """Whether any of it is a public fund in the sense of the immigration rules."""
    public_fund_values: dict[str, StrictBool] = Field(default_factory=dict)
    """Values that are public funds; in a file `values` says so."""
    open_to: dict[str, Condition] = Field(default_factory=dict)
    """Values that only some can newly get, with who that is; in a file `values` says so."""
    _apart = model_validator(mode="before")(_values_apart)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        for problem in self._misfits():
            raise ValueError(problem)
        return self

    def _misfits(self) -> Iterator[str]:
        if self.period is not None and self.kind != "money":
            yield f"a {self.kind} fact takes no `period`: only money does"
        if self.grows is not None and (self.kind != "number" or self.from_birth_date is not None):
            yield "`grows` needs a number that does not follow from a birth date"
        if self.grows_while is not None and self.grows is None:
            yield "`while` goes with `grows`"
        if self.exclusive is not None and (self.kind != "choices" or self.exclusive not in self.values):
            yield "`exclusive` names a value of a set of choices"
        if self.derived is not None and self.kind not in self.derived.kinds:
            yield f"a {self.kind} fact cannot be derived so: that gives a {' or '.join(self.derived.kinds)} fact"

    @model_validator(mode="after")
    def _has_its_values(self) -> Self:
        if self.kind in ("choice", "choices") and not self.values:
            raise ValueError(f"a {self.kind} fact needs `values`")
        if self.kind not in ("choice", "choices") and (self.values or self.special_values):
            raise ValueError(f"a {self.kind} fact takes no `values`")
        if self.kind not in NUMERIC and (self.min is not None or self.max is not None):
            raise ValueError(f"a {self.kind} fact takes no `min` or `max`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"the minimum {self.min} is above the maximum {self.max}")
        unknown = sorted(set(self.special_values) - set(self.values))
        if unknown:
            raise ValueError(f"special_values not among `values`: {', '.join(unknown)}")
        return self

    @property
    def asks(self) -> str:
        """The question in plain words; the id where none was written."""
        return self.question or self.id

    @property
    def sensitive(self) -> bool:
        """Whether the fact, or a value of it, is special-category data."""
        return self.special_category or bool(self.special_values)

    @property
    def public_funds(self) -> frozenset[str]:
        """The values that are public funds."""
        return frozenset(value for value, is_one in self.public_fund_values.items() if is_one)

    @property
    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        """The lowest and highest number that the fact can have; None where it is open."""
        return self.min, self.max


class Relation(Record):
    """A kind of related person, in words that follow "you have"."""

    text: str
    household: bool = True
    if_named: bool = False
    """Whether a beneficiary of this relation is looked for only where it is said that help is sought for them."""


class Purpose(Record):
    """Something that money may be for, in words."""

    text: str = Field(min_length=1)
    words: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """How people ask for it: short needs, from which it is learned to be told from words."""
    urgent: str | None = None
    """The kind of need that cannot wait which it meets, such as `no_food`."""


class Contradiction(Record):
    """What cannot be so at once, and how to say it to the person who told it."""

    text: str = Field(min_length=1)
    condition: Condition


def _worded(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _of_360giving() -> dict[str, Purpose]:
    return {code: Purpose(text=text, urgent=URGENT.get(code)) for code, text in PURPOSES.items()}


@dataclass(frozen=True)
class OtherNames:
    """What grants of a catalogue are called elsewhere."""

    renamed: Mapping[str, str] = field(default_factory=dict)
    """Id that a grant had before → its id."""
    same_as: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Id of a grant → the fact and the value of it that getting the grant amounts to."""

    @cached_property
    def facts(self) -> frozenset[str]:
        """The facts of which some value amounts to getting a grant."""
        return frozenset(fact for fact, _ in self.same_as.values())

    @cached_property
    def grants_of(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """For each such value all grants that it may stand for."""
        found: dict[tuple[str, str], set[str]] = {}
        for grant, value in self.same_as.items():
            found.setdefault(value, set()).add(grant)
        return {value: frozenset(grants) for value, grants in found.items()}

    def facts_of(self, grants: Iterable[str]) -> list[str]:
        """List the facts of which some value amounts to getting one of these grants."""
        return sorted({self.same_as[grant][0] for grant in self.now(grants) & self.same_as.keys()})

    def now(self, grants: Iterable[str]) -> frozenset[str]:
        """Give grants by the ids that they have now."""
        return frozenset(self.renamed.get(grant, grant) for grant in grants)


class FactBook(Record):
    """Everything that may be named about people: facts, relations, trades, and purposes of what they need."""

    facts: dict[str, Fact]
    relations: Annotated[
        dict[str, Annotated[Relation, BeforeValidator(_worded)]], BeforeValidator(_coded)
    ] = Field(default_factory=dict)
    trades: Annotated[dict[str, str], BeforeValidator(_coded)] = Field(default_factory=dict)
    purposes: Annotated[
        dict[str, Annotated[Purpose, BeforeValidator(_worded)]], BeforeValidator(_coded), Field(min_length=1)
    ] = Field(default_factory=_of_360giving)
    """Code → what money may be for; 360Giving's codes where a file names none."""
    no_recourse: Condition | None = None
    """Who has no recourse to public funds."""
    recourse_through: Names = (ANY,)
    """Relations who may have public funds for a home where the applicant may not."""
    contradictions: tuple[Contradiction, ...] = ()

    _names: OtherNames = PrivateAttr(default_factory=OtherNames)

    def knowing(self, names: OtherNames) -> FactBook:
        """Give the same facts for a catalogue whose grants have other names."""
        if not names.renamed and not names.same_as:
            return self
        made = self.model_copy()
        made._names = names
        return made

    @property
    def names(self) -> OtherNames:
        """What the grants of the catalogue that this book belongs to are called elsewhere."""
        return self._names

    @cached_property
    def purpose_texts(self) -> Mapping[str, str]:
        """Code → what the money is for, in words."""
        return {code: purpose.text for code, purpose in self.purposes.items()}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """What a need may be about: every purpose, then every reason."""
        return (*self.purposes, *REASONS)

    @cached_property
    def counted_with(self) -> dict[str, tuple[str, ...]]:
        """Facts that list numbers of people, such as the ages of children → the facts that count the same people."""
        counts = [(name, one.derived) for name, one in self.facts.items() if one.derived is not None]
        return {
            name: tuple(
                other for other, told in counts if told.count == one.derived.over and told.where is None
            )
            for name, one in self.facts.items()
            if one.derived is not None and one.derived.values_of is not None
        }

    @cached_property
    def counting(self) -> dict[str, tuple[str, ...]]:
        """For each relation the facts that say, by nought or by no, that there is nobody of it."""
        told = {name: one.derived.counts for name, one in self.facts.items() if one.derived is not None}
        return {
            relation: tuple(
                name for name, counted in told.items() if relation in self.relations_meant(counted)
            )
            for relation in self.relations
        }

    @cached_property
    def household(self) -> frozenset[str]:
        """The facts of the household, read from the applicant wherever they are asked."""
        return frozenset(name for name, fact in self.facts.items() if fact.of == "household")

    def of_household(self, fact: str) -> bool:
        """Tell whether a fact is the household's."""
        return self.facts[fact].of == "household"

    def relations_meant(self, names: tuple[str, ...]) -> frozenset[str]:
        """Spell out `any` as every relation of the household; `self` stays as it is."""
        meant = set(names)
        if ANY in meant:
            meant |= {name for name, relation in self.relations.items() if relation.household}
        return frozenset(meant - {ANY})

    def sought(self, names: tuple[str, ...], whom: frozenset[str] | None) -> tuple[str, ...]:
        """List of those for whom a grant may be got the ones who are looked at; `whom` is for whom help is sought.

        Where nobody said, relations that must be named are left out.
        """
        if whom is not None:
            return tuple(name for name in names if name in whom)
        return tuple(name for name in names if name == SELF or not self.relations[name].if_named)


def keyed_by_id(facts: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Key the facts of a file by their ids, as `FactBook` holds them."""
    return {str(fact.get("id")): fact for fact in facts}
