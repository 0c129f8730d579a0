"""Everything a deployment can choose, read once from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.catalogue.reading import SAMPLE
from data.errors import GrantMatchError


class BadSettings(GrantMatchError):
    """A setting in the environment that cannot be used."""


class Settings(BaseSettings):
    """The choices of one deployment: environment variables that start with `GRANTS_`."""

    model_config = SettingsConfigDict(
        env_prefix="GRANTS_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    catalogue: Path = SAMPLE / "catalogue.jsonl"
    """The grants, one JSON object a line."""
    charity_register: Path | None = None
    """Entries of a charity register that nobody has reviewed, from `python -m data import-charities`, with their
    vectors beside them (`python -m models embed`); they are listed in a group of their own. None means none."""
    facts: Path | None = None
    """The facts file; None means the one that comes with the sample."""
    areas: Path | None = None
    """The areas file; None means the one that comes with the sample."""
    base_rates: Path | None = None
    """How common what the rules ask about is among people who look for help. None means the file that comes with the
    sample, where its facts are used, and else that every fact stands at one half."""
    postcodes: Path | None = None
    """Where postcodes lie, from `python -m data import-postcodes`; None means that places are told as areas."""
    bundle: Path = Path("bundles/champion")
    """Folder of the trained bundle; when it cannot be used, similarity stands in and answers say so."""
    embedder: Path | None = None
    """A local sentence-transformers folder; None means the packaged MiniLM."""
    store: str = "sqlite:///grants.db"
    """Where events, outcomes and judgements are kept: an SQLAlchemy address."""
    ledger: Path = Path("bundles/ledger.jsonl")
    """The hash-chained record of which bundle was live, since when, approved by whom."""

    keys: Path | None = None
    """JSON file of hashed access keys (`python -m serving key`); None means a demo on loopback only."""
    demo_key: str | None = Field(default=None, min_length=16, repr=False)
    """Fixes the demo key instead of drawing one; ignored when `keys` is given."""
    reviews: Path = Path("var/reviews")
    """Where `python -m training review` leaves the folders of fairness reviews, for `/review`."""
    session_key: str | None = Field(default=None, min_length=32, repr=False)
    """Signs the sessions of people who sign in; None draws one at each start, which signs everybody out."""
    urgent_help: Path | None = None
    """Where somebody in danger, or without food or power, turns: numbers by nation, in the form of the sample's
    `urgent_help.json`. None means that file where the sample's areas are used, and else that nobody is named."""
    situations: Path | None = None
    """The people that partners grade grants for, as JSON Lines; None means those that come with the sample."""
    page_open: bool | None = None
    """Whether the pages need no key; None means open in the demo, closed with real keys."""

    origins: str = ""
    """Other origins whose browsers may call the API, parted by spaces, such as `https://www.example.org`; none by
    default. Keys that browsers carry are public: they may have the scope `rank` alone."""

    body_limit: int = Field(default=256 * 1024, ge=1024)
    """Bytes of a request body; more is refused before it is parsed."""
    body_seconds: float = Field(default=10.0, gt=0)
    """How long a client may take to send its body."""
    rate: int = Field(default=6000, ge=1)
    """Requests a minute for each key, or for each address where no key is needed, in each worker."""
    deadline: float = Field(default=1.0, gt=0)
    """Seconds for one ranking; then the list comes in a safe order, and says so."""
    threads: int = Field(default=4, ge=1, le=64)
    """Requests worked on at the same time; others wait their turn."""
    store_threads: int = Field(default=4, ge=1, le=64)
    """Requests that wait for the store at the same time; they have threads of their own."""
    store_seconds: float = Field(default=10.0, gt=0)
    """Seconds that the store may take for one request; then it is 503, and what came of it is not known."""
    waiting: int = Field(default=64, ge=1)
    """Requests that may wait, for the store and for all else apart; more are turned away with 429."""
    explore: float = Field(default=0.0, ge=0, le=0.5)
    """Share of lists in which one grant from further down, never one that is ruled out, stands on the first page, so
    that training learns of what is seldom seen. Each result tells the chance of its place."""
    floors: Literal["funder", "region", "listing"] | None = None
    """Bands of grants that get at least their share of worth of each first page, by small moves among grants that are
    listed anyway: by size of the funder, by nation, or reviewed entries and those from a register. None: no floors."""
    model_days: int = Field(default=180, ge=1)
    """Age in days after which a bundle steps down to rules and similarity."""
    reload_seconds: float = Field(default=30.0, gt=0)
    """How often the bundle folder is looked at for a newer champion."""


def read_settings() -> Settings:
    """Read the environment; raises BadSettings with every setting that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False, include_context=False)
        told = (f"GRANTS_{str(one['loc'][0]).upper()}: {one['msg']}" for one in wrong)
        raise BadSettings("; ".join(told)) from None
