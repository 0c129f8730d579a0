"""A small extract of the register, written as the real files are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data.register.extract import AREAS, CHARITY, CLASSIFICATION, GOVERNING

ON = "2026-11-28T00:00:00"
CODES = (105, 202, 301)


def charity(number: Any = 210169, **changes: Any) -> dict[str, Any]:
    """One charity's row, sound but for what is changed."""
    return {
        "date_of_extract": ON,
        "organisation_number": number,
        "registered_charity_number": number,
        "linked_charity_number": 0,
        "charity_name": "THE POOR'S LAND OF LAUNCELLS",
        "charity_registration_status": "Registered",
        "latest_acc_fin_period_end_date": "2025-12-31T00:00:00",
        "latest_expenditure": 900.0,
        "charity_insolvent": None,
        "charity_in_administration": False,
        "charity_contact_web": "www.example.org",
        "charity_contact_email": "trustee@example.org",
        "charity_activities": "Gifts of coal to the poor of the parish of Launcells. Ring Ann on 01288 123456.",
        **changes,
    }


def write_extract(
    folder: Path,
    charities: list[Any],
    *,
    codes: tuple[int, ...] = CODES,
    areas: tuple[tuple[str, str], ...] = (("Local Authority", "Cornwall"),),
    objects: str = "FOR THE POOR OF THE PARISH OF LAUNCELLS",
) -> Path:
    """Write the four tables as JSON, each charity with the same codes, areas and objects."""
    folder.mkdir(exist_ok=True)
    sound = [row for row in charities if isinstance(row, dict)]
    ids = [{name: row[name] for name in list(row)[:4]} for row in sound]
    tables = {
        CHARITY: charities,
        CLASSIFICATION: [{**one, "classification_code": code} for one in ids for code in codes],
        AREAS: [
            {**one, "geographic_area_type": kind, "geographic_area_description": name}
            for one in ids
            for kind, name in areas
        ],
        GOVERNING: [{**one, "charitable_objects": objects, "area_of_benefit": None} for one in ids],
    }
    for table, rows in tables.items():
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        (folder / f"publicextract.{table}.json").write_text(text, encoding="utf-8-sig")
    return folder
