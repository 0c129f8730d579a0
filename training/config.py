"""An experiment as a short file of differences from these defaults; all of it travels with the model."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.catalogue.reading import SAMPLE
from data.errors import BadExperiment
from data.people.judgements import FILE as JUDGEMENTS
from data.people.situations import SITUATIONS
from models.rankers.baselines import AwardRate, Similarity
from models.rankers.boosting import Boosting, LambdaMart
from models.rankers.graded import GradedLinear, GradedTrees
from models.rankers.linear import Listwise, Logistic

RankerConfig = Annotated[
    Similarity | AwardRate | Logistic | Listwise | Boosting | LambdaMart, Field(discriminator="kind")
]
Share = Annotated[float, Field(gt=0, lt=1)]
OrderConfig = Annotated[GradedLinear | GradedTrees, Field(discriminator="kind")]
NEEDS: Final = SAMPLE / "needs.jsonl"
KINDS: Final[tuple[OrderConfig, ...]] = (
    GradedLinear(ridge=10.0),
    GradedTrees(
        trees=400,
        leaves=8,
        learning_rate=0.05,
        least_pairs=30,
        least_curvature=1.0,
        column_share=0.5,
        seeds=2,
    ),
)
"""Kinds that compete for the order of lists, where an experiment names none."""


class Part(BaseModel):
    """A part of an experiment: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CatalogueFiles(Part):
    """Which catalogue; the sample where nothing is named. Paths are relative to the experiment's file."""

    grants: Path | None = None
    facts: Path | None = None
    areas: Path | None = None


class Simulated(Part):
    """Outcomes of a made world; whatever is learned from it says that it is simulated."""

    kind: Literal["simulated"] = "simulated"
    people: int = Field(default=3000, ge=20)
    days: int = Field(default=730, ge=120)
    until: date | None = None
    """Its last day; without one, the day before the run, so that a demonstration is never stale."""
    texts: int = Field(default=1000, ge=32)
    explore: float = Field(default=0.15, ge=0, le=1)
    shuffled: bool = False
    """Deal the decisions out at random: learning must then find nothing."""


class Stored(Part):
    """Outcomes of a store, whose address comes from the deployment and not from the experiment."""

    kind: Literal["store"] = "store"
    until: date | None = None
    """The last day whose decisions are used; without one, all."""


class Split(Part):
    """Shares of the applications, oldest first; what is left after them is the test period."""

    train: Share = 0.55
    validate_: Share = Field(default=0.15, alias="validate")
    calibrate: Share = 0.15
    settle_days: int = Field(default=60, ge=0)
    """An application this close to the end of its period is left out: slow decisions are not there yet."""

    @model_validator(mode="after")
    def _leaves_a_test(self) -> Self:
        if self.train + self.validate_ + self.calibrate > 0.95:
            raise ValueError("train, validate and calibrate leave less than 5 % for the test period")
        return self


class PartnersSettings(Part):
    """How much partners' grades count in the order of lists; by default they only test it."""

    weight: float = Field(default=0.0, ge=0, le=10)
    """How much a situation that partners graded counts beside 1 for a shipped one; 0: nothing changes, to the byte."""
    share: float = Field(default=0.25, gt=0, le=1)
    """At most this share of everything that is learned from may rest on one partner's grades."""
    situations: Path = SITUATIONS
    """What the situations are that partners graded, as JSON Lines; relative to the experiment's file."""


class OrderSettings(Part):
    """From what the order of lists is learned, and which kinds of rankers compete for it."""

    learn: bool = True
    """False: no order is learned; a service then orders by who qualifies and by likeness."""
    catalogue: CatalogueFiles = CatalogueFiles()
    """The grants that were judged."""
    judgements: Path = JUDGEMENTS
    """Judged situations, a file or a folder."""
    judged_on: date = date(2026, 11, 29)
    """The day on which they were judged."""
    partners: PartnersSettings = PartnersSettings()
    """Grades by partners with lived experience, from the store."""
    needs: Path = NEEDS
    """Needs with the codes of what they are about."""
    rankers: tuple[OrderConfig, ...] = Field(default=KINDS, min_length=1)
    """Kinds that compete by cross-validation over situations."""


class Experiment(Part):
    """One way to learn a ranking: from what, how, and how it is measured."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    about: str = ""
    seed: int = Field(default=0, ge=0)
    catalogue: CatalogueFiles = CatalogueFiles()
    source: Annotated[Simulated | Stored, Field(discriminator="kind")] = Simulated()
    split: Split = Split()
    rankers: tuple[RankerConfig, ...] = Field(default=(Logistic(), Boosting()), min_length=1)
    """Those that compete; the validation period decides."""
    snapshots: Literal["day", "month"] = "month"
    """How often the known history is folded anew; never later than the application's day."""
    propensity_floor: float | None = Field(default=0.05, gt=0, le=1)
    """Weigh an application by 1 / its logged chance of being seen, at least this; None: do not."""
    contrast: int = Field(default=0, ge=0)
    """Grants not applied to, drawn for each need as if declined, at a tenth of the weight."""
    order: OrderSettings = OrderSettings()
    bootstrap: int = Field(default=1000, ge=100)
    learning_curve: tuple[Share, ...] = (0.1, 0.3)

    def as_dict(self) -> dict[str, Any]:
        """The effective configuration, defaults and all, as plain JSON-ready data."""
        return self.model_dump(mode="json", by_alias=True)


def read_experiment(path: Path) -> Experiment:
    """Read an experiment's file; raises BadExperiment with every problem, in words."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadExperiment(f"{path}: no experiment can be read here ({error})") from error
    try:
        experiment = Experiment.model_validate({"name": path.stem, **raw})
    except ValidationError as error:
        raise BadExperiment("\n".join([f"{path}:", *_in_words(error)])) from None
    order = experiment.order
    situations = path.parent / order.partners.situations
    order = order.model_copy(
        update={
            "catalogue": _placed(order.catalogue, path.parent),
            "judgements": path.parent / order.judgements,
            "needs": path.parent / order.needs,
            "partners": order.partners.model_copy(update={"situations": situations}),
        }
    )
    placed = {"catalogue": _placed(experiment.catalogue, path.parent), "order": order}
    return experiment.model_copy(update=placed)


def _in_words(error: ValidationError) -> list[str]:
    found = []
    for detail in error.errors(include_url=False, include_context=False):
        field = ".".join(str(part) for part in detail["loc"]) or "the whole"
        known = (
            " there is no such setting"
            if detail["type"] == "extra_forbidden"
            else f" {detail['msg'].lower()}"
        )
        found.append(f"  {field}:{known}; found {detail['input']!r}"[:300])
    return found


def _placed(files: CatalogueFiles, folder: Path) -> CatalogueFiles:
    named = {name: getattr(files, name) for name in CatalogueFiles.model_fields}
    return CatalogueFiles(**{name: None if path is None else folder / path for name, path in named.items()})
