"""What clients get: the JSON of every answer as frozen types, from which its OpenAPI is made."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from data.catalogue.grants import Route
from models.eligibility.verdict import Status
from models.needs.language import Language
from models.qualifying.grouping import Group
from serving.messages import Message, Page


class Versions(Message):
    """From what an answer was made, so that it can be made again."""

    model: str | None
    rules: str
    catalogue: str
    service: str
    charities: str | None = Field(
        default=None, description="The register's entries; null where there are none."
    )


class Success(Message):
    """Chance of an award of those who qualify and apply, 0 to 1, its interval, and the outcomes it rests on."""

    estimate: float
    low: float
    high: float
    outcomes: int


class Why(Message):
    """One finding in plain English, with its stable code and answer."""

    code: str
    answer: str
    text: str


class Contribution(Message):
    """How much a feature of the pair adds to the score, and why; None where its value is not known."""

    feature: str
    value: float | None
    points: float
    text: str


class FunderOut(Message):
    """Who gives."""

    name: str
    id: str | None = Field(default=None, description="An organisation identifier, such as GB-CHC-210169.")


class AmountOut(Message):
    """How much is given, in whole units of the currency; None where it is not known."""

    min: float | None
    max: float | None
    currency: str


class ApplyOut(Message):
    """How to apply; `url` is the page for the person's own area where a grant has one for each."""

    url: str | None
    council: str | None = Field(
        description="The front page of the site of the person's council; null where a page of its own is known."
    )
    phone: str | None
    email: str | None
    address: str | None
    needs: tuple[str, ...] = Field(description="Papers to have at hand.")
    days_to_decide: int | None


class ReadOut(Message):
    """How the rules of a grant were read: of what, in words, and when; it may be general knowledge alone."""

    on: date | None
    what: str


class PurposeOut(Message):
    """What a grant pays for: its code and its words."""

    code: str
    text: str


class Fit(Message):
    """Why it fits the need, in a sentence."""

    text: str


class Qualifies(Message):
    """How likely the person qualifies, 0 to 1: from the rules, and how common what is not known is; and in words."""

    estimate: float
    text: str


class Recommendation(Message):
    """One grant on the list, with all that a card about it shows."""

    grant_id: str
    title: str = ""
    link: str | None = Field(default=None, description="The fund's own page, where its rules were read.")
    funder: FunderOut | None = None
    summary: str = ""
    amount: AmountOut | None = None
    apply: ApplyOut | None = None
    purposes: tuple[PurposeOut, ...] = ()
    rank: int
    status: Status
    status_text: str = ""
    group: Group = Field(description="Which part of the list it stands in: see `page.groups`.")
    score: float
    qualifies: Qualifies
    propensity: float = Field(
        default=1.0,
        description="Chance that it stands at this place; send it back with events and applications, as well as the "
        "`status`, `qualifies.estimate` and `success.estimate` that were shown.",
    )
    success: Success | None = None
    fit: Fit | None = None
    reasons: tuple[Why, ...] = ()
    missing: tuple[tuple[str, ...], ...] = Field(
        default=(), description="The smallest sets of answers that would settle it, easiest first."
    )
    missing_text: tuple[str, ...] = Field(default=(), description="The questions of each of these sets.")
    decisive: str | None = Field(
        default=None,
        description="Of all that is open, what moves the chance of qualifying most: a fact, `areas` or `work`.",
    )
    steps: tuple[str, ...] = Field(default=(), description="What is to be done first; it rules nobody out.")
    contributions: tuple[Contribution, ...] = ()
    route: Route
    opens: date | None = None
    closes: date | None = None
    checked_on: date | None = None
    read: ReadOut | None = Field(default=None, description="How its rules were read; null where nobody says.")
    reviewed: bool = Field(default=True, description="Whether a person has read its rules.")


class Change(Message):
    """One change: the fact, the value it would need in words, and a sentence about it."""

    fact: str
    needs: str
    text: str


class NearMiss(Message):
    """A grant that is out of reach today: what would bring it, and from which day."""

    grant_id: str
    title: str = ""
    link: str | None = None
    change: tuple[Change, ...] = ()
    from_day: date | None = Field(default=None, serialization_alias="from")
    not_before: date | None = None
    text: str


class NextQuestion(Message):
    """The question whose answer would say most about the list."""

    fact: str = Field(
        description="A fact's id, `areas` or `work`; `child.age` is asked about a related person."
    )
    text: str
    why: str
    kind: Literal["boolean", "number", "money", "choice", "choices", "date", "areas", "work", "list"] = "list"
    values: dict[str, str] = Field(
        default_factory=dict, description="Code → words, of a choice, of choices and of `work`."
    )
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    sensitive: bool = False
    could_decide: int


class About(Message):
    """A purpose or a reason of a need (its code and its words), and how likely the need is about it, 0 to 1."""

    code: str
    text: str
    likely: float


class Suggested(Message):
    """A fact that the words of the need seem to state: ask the person before it is used."""

    fact: str = Field(description="A fact's id, or `work` for trades that the person has worked in.")
    value: bool | int | str | tuple[str, ...]
    question: str
    sensitive: bool = Field(description="Whether it may only be asked, never shown as something understood.")


class UrgentHelp(Message):
    """One place to turn to, for a kind of need that cannot wait; to be shown to the searcher alone, above the list."""

    kind: str = Field(description="life, abuse, no_food, no_power, no_bed or ill.")
    sure: bool = Field(description="Whether the words leave no doubt; else offer it in one line.")
    name: str
    text: str
    phone: str | None = None
    sms: str | None = Field(default=None, description="The number that takes a text.")
    url: str | None = None
    hours: str = ""
    checked_on: date | None = Field(default=None, description="When it was last compared with its source.")


class Understood(Message):
    """What the words of the need tell; no suggestion is used until it comes back as a fact of the applicant."""

    purposes: tuple[About, ...]
    reasons: tuple[About, ...]
    language: Language
    suggestions: tuple[Suggested, ...]
    urgent: tuple[UrgentHelp, ...] = Field(
        default=(), description="Where to turn with what cannot wait; never logged."
    )


class PageOut(Page):
    """Which part of how long a list, and how many grants stand in each of its groups."""

    total: int
    groups: dict[Group, int] = Field(default_factory=dict)


class Answer(Message):
    """What every answer carries."""

    response_id: str
    versions: Versions
    degraded: tuple[str, ...] = ()


class Unreviewed(Message):
    """Charities of a register near the person, the best first; nobody has read their rules."""

    results: tuple[Recommendation, ...] = ()
    total: int = 0


class Ranked(Answer):
    """The list, best first."""

    simulated: bool = Field(
        default=False, description="Whether the order was learned from made-up situations or outcomes."
    )
    results: tuple[Recommendation, ...]
    near_misses: tuple[NearMiss, ...]
    next_question: NextQuestion | None
    counts: dict[Status, int]
    page: PageOut
    unreviewed: Unreviewed = Unreviewed()
    understood: Understood


class RankedItem(Message):
    """One grant in its place, with the score that it has among all; the place counts, not the score."""

    item: str
    score: float


class Reranked(Message):
    """The grants that are not ruled out, best first, as Metarank answers."""

    took: int = Field(description="Milliseconds.")
    items: tuple[RankedItem, ...]
    ignored: tuple[str, ...] = Field(
        default=(), description="Names of fields that are neither a fact nor one of ours."
    )
    unknown: tuple[str, ...] = Field(
        default=(), description="Ids of items that are no grant of the reviewed catalogue."
    )


class Standing(Message):
    """How a person stands to one grant."""

    grant_id: str
    status: Status
    from_day: date | None = Field(default=None, serialization_alias="from")
    not_before: date | None = None
    findings: tuple[Why, ...] = ()
    missing: tuple[tuple[str, ...], ...] = ()
    steps: tuple[str, ...] = Field(default=(), description="What is to be done first; it rules nobody out.")
    cause: str | None = Field(
        default=None,
        description="Where it is not eligible: the least that would all have to be different, in a sentence.",
    )


class Standings(Answer):
    """How a person stands to grants, in catalogue order."""

    results: tuple[Standing, ...]
    counts: dict[Status, int]


class RecordReceipt(Message):
    """What became of one record; what was refused is not kept, and `code` and `message` say why."""

    path: str = Field(
        description="Where it stands in the request: the record or, in what is refused, its field."
    )
    id: str | None
    receipt: Literal["kept", "known", "conflict", "refused"]
    code: str | None = None
    message: str | None = None
    unknown_grants: tuple[str, ...] = Field(
        default=(),
        description="Grants that it names and that the catalogue does not hold; it is kept all the same.",
    )


class Kept(Answer):
    """How many records are new, known already with the same content, or not kept; and what became of each."""

    kept: int
    known: int
    conflict: int
    refused: int
    receipts: tuple[RecordReceipt, ...]


class Erased(Answer):
    """How many records of a person were deleted, by kind."""

    applications: int
    outcomes: int
    events: int
    judgements: int
    scrubbed: bool
    """Whether no trace is left in the store's own log either; the records are gone in any case."""
    audit: Literal["pending"] = Field(
        default="pending",
        description="Attributes in the audit store, which the service cannot open, go with the next batch job.",
    )


class FactsAnswer(Answer):
    """The facts with question, choices and why we ask; relations and trades in words."""

    facts: tuple[dict[str, Any], ...]
    relations: dict[str, Any]
    trades: dict[str, str]


class Area(Message):
    """A place: its code, its name, and the place that it lies in."""

    code: str
    name: str
    parent: str | None


class AreasAnswer(Answer):
    """The places that may be told; other ONS codes of wards and smaller places may be told too."""

    areas: tuple[Area, ...]
    retired: dict[str, tuple[str, ...]] = Field(
        description="Codes of councils that are no more → those of today that took their place."
    )


class SituationsAnswer(Answer):
    """Made-up people whose lists partners grade."""

    situations: tuple[dict[str, Any], ...]


class GrantAnswer(Answer):
    """One grant, as the catalogue has it."""

    grant: dict[str, Any]


class Live(Answer):
    """What is live: the bundle's own account of itself, and the decision that made it live."""

    bundle: dict[str, Any] | None
    decision: dict[str, Any] | None


class Ledger(Answer):
    """Every decision on what is live, oldest first, and whether the record is whole."""

    entries: tuple[dict[str, Any], ...]
    whole: bool


class ErrorBody(Message):
    """What went wrong: a stable code, a sentence, the field, and the id under which it was logged."""

    code: str
    message: str
    path: str | None
    request_id: str


class ErrorAnswer(Message):
    """Every error has this shape."""

    error: ErrorBody
