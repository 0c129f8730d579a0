"""What somebody needs, in their own words and in codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from data.catalogue.facts import FactBook
from data.catalogue.fitting_values import unknown_purpose
from data.catalogue.grants import Reason
from data.errors import BadApplicant


def one_line_break(text: Any) -> Any:
    """Take a line break as the one character that was typed; browsers send two for it."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


class Need(BaseModel):
    """What the person needs, in their own words and in codes: of the fact file's purposes, and 360Giving's reasons."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, BeforeValidator(one_line_break)] = Field(default="", max_length=2000)
    purposes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    amount: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """Pounds asked for."""


def check_purposes(codes: Iterable[str], book: FactBook, *, at: str = "need.purposes") -> None:
    """Refuse a code that is no purpose of the fact file; raises BadApplicant, which does not tell it back."""
    for place, code in enumerate(codes):
        if code not in book.purposes:
            message = unknown_purpose(book.purpose_texts)
            raise BadApplicant(f"{at}.{place}", message, code="INVALID_REQUEST")
