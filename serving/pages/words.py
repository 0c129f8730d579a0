"""The words that a person reads about a grant: short, kind, and never only "no"."""

from __future__ import annotations

from datetime import date
from typing import Final

from data.catalogue.codelists import PURPOSES
from data.catalogue.grants import Route
from models.eligibility.verdict import Status
from models.qualifying.grouping import Group

STATUS: Final[dict[Status, str]] = {
    Status.ELIGIBLE: "You fit every rule we can check",
    Status.DISCRETIONARY: "A person at the fund decides",
    Status.NEEDS_INFO: "We need to know more",
    Status.NOT_NOW: "Not now",
    Status.NOT_ELIGIBLE: "Something would have to change first",
}

GROUP: Final[dict[Group, str]] = {
    "likely": "You very likely qualify",
    "possible": "You may qualify",
    "unreviewed": "Not reviewed by us",
    "few": "Only for few people",
}
"""What a card says of its group."""
SECTION: Final[dict[Group, tuple[str, str]]] = {
    "likely": ("Best for you first", ""),
    "unreviewed": (
        "Not reviewed by us, in your area",
        "These charities give to people where you live. Nobody has read their rules for us. Ask them.",
    ),
    "few": ("Only for few people", "These help people in a special case. Look at what they ask first."),
}
"""The heading of each part of the list, and a sentence below it."""

NO_AMOUNT: Final = "We have not seen how much it gives."
NO_APPLY: Final = "We have not seen how to apply."
"""Said on a card that lacks it."""

GENERAL_KNOWLEDGE: Final = "general knowledge"
"""How the account of what was read begins where nothing was."""
FROM_GENERAL_KNOWLEDGE: Final = "This comes from general knowledge. We did not open its page."
NEVER_CHECKED: Final = "We do not know when this was last checked."
OWN_PAGE: Final = "Look at the fund’s own page."

ROUTE: Final[dict[Route, str]] = {
    "self": "You can apply yourself.",
    "automatic": "You do not have to ask for it. It comes by itself. Ask only if it has not come.",
    "adviser": "A support worker must apply for you. An advice service can do it, or a charity that helps you.",
    "referral": "Someone has to refer you, such as a GP, a school or an advice service.",
}

WITH_WORKER: Final[dict[Route, str]] = {
    "adviser": "Ask your worker to apply for you.",
    "referral": "Ask your worker to refer you, or to tell you who can.",
}
"""What is said in its place to somebody whom a worker helps."""
WITHOUT_WORKER: Final[dict[Route, str]] = {
    "adviser": "A support worker must apply for you. To find one, ask an advice service, your council or a charity.",
    "referral": "Someone has to refer you, such as a GP. If you have nobody, ask an advice service or your council.",
}
"""And to somebody who has none."""
WORKER: Final = "Is a support worker, adviser, nurse, teacher or social worker helping you?"

PURPOSE: Final[dict[str, str]] = {
    "GTIP010": "Money to live on",
    "GTIP020": "Things for the home, such as a cooker or a bed",
    "GTIP030": "Help because of an illness",
    "GTIP040": "A phone or a computer",
    "GTIP050": "Bills for gas, power or water",
    "GTIP060": "Rent or other costs of a home",
    "GTIP070": "Food and other basics",
    "GTIP080": "Clothes and shoes",
    "GTIP090": "Debts",
    "GTIP100": "Travel",
    "GTIP110": "A holiday or a day out",
    "GTIP120": "Health or care",
    "GTIP130": "School, college or training",
    "GTIP140": "Getting or keeping work",
    "GTIP150": "Music, art or sport",
    "GTIP160": "A project for others",
    "GTIP170": "A funeral",
}
"""360Giving's purposes in plain words."""


def purpose(code: str, text: str) -> str:
    """A purpose of need in plain words: a deployment's own stands as its file has it."""
    return PURPOSE[code] if PURPOSES.get(code) == text else text


def route(route: Route, worker: str = "") -> str:
    """How it is asked for; `worker` tells whether a worker helps: `yes`, `no`, or empty where that is not known."""
    return {"yes": WITH_WORKER, "no": WITHOUT_WORKER}.get(worker, ROUTE).get(route, ROUTE[route])


def day(when: date) -> str:
    """A day as people write it: 3 June 2027."""
    return f"{when.day} {when:%B %Y}"


def status(status: Status, opens: date | None = None) -> str:
    """How the person stands to a grant, in words."""
    if status is Status.NOT_NOW and opens is not None:
        return f"Not now – opens {day(opens)}"
    return STATUS[status]


def pounds(amount: float) -> str:
    """A sum of money: £1,200, £1,200.50, or –£50."""
    sign, size = "–" if amount < 0 else "", abs(amount)
    return f"{sign}£{size:,.0f}" if size == int(size) else f"{sign}£{size:,.2f}"
