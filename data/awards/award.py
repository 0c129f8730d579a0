"""What a published award is: who gave how much to whom, when, and what for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Recipient(StrEnum):
    """To whom an award was made; unknown when the file names nobody, or both."""

    INDIVIDUAL = "individual"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Award:
    """One published award. `amount` is in `currency`, None when the file does not say which."""

    id: str
    funder_id: str
    awarded_on: date
    amount: float
    title: str = ""
    description: str = ""
    funder_name: str | None = None
    currency: str | None = None
    amount_applied_for: float | None = None
    recipient: Recipient = Recipient.UNKNOWN
    recipient_id: str | None = None
    recipient_name: str | None = None
    """An organisation's; never a person's."""
    programme: str | None = None
    areas: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """First the primary, then the secondary reason."""

    def as_grant(self) -> dict[str, Any]:
        """Write the award in the standard's own JSON, readable by `read_awards`."""
        details = {"grantPurpose": list(self.purposes)}
        reasons = zip(("primaryGrantReason", "secondaryGrantReason"), self.reasons, strict=False)
        whom = {"id": self.recipient_id, "name": self.recipient_name}
        grant = {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "currency": self.currency,
            "amountAwarded": self.amount,
            "amountAppliedFor": self.amount_applied_for,
            "awardDate": self.awarded_on.isoformat(),
            "fundingOrganization": [{"id": self.funder_id, "name": self.funder_name}],
            "recipientOrganization": [whom] if self.recipient is Recipient.ORGANISATION else None,
            "recipientIndividual": whom if self.recipient is Recipient.INDIVIDUAL else None,
            "grantProgramme": [{"title": self.programme}],
            "beneficiaryLocation": [{"geoCode": code} for code in self.areas],
            "toIndividualsDetails": {**details, **dict(reasons)},
        }
        return {name: value for name, value in grant.items() if value not in (None, "")}
