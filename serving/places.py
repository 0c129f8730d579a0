"""A postcode in a question becomes the areas it lies in; it is looked up here and goes no further."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.places.postcodes import Postcodes
from serving.messages import Question
from serving.refusals import Refusal


def areas_of(postcode: str, postcodes: Path) -> tuple[str, ...] | None:
    """Give the areas that a postcode lies in; None where there is no such postcode."""
    return Postcodes(postcodes).areas_of(postcode)


def applicant_with_place(query: Question, postcodes: Path | None) -> dict[str, Any]:
    """Give what is known of the person, with the areas of the postcode where none were told.

    Raises:
        Refusal: where this deployment knows no postcodes, or not this one.
    """
    told = query.applicant.get("areas")
    if query.postcode is not None and told == []:
        message = (
            "A postcode says where the person lives, and no areas that they live nowhere: send one of them."
        )
        raise Refusal(422, message, code="CONTRADICTION", path="applicant.areas")
    if query.postcode is None or told is not None:
        return query.applicant
    if postcodes is None:
        raise Refusal(
            422, "This service knows no postcodes: give areas.", code="NO_POSTCODES", path="postcode"
        )
    areas = areas_of(query.postcode, postcodes)
    if areas is None:
        raise Refusal(422, "There is no such postcode.", code="UNKNOWN_POSTCODE", path="postcode")
    return {**query.applicant, "areas": list(areas)}
