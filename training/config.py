"""An experiment as a short file of differences from these defaults; all of it travels with the model."""

from __future__ import annotations

import tomllib
from datetime import date
from difflib import get_close_matches
from math import prod
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.catalogue.reading import SAMPLE
from data.errors import BadExperiment, in_words
from data.people.judgements import FILE as JUDGEMENTS
from data.people.situations import SITUATIONS
from models.rankers.baselines import AwardRate, Similarity
from models.rankers.boosting import Boosting, LambdaMart
from models.rankers.estimators import Estimator
from models.rankers.graded import GradedLinear, GradedTrees
from models.rankers.linear import Listwise
from models.rankers.logistic import Logistic

RankerConfig = Annotated[
    Similarity | AwardRate | Logistic | Listwise | Boosting | LambdaMart | Estimator,
    Field(discriminator="kind"),
]
Share = Annotated[float, Field(gt=0, lt=1)]
OrderConfig = Annotated[GradedLinear | GradedTrees, Field(discriminator="kind")]
NEEDS: Final = SAMPLE / "needs.jsonl"
MORE_NEEDS: Final = SAMPLE / "needs_more.jsonl"
"""Needs that tell the common and the rare things of every purpose; learned from beside `NEEDS`."""
APART: Final = SAMPLE / "needs_apart.jsonl"
"""Needs that were written to measure by; nothing is learned from them."""
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

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class CatalogueFiles(Part):
    """Which catalogue; the sample where nothing is named. Paths are relative to the experiment's file."""

    grants: Path | None = None
    """Grants, one JSON object a line."""
    facts: Path | None = None
    """Facts with their questions."""
    areas: Path | None = None
    """Places, a CSV of code,name,parent."""
    rates: Path | None = None
    """Base rates; without a file the sample's for its own facts, and one half for the facts of another."""


class Simulated(Part):
    """Outcomes of a made world; whatever is learned from it says that it is simulated."""

    kind: Literal["simulated"] = "simulated"
    people: int = Field(default=3000, ge=20)
    """People who search."""
    days: int = Field(default=730, ge=120)
    """Days that the world lasts."""
    until: date | None = None
    """Its last day; without one, the day before the run, so that a demonstration is never stale."""
    texts: int = Field(default=1000, ge=32)
    """About how many different sentences needs are written in."""
    explore: float = Field(default=0.15, ge=0, le=1)
    """Share of lists in which something from further down was shown."""
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
    """Share to learn from."""
    validate_: Share = Field(default=0.15, alias="validate")
    """Share by which rankers compete."""
    calibrate: Share = 0.15
    """Share by which chances are calibrated."""
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
    """Needs with the codes of what they are about; the project's where none names a purpose of the fact file."""
    rankers: tuple[OrderConfig, ...] = Field(default=KINDS, min_length=1)
    """Kinds that compete by cross-validation over situations."""


class Search(Part):
    """Rankers to be drawn from lists of settings."""

    ranker: dict[str, bool | int | float | str]
    """What all of them share: `kind`, and settings that are not searched."""
    among: dict[str, tuple[bool | int | float | str, ...]] = Field(min_length=1)
    """Setting → the values to draw from."""
    draws: int = Field(default=10, ge=1)
    """How many are drawn."""
    folds: int | None = Field(default=None, ge=2, le=20)
    """Folds of the learning period in which they are judged; only the best then competes. Without it, all compete."""
    by: Literal["person", "time"] | None = None
    """How folds are cut: each with people of its own, or each later than what it learns from; told with `folds`."""

    @model_validator(mode="after")
    def _folds_are_whole(self) -> Self:
        if (self.folds is None) != (self.by is None):
            raise ValueError(
                '`folds` and `by` belong together, such as folds = 5 and by = "person" or "time"'
            )
        return self

    @property
    def size(self) -> int:
        """How many different ones there are."""
        return prod(len(values) for values in self.among.values())


class Experiment(Part):
    """One way to learn a ranking: from what, how, and how it is measured."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    """Its name; by default that of its file."""
    about: str = ""
    """What is tried, and why."""
    seed: int = Field(default=0, ge=0)
    """Seed of all that is drawn at random."""
    catalogue: CatalogueFiles = CatalogueFiles()
    source: Annotated[Simulated | Stored, Field(discriminator="kind")] = Simulated()
    split: Split = Split()
    rankers: tuple[RankerConfig, ...] = Field(default=(Logistic(), Boosting()), min_length=1)
    """Those that compete; the validation period decides."""
    search: tuple[Search, ...] = ()
    """Rankers drawn from lists of settings, which compete too."""
    snapshots: Literal["day", "month"] = "month"
    """How often the known history is folded anew; never later than the application's day."""
    propensity_floor: float | None = Field(default=0.05, gt=0, le=1)
    """Weigh an application by 1 / its logged chance of being seen, at least this; None: do not."""
    contrast: int = Field(default=4, ge=0)
    """Grants not applied to, drawn for each need as if declined, at a tenth of the weight."""
    order: OrderSettings = OrderSettings()
    fewest_decisions: int = Field(default=400, ge=100)
    """With fewer decisions in the test period no chance of an award is told, since nothing could show it wrong."""
    bootstrap: int = Field(default=1000, ge=100)
    """Replicates of each interval."""
    learning_curve: tuple[Share, ...] = (0.1, 0.3)
    """Shares of the people to learn from again, to see what more outcomes bring."""

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
        raise BadExperiment("\n".join([f"{path}:", *problems_in_words(error, Experiment)])) from None
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


def problems_in_words(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Say every problem with its key; an unknown key is answered with the known ones."""
    found = []
    for detail in error.errors(include_url=False, include_context=False):
        field = ".".join(str(part) for part in detail["loc"]) or "the whole"
        if detail["type"] == "extra_forbidden":
            known = _known_beside(detail["loc"], model)
            near = get_close_matches(str(detail["loc"][-1]), known, n=1)
            meant = f" did you mean {near[0]!r}?" if near else ""
            found.append(f"  {field}: there is no such setting;{meant} known here: {', '.join(known)}")
        else:
            found.append(f"  {field}: {in_words(detail)}; found {detail['input']!r}"[:300])
    return found


def _known_beside(place: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """Name the settings that may stand where an unknown one was found."""
    here: Any = model
    for part in place[:-1]:
        parts = parts_of(here)
        if isinstance(part, str) and part in parts:
            here = parts[part]
        elif isinstance(part, str) and not isinstance(here, type):
            here = next((one for one in kinds_of(here) if one.model_fields["kind"].default == part), here)
    kinds = kinds_of(here)
    return sorted({field.alias or name for kind in kinds for name, field in kind.model_fields.items()})


def parts_of(annotation: Any) -> dict[str, Any]:
    """Give the settings of a part, or of the kinds that it may be: name as written → what may stand there."""
    return {
        field.alias or name: field.annotation
        for kind in kinds_of(annotation)
        for name, field in kind.model_fields.items()
    }


def kinds_of(annotation: Any) -> list[type[BaseModel]]:
    """Name the models that an annotation speaks of, through unions and tuples."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in kinds_of(part)]


def _placed(files: CatalogueFiles, folder: Path) -> CatalogueFiles:
    named = {name: getattr(files, name) for name in CatalogueFiles.model_fields}
    return CatalogueFiles(**{name: None if path is None else folder / path for name, path in named.items()})
