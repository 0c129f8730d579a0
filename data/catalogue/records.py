"""What every part of a data file is: frozen, strict about its keys, a null for a key left out, hashed once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator


def without_nulls(value: Any) -> Any:
    """Leave out the keys of an object that are null; anything else stays as it is."""
    return (
        {key: one for key, one in value.items() if one is not None} if isinstance(value, Mapping) else value
    )


NULLS_LEFT_OUT: Final = model_validator(mode="before")(lambda value: without_nulls(value))
"""Put into a model, this takes a null for a key that was left out."""

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A text that may be left out, or null."""


class Frozen(BaseModel):
    """A value: two that say the same are one key, and its hash is worked out once.

    >>> one, other = Frozen(), Frozen()
    >>> {one: "known"}[other]
    'known'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @cached_property
    def fingerprint(self) -> int:
        """The hash of the class and of every field."""
        return hash((type(self), *(_hashable(getattr(self, name)) for name in type(self).model_fields)))

    def __hash__(self) -> int:
        return self.fingerprint

    def __copy__(self) -> Self:
        """Copy the fields alone: what was worked out from them may not hold once one of them is replaced."""
        copied = super().__copy__()
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


class Record(Frozen):
    """A value in which a null stands for a key that was left out."""

    _nulls = NULLS_LEFT_OUT


def _hashable(value: Any) -> Hashable:
    return frozenset(value.items()) if isinstance(value, dict) else value
