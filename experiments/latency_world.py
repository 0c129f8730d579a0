"""Catalogues to time the service on: the sample, and beside it simulated grants with rules of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from data.catalogue.reading import SAMPLE, Catalogue
from data.catalogue.rules import as_json
from data.synthetic.random_catalogues import generate_catalogue
from data.synthetic.random_rules import RuleMaker

Json = dict[str, Any]

SEED: Final = 7
NATION_WIDE: Final = 0.15
"""Share of simulated grants that ask for no place."""
ON: Final = date(2026, 11, 29)
PLACES: Final = ("E08000025", "E06000052", "E07000067", "E09000022", "W06000015")
"""Where people live who tell a place."""
RULES: Final = 20
"""Distinct rules drawn for each simulated grant, so that no two grants ask the same."""
OWN: Final = ("rules", "window", "repeat", "same_as", "for", "read")
"""What a simulated grant does not take from the real one of which it has the words."""


def write_catalogue(file: Path, sample: Catalogue, grants: int) -> None:
    """Write the first grants of the sample and, where more are asked for, simulated ones, one a line."""
    with file.open("w", encoding="utf-8") as lines:
        for grant in islice(_grants(sample, grants), grants):
            lines.write(json.dumps(grant, ensure_ascii=False) + "\n")


def _grants(sample: Catalogue, grants: int) -> Iterator[Json]:
    """Give the sample, and then grants that have the words of one of it, and rules of their own."""
    lines = (SAMPLE / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()
    real, rng = [json.loads(line) for line in lines], np.random.default_rng(SEED)
    yield from real
    councils = sorted(code for code in sample.areas.names if code[:3] in ("E06", "E07", "E08", "E09"))
    maker, more = RuleMaker(sample.facts, sample.areas, rng, ON), max(0, grants - len(real))
    for number, made in enumerate(generate_catalogue(maker, grants=more, distinct=more * RULES).grants):
        worded = {name: told for name, told in real[number % len(real)].items() if name not in OWN}
        rules = [{**as_json(rule), "id": f"r{place}"} for place, rule in enumerate(made.rules)]
        if rng.random() >= NATION_WIDE:
            near = sorted(rng.choice(councils, 3, replace=False).tolist())
            rules.insert(0, {"id": "home", "text": "simulated", "condition": {"lives_in": near}})
        windows = [window.model_dump(mode="json", exclude_unset=True) for window in made.windows]
        yield {**worded, "id": made.id, "rules": rules, "window": windows}


def situations() -> list[Json]:
    """Read the judged situations of the sample, as they are written: applicants with needs."""
    lines = (SAMPLE / "judgements.jsonl").read_text(encoding="utf-8").splitlines()
    return [told for told in map(json.loads, lines) if "applicant" in told]


def applicants(*, placed: bool) -> Iterator[Json]:
    """Give one applicant after another, each another: those of judged situations, who have other savings each time.

    All of them tell a place of `PLACES`, or none does.
    """
    for number, told in enumerate(cycle(situations())):
        applicant = {name: value for name, value in told["applicant"].items() if name != "areas"}
        facts = {**applicant.get("facts", {}), "savings": number}
        yield {**applicant, "facts": facts, **({"areas": [PLACES[number % len(PLACES)]]} if placed else {})}
