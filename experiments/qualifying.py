"""Whether the chance of qualifying is right: simulated people tell a part of what is known, and the truth is judged.

People are drawn household first from collected rows (`experiments/households.py`), the chances come from the product's
own base rates. What people at the funds decide is decided by a coin of its `likely`, before anything is judged: the
judge is asked of a catalogue in which every discretion is a fact. Only pairs of a person and a grant with a chance
between 0 and 1 count. Beside ours stands the best that needs no facts: of each grant one chance, as often as it turned
out here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from data.catalogue.facts import Fact, FactBook
from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue, sample_catalogue
from data.catalogue.rules import as_json
from data.people.applicants import read_applicant
from data.people.base_rates import FILE, read_base_rates
from data.synthetic.random_catalogues import generate_catalogue
from data.synthetic.random_people import PersonMaker
from data.synthetic.random_rules import RuleMaker
from experiments.households import Collected, Households, Json
from models.compiled.judge import CompiledJudge
from models.eligibility.conditions import evaluation_context
from models.eligibility.verdict import STATUSES, Status
from models.qualifying.chances import Qualifying
from models.qualifying.tables import UNRATED
from models.qualifying.wording import FEW, VERY_LIKELY, in_words

ON: Final = date(2026, 11, 29)
SEED: Final = 7
PEOPLE: Final = 10_000
BINS: Final = 20
REPLICATES: Final = 200
GRANTS: Final = 2_000
"""Of the simulated catalogue that is timed."""
TIMED: Final = 25
"""People of each kind that are timed."""
KNOWN: Final = {"nobody known": 0.0, "a form filled in": 0.15, "everything known": 1.0}
_LISTS: Final = ("areas", "lived_in", "work", "related", "receives")
_ELIGIBLE, _NEEDS_INFO = STATUSES.index(Status.ELIGIBLE), STATUSES.index(Status.NEEDS_INFO)


@dataclass(frozen=True)
class Pairs:
    """Pairs of a person and a grant, of which the chance lies between 0 and 1."""

    chances: NDArray[np.float64]
    qualified: NDArray[np.bool_]
    people: NDArray[np.int64]
    grants: NDArray[np.int64]

    def of(self, some: NDArray[np.int64]) -> Pairs:
        """Take some of the pairs, as often as they are named."""
        return Pairs(self.chances[some], self.qualified[some], self.people[some], self.grants[some])


@dataclass(frozen=True)
class Found:
    """What was measured."""

    people: int
    pairs: int
    undecided: int
    """Pairs left out, as the judge did not know all that it asks even of the whole person."""
    words: dict[str, tuple[float, float, int]]
    """Of those who are told each sentence the mean chance, the share who qualified, how many pairs."""
    calibration_error: float
    calibration_error_most: float
    """The upper end of the interval, 95 %, from drawing whole people."""
    brier_skill: float
    brier_skill_least: float
    bins: tuple[tuple[float, float, int], ...]
    """Of each bin the mean chance, the share who qualified, how many pairs."""
    ms: dict[str, tuple[float, float]]
    """For each kind of people the milliseconds of judging 2,000 grants, and of their chances on top."""

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain JSON-ready data."""
        return {
            "study": "qualifying",
            "people": self.people,
            "pairs": self.pairs,
            "undecided": self.undecided,
            "calibration_error": round(self.calibration_error, 4),
            "calibration_error_95": round(self.calibration_error_most, 4),
            "brier_skill": round(self.brier_skill, 4),
            "brier_skill_5": round(self.brier_skill_least, 4),
            "words": {
                said: [round(told, 4), round(was, 4), n] for said, (told, was, n) in self.words.items()
            },
            "bins": [[round(told, 4), round(was, 4), count] for told, was, count in self.bins],
            "ms": {kind: [round(one, 3) for one in times] for kind, times in self.ms.items()},
        }


def run(
    data: Path, people: int = PEOPLE, *, seed: int = SEED, told: Callable[[str], None] = lambda _: None
) -> Found:
    """Draw people, ask for the chances of each, judge them with everything known, and compare."""
    catalogue = sample_catalogue()
    undecided, found = 0, list[tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]]()
    for chances, codes in outcomes(data, catalogue, people, seed):
        between = (chances > 0) & (chances < 1)
        unsure = between & (codes == _NEEDS_INFO)
        undecided += int(unsure.sum())
        places = np.flatnonzero(between & ~unsure)
        found.append((chances[places], codes[places] == _ELIGIBLE, places))
        if len(found) % 100 == 0:
            told(f"{len(found)} of {people} people")
    owners = np.repeat(np.arange(len(found)), [len(one[0]) for one in found])
    chances, qualified, grants = (np.concatenate(column) for column in zip(*found, strict=True))
    pairs = Pairs(chances, qualified, owners, grants)
    errors, skills = _spread(pairs, np.random.default_rng(seed))
    told("timing")
    return Found(
        people, len(owners), undecided, by_words(pairs),
        calibration_error(pairs), float(np.quantile(errors, 0.975)),
        brier_skill(pairs), float(np.quantile(skills, 0.025)),
        tuple(bins(pairs)), timed(),
    )  # fmt: skip


def outcomes(
    data: Path, catalogue: Catalogue, people: int, seed: int
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int8]]]:
    """Yield for one person after another (grants,) the chances by what is told, and the codes by all that is so."""
    rng = np.random.default_rng(seed)
    rates = read_base_rates(FILE, catalogue.facts, catalogue.areas)
    judge, qualifying = CompiledJudge.build(catalogue), Qualifying.build(catalogue, rates)
    decided, likely = with_decisions(catalogue)
    whole_judge = CompiledJudge.build(decided)
    households = Households(Collected.read(data), catalogue.facts, catalogue.areas, rng, ON)
    for _ in range(people):
        person = households.applicant()
        part = read_applicant(told_part(person, rng), catalogue.facts, catalogue.areas)
        context = evaluation_context(part, catalogue.facts, catalogue.areas, on=ON)
        chances = qualifying.chances(context, judge.statuses_in(context))
        coins = {name: bool(rng.random() < share) for name, share in likely.items()}
        whole = {**person, "facts": {**person["facts"], **coins}}
        yield chances, whole_judge.statuses(read_applicant(whole, decided.facts, decided.areas), on=ON)


def with_decisions(catalogue: Catalogue) -> tuple[Catalogue, dict[str, float]]:
    """Put a fact in place of each discretion, and give how likely each is to be true."""
    likely: dict[str, float] = {}

    def decided(part: Any) -> Any:
        if isinstance(part, list):
            return [decided(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "discretion" in part:
            name = f"decided_{len(likely)}"
            likely[name] = float(part.get("likely", UNRATED))
            return {"fact": name, "is": True}
        return {key: decided(value) for key, value in part.items()}

    grants = tuple(
        Grant.model_validate(
            {
                **grant.model_dump(by_alias=True, exclude={"rules"}, exclude_unset=True),
                "rules": [decided(as_json(rule)) for rule in grant.rules],
            }
        )
        for grant in catalogue.grants
    )
    decisions = {name: Fact(id=name, kind="boolean", of="household") for name in likely}
    book = FactBook.model_validate(
        catalogue.facts.model_copy(update={"facts": {**catalogue.facts.facts, **decisions}}).__dict__
    )
    return Catalogue(grants, book, catalogue.areas, "with decisions"), likely


def told_part(person: Json, rng: np.random.Generator) -> Json:
    """Hide a random part of a person: each fact and each list by itself, some people telling much and some little."""
    share = float(rng.uniform(0.05, 0.9))
    part: Json = {"facts": {name: value for name, value in person["facts"].items() if rng.random() < share}}
    return part | {name: person[name] for name in _LISTS if rng.random() < share}


def bins(pairs: Pairs) -> Iterator[tuple[float, float, int]]:
    """Yield for bins of equal count the mean chance, the share who qualified, and how many pairs."""
    for some in np.array_split(np.argsort(pairs.chances, kind="stable"), BINS):
        yield float(pairs.chances[some].mean()), float(pairs.qualified[some].mean()), len(some)


def by_words(pairs: Pairs) -> dict[str, tuple[float, float, int]]:
    """Measure apart what is told in different words."""
    said = np.digitize(pairs.chances, [np.nextafter(FEW, 1), VERY_LIKELY])
    found = {}
    for place, chance in enumerate((FEW, (FEW + VERY_LIKELY) / 2, VERY_LIKELY)):
        some = pairs.of(np.flatnonzero(said == place))
        if len(some.chances):
            found[in_words(chance)] = (
                float(some.chances.mean()),
                float(some.qualified.mean()),
                len(some.chances),
            )
    return found


def calibration_error(pairs: Pairs) -> float:
    """Give the mean distance between what was told and what was so, over bins of equal count."""
    return sum(abs(told - was) * count for told, was, count in bins(pairs)) / len(pairs.chances)


def brier_skill(pairs: Pairs) -> float:
    """Give 1 − Brier score of ours / Brier score of the constant of each grant."""
    totals = np.bincount(pairs.grants, minlength=1)
    constant = np.bincount(pairs.grants, pairs.qualified) / np.maximum(totals, 1)
    ours = np.mean((pairs.chances - pairs.qualified) ** 2)
    return float(1 - ours / np.mean((constant[pairs.grants] - pairs.qualified) ** 2))


def _spread(pairs: Pairs, rng: np.random.Generator) -> tuple[list[float], list[float]]:
    """Measure again on people drawn with replacement."""
    count = int(pairs.people.max()) + 1
    starts = np.searchsorted(pairs.people, np.arange(count + 1))
    errors, skills = [], []
    for _ in range(REPLICATES):
        drawn = rng.integers(0, count, count)
        some = pairs.of(np.concatenate([np.arange(starts[one], starts[one + 1]) for one in drawn]))
        errors.append(calibration_error(some))
        skills.append(brier_skill(some))
    return errors, skills


def timed() -> dict[str, tuple[float, float]]:
    """Time judging and the chances on a simulated catalogue: medians over people of their quickest of three runs."""
    sample, rng = sample_catalogue(), np.random.default_rng(SEED)
    catalogue = generate_catalogue(RuleMaker(sample.facts, sample.areas, rng, ON), grants=GRANTS)
    judge = CompiledJudge.build(catalogue)
    qualifying = Qualifying.build(catalogue, read_base_rates(FILE, sample.facts, sample.areas))
    found = {}
    for kind, known in KNOWN.items():
        maker = PersonMaker(sample.facts, sample.areas, np.random.default_rng(SEED), ON, known)
        people = [maker.applicant() for _ in range(TIMED)]
        times = [[_once(judge, qualifying, catalogue, person) for _ in range(3)] for person in people]
        judging, chances = np.median(np.array(times).min(axis=1), axis=0) * 1e3
        found[kind] = float(judging), float(chances)
    return found


def _once(
    judge: CompiledJudge, qualifying: Qualifying, catalogue: Catalogue, person: Json
) -> tuple[float, float]:
    applicant = read_applicant(person, catalogue.facts, catalogue.areas)
    context = evaluation_context(applicant, catalogue.facts, catalogue.areas, on=ON)
    started = time.perf_counter()
    statuses = judge.statuses_in(context)
    judged = time.perf_counter()
    qualifying.chances(context, statuses)
    return judged - started, time.perf_counter() - judged


def show(found: Found, *, as_json: bool) -> None:
    """Print the figures: tables for people, or one JSON object."""
    if as_json:
        print(json.dumps(found.as_dict()))
        return
    console = Console()
    table = Table(
        "chance told", "qualified", "pairs", title=f"{found.people:,} people, {found.pairs:,} pairs"
    )
    for told, was, count in found.bins:
        table.add_row(f"{told:.3f}", f"{was:.3f}", f"{count:,}")
    console.print(table)
    words = Table("told in words", "chance", "qualified", "pairs")
    for said, (told, was, count) in found.words.items():
        words.add_row(said, f"{told:.3f}", f"{was:.3f}", f"{count:,}")
    console.print(words)
    console.print(_in_words(found), highlight=False)


def _in_words(found: Found) -> str:
    lines: Sequence[str] = [
        f"calibration error {found.calibration_error:.4f} (at most {found.calibration_error_most:.4f}), goal 0.03",
        f"Brier skill over one chance a grant {found.brier_skill:.3f} (at least {found.brier_skill_least:.3f}), "
        "goal 0.10",
        f"{found.undecided:,} pairs left out: not all that is asked was known",
        *(
            f"{GRANTS:,} grants, {kind}: judging {judging:.2f} ms, the chances {chances:.2f} ms more"
            for kind, (judging, chances) in found.ms.items()
        ),
    ]
    return "\n".join(f"- {line}" for line in lines)
