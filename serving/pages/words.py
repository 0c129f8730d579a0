"""The words that a person reads about a grant: short, kind, and never only "no"."""

from __future__ import annotations

from datetime import date
from typing import Final

from data.catalogue.grants import Route
from models.eligibility.verdict import Status

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
