"""360Giving's code lists for grants to individuals: what a grant is for, and why it is given.

Source: 360Giving Data Standard, codelists grantToIndividualsPurpose and grantToIndividualsReason (CC BY 4.0).
"""

from __future__ import annotations

from typing import Final

PURPOSES: Final[dict[str, str]] = {
    "GTIP010": "Unrestricted",
    "GTIP020": "Furniture and appliances",
    "GTIP030": "Equipment and home adaptations",
    "GTIP040": "Devices and digital access",
    "GTIP050": "Utilities",
    "GTIP060": "Other housing related costs",
    "GTIP070": "Food and essential items",
    "GTIP080": "Clothing",
    "GTIP090": "Debt",
    "GTIP100": "Travel and transport",
    "GTIP110": "Holiday and activity costs",
    "GTIP120": "Health, care and wellbeing services",
    "GTIP130": "Education and training",
    "GTIP140": "Employment and work",
    "GTIP150": "Creative activities",
    "GTIP160": "Community projects",
    "GTIP170": "Exceptional costs",
}
"""GTIP code → what the money is for."""

URGENT: Final[dict[str, str]] = {"GTIP050": "no_power", "GTIP060": "no_bed", "GTIP070": "no_food"}
"""GTIP code → the kind of need that cannot wait which it meets."""

REASONS: Final[dict[str, str]] = {
    "GTIR010": "Financial Hardship",
    "GTIR020": "Disability",
    "GTIR030": "Health/Condition",
    "GTIR040": "Mental Health",
    "GTIR050": "Family breakup",
    "GTIR060": "Violence or abuse",
    "GTIR070": "Livelihood",
    "GTIR080": "Homelessness",
    "GTIR090": "Marginalised",
    "GTIR100": "Emergency/crisis event",
    "GTIR110": "Development opportunity",
    "GTIR120": "Social action",
}
"""GTIR code → why the person is in need."""
