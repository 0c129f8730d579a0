"""The values of the partners' pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data.catalogue.reading import Catalogue
from data.people.partners import Effect, Grading
from data.people.situations import Situation
from serving.pages.words import day

SCALE: Final = (
    ("3", "3: just right"),
    ("2", "2: helps well"),
    ("1", "1: helps a little"),
    ("0", "0: does not help"),
    ("", "No grade"),
)
"""The grades as they are asked for, the best first; the empty one takes a grade back."""
STATES: Final = {
    "draft": "Draft",
    "sent": "Sent",
    "skipped": "Skipped",
}
NOTICES: Final = {
    "sent": "Thank you. Your grades are kept, and you can change them.",
    "draft": "Your draft is kept. Nobody uses it until you send it.",
    "skipped": "Skipped. You can come back to it if you like.",
    "chosen": "Thank you. Your choice is kept.",
    "interests": "Thank you. This is kept.",
    "withdrawn": "It is deleted.",
}
"""What is said after something was kept, by what was done."""


def home(
    situations: Mapping[str, Situation],
    gradings: Mapping[str, Grading],
    interests: str,
    effect: Effect | None,
    catalogue: Catalogue,
    notice: str = "",
) -> dict[str, Any]:
    """The first page: people, how far the partner is with each, and what the grades changed."""
    return {
        "notice": NOTICES.get(notice, ""),
        "people": [_in_list(one, gradings.get(one.id)) for one in situations.values()],
        "next": next((one for one in situations.values() if one.id not in gradings), None)
        if notice
        else None,
        "sent": any(grading.state == "sent" for grading in gradings.values()),
        "interests": interests,
        "effect": None if effect is None else _effect(effect, situations, catalogue),
        "problems": {},
    }


def _in_list(one: Situation, grading: Grading | None) -> dict[str, Any]:
    state = "Not done yet" if grading is None else STATES[grading.state]
    return {"id": one.id, "name": one.name, "title": one.title, "face": one.face, "state": state}


def _effect(effect: Effect, situations: Mapping[str, Situation], catalogue: Catalogue) -> dict[str, Any]:
    moves = [
        {
            "grant": _title(catalogue, move.grant_id),
            "name": situations[move.situation].name if move.situation in situations else "somebody",
            "before": move.before,
            "after": move.after,
            "grade": move.grade,
        }
        for move in effect.moves
    ]
    return {"day": day(effect.on), "grades": effect.grades, "moves": moves}


def person(
    one: Situation, grading: Grading, catalogue: Catalogue, *, orders: bool, problems: Mapping[str, str]
) -> dict[str, Any]:
    """One person with the grants to grade, as far as they were graded."""
    return {
        "one": one,
        "grants": [_grant(catalogue, grant, grading) for grant in grading.pool if grant in catalogue.by_id],
        "scale": SCALE,
        "missing": grading.missing,
        "quoted": grading.quote,
        "orders": orders,
        "problems": problems,
    }


def _grant(catalogue: Catalogue, grant_id: str, grading: Grading) -> dict[str, Any]:
    grant = catalogue.by_id[grant_id]
    grade = grading.grades.get(grant_id)
    return {
        "id": grant_id,
        "title": grant.title,
        "summary": grant.summary or "",
        "grade": "" if grade is None else str(grade),
        "why": grading.why.get(grant_id, ""),
    }


def _title(catalogue: Catalogue, grant_id: str) -> str:
    return catalogue.by_id[grant_id].title if grant_id in catalogue.by_id else "A grant that is gone"


def titles(catalogue: Catalogue, grants: tuple[str, ...]) -> list[str]:
    """The titles of grants."""
    return [_title(catalogue, grant) for grant in grants]
