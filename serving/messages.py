"""What clients send: the JSON of the service as frozen types, from which its OpenAPI is made."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from data.catalogue.grants import Route
from data.people.applicants import Need, listed
from data.people.events import Name
from serving.records import Applications, Events, Judgements, Outcomes

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
"""An id that a client draws; never a name, an address or a number of a person."""

FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2099, 12, 31)
"""Days on which anybody may be judged: no rule of the catalogue is about others."""


class Message(BaseModel):
    """A part of a request or of an answer: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        from_attributes=True,
        hide_input_in_errors=True,
        json_schema_serialization_defaults_required=True,
    )


class OneOfRoutes(Message):
    """Keep only grants that are applied for in one of these ways."""

    one_of: tuple[Route, ...] = Field(min_length=1, max_length=len(get_args(Route)))


class OneOfPurposes(Message):
    """Keep only grants that pay for one of these purposes."""

    one_of: tuple[str, ...] = Field(min_length=1, max_length=20)


class Filters(Message):
    """What the person narrows the list to; None leaves it open."""

    route: OneOfRoutes | None = None
    purposes: OneOfPurposes | None = None


class Page(Message):
    """Which part of the list: from `offset`, counted from 0, at most `size` grants."""

    offset: int = Field(default=0, ge=0, le=1_000_000)
    size: int = Field(default=10, ge=1, le=100)


class Question(Message):
    """What every question about a person carries."""

    request_id: Id | None = None
    on: date | None = Field(
        default=None,
        ge=FIRST_DAY,
        le=LAST_DAY,
        description=f"The day judged, from {FIRST_DAY} to {LAST_DAY}; today in London when left out.",
    )
    applicant: dict[str, Any] = Field(
        default_factory=dict,
        description="What is known of the person; `GET /v1/facts` and `/v1/areas` tell the names.",
    )
    postcode: str | None = Field(
        default=None,
        max_length=16,
        description="Where the person lives, in place of `areas`; only where the deployment has postcodes.",
    )


class Wanted(Need):
    """What is needed, and for whom."""

    whom: Annotated[tuple[str, ...], BeforeValidator(listed)] | None = Field(
        default=None,
        alias="for",
        description="`self` or a relation, or a list of them; left out, everyone that a grant is for is looked at.",
    )


class Pinned(Message):
    """The versions of an earlier answer, as they were sent."""

    model: Name | None
    rules: Name
    catalogue: Name
    service: Name
    charities: Name | None = None


class RankQuery(Question):
    """Which grants fit this person and this need, best first?"""

    versions: Pinned | None = Field(
        default=None,
        description="The `versions` of the first page: later pages then come from the same model, also after a swap.",
    )

    need: Wanted = Wanted()
    filters: Filters = Filters()
    page: Page = Page()
    unreviewed: Page | None = Field(
        default=Page(size=5), description="Which part of what nobody has reviewed; null for none of it."
    )
    near_misses: int = Field(default=3, ge=0, le=20)
    explain: bool = True


class RankField(Message):
    """Something told beside an item, or beside a ranking as a whole."""

    name: Name
    value: bool | int | float | str | tuple[str | int | float, ...]


class RankItem(Message):
    """One grant to be put in order; what a search engine says of it is read over."""

    id: Name
    fields: tuple[RankField, ...] = Field(default=(), max_length=100)
    relevancy: float | None = None
    label: float | None = None


class Reranking(Message):
    """In which order should these grants be shown? The body of Metarank's ranking event."""

    event: Literal["ranking"] = "ranking"
    id: Name = Field(description="An id of the request, drawn by the client.")
    timestamp: int | str = Field(
        description="Not read: it is ranked for today in London, or for the field `on`."
    )
    user: Name | None = Field(default=None, description="Not read, and not kept.")
    session: Name | None = Field(default=None, description="Not read, and not kept.")
    tenant: Name | None = None
    fields: tuple[RankField, ...] = Field(
        default=(),
        max_length=200,
        description="`query` is the need in words; `areas`, `postcode`, `purposes`, `reasons`, `amount`, `for` and "
        "`on` are as in `/v1/rank`; a fact goes by its id, such as `age`. Other names are not read, and told back.",
    )
    items: tuple[RankItem, ...] = Field(min_length=1, max_length=1000)


class EligibilityQuery(Question):
    """How does this person stand to these grants, or to all of them?"""

    grants: tuple[Name, ...] | None = Field(default=None, min_length=1, max_length=5000)
    explain: bool = True


class EventBatch(Message):
    """What happened to answers of ours."""

    events: Events = Field(min_length=1, max_length=500)


class OutcomeBatch(Message):
    """Applications and what came of them."""

    applications: Applications = Field(default=(), max_length=500)
    outcomes: Outcomes = Field(default=(), max_length=500)


class JudgementBatch(Message):
    """What partners think of grants for described situations."""

    judgements: Judgements = Field(min_length=1, max_length=500)


MESSAGES: Final[dict[str, type[Message]]] = {
    "rank": RankQuery,
    "rerank": Reranking,
    "eligibility": EligibilityQuery,
    "events": EventBatch,
    "outcomes": OutcomeBatch,
    "judgements": JudgementBatch,
}
"""Name of a route → the message that its body must be."""
