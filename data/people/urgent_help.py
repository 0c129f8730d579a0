"""Where somebody who cannot wait finds help: numbers by kind of need and by nation, each with its source and day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from data.catalogue.bounds import Day
from data.catalogue.reading import SAMPLE
from data.catalogue.records import Record
from data.errors import BadData, Problem, in_words
from data.json_files import read_json

FILE: Final = SAMPLE / "urgent_help.json"
STALE: Final = timedelta(days=90)
"""A number that nobody has compared with its source for longer is warned of, and shown all the same."""


class HelpLine(Record):
    """One place to turn to."""

    id: str
    name: str
    says: str
    """One plain sentence about it."""
    phone: str | None = None
    sms: str | None = None
    """The number that takes a text."""
    url: str | None = None
    hours: str = ""
    kinds: tuple[str, ...] = Field(min_length=1)
    nations: tuple[str, ...] = ()
    """Codes of the nations it serves; none stated serves all."""
    source: str
    """The page that states it."""
    checked_on: Day | None = None
    """The day on which somebody last read it there; None where no day is known."""
    read: str = ""

    def serves(self, nation: str | None) -> bool:
        """Tell whether it is there for a nation; where none is known, everything is shown."""
        return nation is None or not self.nations or nation in self.nations

    def is_stale(self, on: date) -> bool:
        """Tell whether it was last compared with its source too long ago, or nobody knows when."""
        return self.checked_on is None or on - self.checked_on > STALE


class UrgentHelp(Record):
    """All places to turn to, with a heading for each kind of need."""

    headings: dict[str, str]
    lines: tuple[HelpLine, ...]
    in_danger: str = ""
    """What a page without a list says: whom to call in danger, and whom to talk to."""
    unheard: str = ""
    """What the page on safe browsing says: whom to call in danger, and how where nobody may hear it."""

    def for_kind(self, kind: str, nation: str | None) -> tuple[HelpLine, ...]:
        """List where to turn, in the order of the file."""
        return tuple(line for line in self.lines if kind in line.kinds and line.serves(nation))

    def stale(self, on: date) -> Iterator[Problem]:
        """Yield a warning for each line that was not compared with its source lately."""
        for line in self.lines:
            if line.is_stale(on):
                when = (
                    f"last compared with its source on {line.checked_on}"
                    if line.checked_on
                    else "nobody knows when"
                )
                told = f"{line.name}: {when}; read {line.source} and renew checked_on"
                yield Problem(told, field=f"urgent_help.{line.id}")


NOBODY: Final = UrgentHelp(headings={}, lines=())
"""Where no place to turn to is known."""


def read_urgent_help(path: Path = FILE) -> UrgentHelp:
    """Read the file; raises BadData with what is wrong in it."""
    try:
        found = UrgentHelp.model_validate(read_json(path))
    except ValidationError as error:
        raise BadData([Problem(in_words(one), file=str(path)) for one in error.errors()]) from None
    unheaded = sorted({kind for line in found.lines for kind in line.kinds} - set(found.headings))
    if unheaded:
        raise BadData(
            [Problem("it has no heading", file=str(path), field=f"headings.{kind}") for kind in unheaded]
        )
    return found


@lru_cache(maxsize=1)
def own_help() -> UrgentHelp:
    """The project's own file, read once."""
    return read_urgent_help()
