"""A null where a key may be left out says nothing, whoever wrote the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, model_validator


def without_nulls(value: Any) -> Any:
    """Leave out the keys of an object that are null; anything else stays as it is."""
    return (
        {key: one for key, one in value.items() if one is not None} if isinstance(value, Mapping) else value
    )


NULLS_LEFT_OUT: Final = model_validator(mode="before")(lambda value: without_nulls(value))
"""Put into a model, this takes a null for a key that was left out."""

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A text that may be left out, or null."""
