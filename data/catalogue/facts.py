"""The facts that rules may ask about a person: their kinds, limits, plain questions and how sensitive they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from data.catalogue.records import Record
from data.catalogue.rules import Condition, Number

Kind = Literal["boolean", "number", "money", "choice", "choices", "date"]
NUMERIC: Final = frozenset({"number", "money"})
SELF: Final = "self"
"""The applicant, where relations are named."""
ANY: Final = "any"
"""Everyone else of the household, where relations are named."""


def _coded(value: Any) -> Any:
    return {code: str(code).replace("_", " ") for code in value} if isinstance(value, list | tuple) else value


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

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
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
    def limits(self) -> tuple[Decimal | None, Decimal | None]:
        """The lowest and highest number that the fact can have; None where it is open."""
        return self.min, self.max


class Relation(Record):
    """A kind of related person, in words that follow "you have"."""

    text: str
    household: bool = True


def _relation(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class FactBook(Record):
    """Everything a rule may name about people: facts, relations and trades."""

    facts: dict[str, Fact]
    relations: Annotated[
        dict[str, Annotated[Relation, BeforeValidator(_relation)]], BeforeValidator(_coded)
    ] = Field(default_factory=dict)
    trades: Annotated[dict[str, str], BeforeValidator(_coded)] = Field(default_factory=dict)

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


def keyed_by_id(facts: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Key the facts of a file by their ids, as `FactBook` holds them."""
    return {str(fact.get("id")): fact for fact in facts}
