"""The words that a person reads about a grant: short, kind, and never only "no"."""

from __future__ import annotations

from datetime import date
from typing import Final

from data.grants import Route
from models.eligibility import Status

STATUS: Final[dict[Status, str]] = {
    Status.ELIGIBLE: "You fit every rule we can check",
    Status.DISCRETIONARY: "A person at the fund decides",
    Status.NEEDS_INFO: "We need to know more",
    Status.NOT_NOW: "Not now",
    Status.NOT_ELIGIBLE: "Something would have to change first",
}

ROUTE: Final[dict[Route, str]] = {
    "self": "You can apply yourself.",
    "adviser": "A support worker must apply for you.",
    "referral": "Someone has to refer you.",
}


ABOUT_LISTS: Final = {
    "areas": ("Where do you live?", "Many funds help people of one place only."),
    "lived_in": ("Where have you lived before?", "Some funds help people who have lived in a place."),
    "work": (
        "Which of these kinds of work have you done?",
        "Many funds help people who did one kind of work.",
    ),
    "receives": ("Which other grants or payments do you get now?", "Some help goes with other help."),
    "awards": ("Which grants did you get before?", "Some grants can be had once in a while only."),
    "related": (
        "Who lives with you, or is close to you?",
        "Some funds help because of a partner, child or parent.",
    ),
}
"""What is asked about the lists that are no facts, and why."""


def day(when: date) -> str:
    """A day as people write it: 3 June 2027."""
    return f"{when.day} {when:%B %Y}"


def status(status: Status, opens: date | None = None) -> str:
    """How the person stands to a grant, in words."""
    if status is Status.NOT_NOW and opens is not None:
        return f"Not now – opens {day(opens)}"
    return STATUS[status]


def pounds(amount: float) -> str:
    """A sum of money: £1,200, or £1,200.50."""
    return f"£{amount:,.0f}" if amount == int(amount) else f"£{amount:,.2f}"
