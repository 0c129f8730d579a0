"""Partners' judgements as pairs to learn from, where an experiment gives them weight; by default they have none.

They are few, and they are what rankings are tested on: who learns from them says so, and how much they count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, ValidationError

from data.errors import BadExperiment
from data.people.applicants import Need
from data.people.events import Judgement
from training.asked import SCHEMA

FITS: Final = 2
"""From this grade on ("well") a judgement counts as if awarded, below it as if declined."""


class Situation(BaseModel):
    """A situation that partners judge grants for: what is needed, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    need: Need
    areas: tuple[str, ...] = ()
    """Nearest first."""


def read_situations(path: Path) -> dict[str, Situation]:
    """Read situations, one JSON object a line; raises BadExperiment where a line is none."""
    found = {}
    try:
        for line in path.read_text("utf-8").splitlines():
            situation = Situation.model_validate_json(line)
            found[situation.id] = situation
    except (OSError, ValidationError) as error:
        raise BadExperiment(f"{path}: no situations can be read here ({error})") from error
    return found


def judged_batch(
    judgements: Sequence[Judgement],
    situations: Mapping[str, Situation],
    places: Mapping[str, int],
    *,
    weight: float,
) -> pa.RecordBatch:
    """Lay out judgements about grants of the catalogue; raises BadExperiment for a situation that is not known."""
    missing = sorted({one.situation_id for one in judgements} - set(situations))
    if missing:
        raise BadExperiment(f"judgements are about situations that are not told: {', '.join(missing[:5])}")
    rows = list(_rows(judgements, situations, places, weight))
    return pa.RecordBatch.from_pylist(rows, SCHEMA)


def _rows(
    judgements: Sequence[Judgement],
    situations: Mapping[str, Situation],
    places: Mapping[str, int],
    weight: float,
) -> Iterator[dict[str, Any]]:
    """Number needs and partners below 0, apart from those who applied."""
    known = [one for one in judgements if one.grant_id in places]
    partners = {name: at for at, name in enumerate(sorted({one.partner for one in known}))}
    ordered = sorted(known, key=lambda one: (one.on, one.situation_id, one.partner, one.id))
    grouped = groupby(ordered, key=lambda one: (one.on, one.situation_id, one.partner))
    for number, ((on, situation, partner), group) in enumerate(grouped):
        told = situations[situation]
        for one in group:
            yield {
                **told.need.model_dump(),
                "query": -1 - number,
                "person": -1 - partners[partner],
                "grant": places[one.grant_id],
                "on": on,
                "decided_on": on,
                "awarded": one.grade >= FITS,
                "weight": weight,
                "areas": told.areas,
            }
