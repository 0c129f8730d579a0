"""One charity of the register as far as an entry needs it, and which charities an entry is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from data.register.extract import AREAS, CHARITY, CLASSIFICATION, GOVERNING, Extract, Row

TO_INDIVIDUALS: Final = 301
"""Code of the classification: makes grants to individuals."""
YEARS: Final = 3
"""Accounts older than this on the day of the extract tell of a charity that may have stopped."""
PART: Final = "is a part of another charity"
GONE: Final = "is no longer registered"
NO_GRANTS: Final = "makes no grants to individuals"
INSOLVENT: Final = "is insolvent or being wound up"
NO_ACCOUNTS: Final = "no accounts within three years"
NOTHING_SPENT: Final = "spends nothing, or does not say"
TWICE: Final = "stands twice"
NO_NAME: Final = "has no number or no name"
OF_NOBODY: Final = "belongs to no charity that is kept"


@dataclass(slots=True)
class Charity:
    """What the register says of a charity; texts as they stand there."""

    number: int
    name: str
    extracted_on: date
    website: str = ""
    activities: str = ""
    objects: str = ""
    area_of_benefit: str = ""
    codes: tuple[int, ...] = ()
    """What, whom and how, as the register's classification has it."""
    areas: list[tuple[str, str]] = field(default_factory=list)
    """(kind, name) of each row of where it works."""


def read_charities(extract: Extract) -> dict[int, Charity]:
    """Read the charities that give to individuals and are alive, by number; every other row is counted."""
    codes = _classified(extract)
    kept: dict[int, Charity] = {}
    for row in extract.read(CHARITY):
        number = _whole(row.get("organisation_number"))
        reason = _why_not(row, number, codes, kept)
        if reason is None and number is not None:
            kept[number] = _charity(row, number, codes[number])
        else:
            extract.leave_out(CHARITY, reason or NO_NAME)
    for charity, row in _rows_of(extract, AREAS, kept):
        place = (_text(row.get("geographic_area_type")), _text(row.get("geographic_area_description")))
        if place not in charity.areas:
            charity.areas.append(place)
    for charity, row in _rows_of(extract, GOVERNING, kept):
        charity.objects = charity.objects or _text(row.get("charitable_objects"))
        charity.area_of_benefit = charity.area_of_benefit or _text(row.get("area_of_benefit"))
    return kept


def _classified(extract: Extract) -> dict[int, tuple[int, ...]]:
    """Read the codes of each charity."""
    found: dict[int, tuple[int, ...]] = {}
    for row in extract.read(CLASSIFICATION):
        number, code = _whole(row.get("organisation_number")), _whole(row.get("classification_code"))
        if number is None or code is None:
            extract.leave_out(CLASSIFICATION, NO_NAME)
        elif not _whole(row.get("linked_charity_number")):
            held = found.get(number, ())
            found[number] = held if code in held else (*held, code)
    return found


def _rows_of(extract: Extract, table: str, kept: dict[int, Charity]) -> Iterator[tuple[Charity, Row]]:
    for row in extract.read(table):
        charity = kept.get(_whole(row.get("organisation_number")) or -1)
        if charity is None or _whole(row.get("linked_charity_number")):
            extract.leave_out(table, OF_NOBODY)
        else:
            yield charity, row


def _why_not(
    row: Row, number: int | None, codes: dict[int, tuple[int, ...]], kept: dict[int, Charity]
) -> str | None:
    """Say why a charity is left out; None where it is kept."""
    if number is None or not _text(row.get("charity_name")):
        return NO_NAME
    if _whole(row.get("linked_charity_number")):
        return PART
    if _text(row.get("charity_registration_status")).lower() != "registered":
        return GONE
    if TO_INDIVIDUALS not in codes.get(number, ()):
        return NO_GRANTS
    if any(
        _yes(row.get(name)) for name in ("charity_insolvent", "charity_in_administration", "cio_is_dissolved")
    ):
        return INSOLVENT
    told, extracted = _day(row.get("latest_acc_fin_period_end_date")), _day(row.get("date_of_extract"))
    if told is None or extracted is None or told < _years_before(extracted):
        return NO_ACCOUNTS
    if not (_amount(row.get("latest_expenditure")) or 0) > 0:
        return NOTHING_SPENT
    return TWICE if number in kept else None


def _charity(row: Row, number: int, codes: tuple[int, ...]) -> Charity:
    extracted = _day(row.get("date_of_extract"))
    assert extracted is not None
    return Charity(
        number,
        _text(row.get("charity_name")),
        extracted,
        _text(row.get("charity_contact_web")),
        _text(row.get("charity_activities")),
        codes=tuple(sorted(codes)),
    )


def _years_before(day: date) -> date:
    return day.replace(year=day.year - YEARS, day=min(day.day, 28))


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _whole(value: Any) -> int | None:
    """Read a number that may be written as a text; None where it is none."""
    try:
        return int(str(value).strip())
    except ValueError:
        return None


def _amount(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


def _yes(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "t", "yes", "y", "1")


def _day(value: Any) -> date | None:
    """Read the day of `2026-11-28T00:00:00`; None where it is none."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
