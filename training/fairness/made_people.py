"""What only made-up people can tell, since no store keeps facts: who is ruled out by what, and who truly qualifies.

People are drawn from the scenario and tell a part of their facts, as people do. What they would be shown follows from
what they told; what they qualify for from all that is true of them. Every figure made here is of simulated people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.catalogue.rules import HasLivedIn, LivesIn, WorkedIn
from data.catalogue.traversal import facts_named, walk
from data.people.applicants import Applicant, Need
from data.places.areas import UK
from data.synthetic.needs import Needs
from data.synthetic.people import Casting, MadePerson
from data.synthetic.scenario import Scenario
from models.eligibility.findings import Finding, FindingKind
from models.eligibility.kleene import Answer
from models.eligibility.verdict import STATUSES, Status
from models.listing.wish import Wish
from models.recommender import RANKED, Recommender
from training.fairness.exposure import Floats
from training.fairness.lists import TEN, Lists
from training.fairness.measures import Kind, Measure, Names

TELLS: Final = 0.5
"""Chance that a person tells a fact of theirs."""
FACTS: Final = ("sex", "disabled", "ethnicity")
OPEN: Final = [STATUSES.index(one) for one in (Status.ELIGIBLE, Status.DISCRETIONARY)]
LISTED: Final = [STATUSES.index(one) for one in RANKED]
WHY: Final = {
    "objects": "what the reviewed groups are told apart by (perhaps the fund's own objects)",
    "sensitive": "health, faith or another sensitive fact",
    "place": "where somebody lives",
    "past": "where somebody lived or worked before",
    "money": "income, savings or benefits in pounds",
    "window": "not open on that day",
    "other": "anything else that the fund asks",
}
"""Kinds of what rules people out, in words. A charity may restrict whom it helps (Equality Act 2010, s.193)."""


@dataclass(frozen=True)
class Crowd:
    """Made-up people, what they told, what they need, and the day."""

    people: tuple[MadePerson, ...]
    told: tuple[Applicant, ...]
    needs: tuple[Need, ...]
    on: date

    @classmethod
    def drawn(cls, recommender: Recommender, scenario: Scenario, count: int, *, on: date, seed: int) -> Crowd:
        """Draw people; the same seed gives the same ones."""
        rng = np.random.default_rng([seed, 5])
        people = tuple(Casting(recommender.catalogue, scenario).people(count, rng, on=on))
        pool = Needs.of(scenario, rng, texts=400)
        told = tuple(_partly(person.applicant, rng) for person in people)
        return cls(people, told, tuple(pool.draw(person.profile, rng).need for person in people), on)

    @property
    def groups(self) -> dict[str, Names]:
        """(people,) attributes that a deployment would know only from its audit store, the nation, the situation."""
        rows = [dict(_groups(person)) for person in self.people]
        return {kind: np.array([row[kind] for row in rows], dtype=np.str_) for kind in rows[0]}


def _partly(applicant: Applicant, rng: np.random.Generator) -> Applicant:
    facts = {name: value for name, value in applicant.facts.items() if rng.random() < TELLS}
    return replace(applicant, facts=facts)


def _groups(person: MadePerson) -> Iterator[tuple[str, str]]:
    for name in FACTS:
        value = person.applicant.facts.get(name)
        yield name, _in_words(value)
    nation = next((code for code in person.places if code in UK), None)
    yield "nation", UK[nation][0] if nation else "not stated"
    yield "situation", person.profile.name


def _in_words(value: object) -> str:
    known = {True: "yes", False: "no", None: "not stated"}
    return known[value] if isinstance(value, bool | None) else str(value).replace("_", " ")


@dataclass(frozen=True)
class Seen:
    """What a crowd would be shown, and what is true of it."""

    lists: Lists
    worth: Floats
    """(places,) exp(score) as a share of the list: what the order itself holds each grant to be worth."""
    open: NDArray[np.bool_]
    """(people, grants) whether it is open to the person by all that is true of them."""
    waiting: Floats
    """(people,) the sum of told chances to qualify over grants that wait for an answer."""
    qualified: Floats
    """(people,) of these grants, how many are open to the person."""


def seen(recommender: Recommender, crowd: Crowd, *, done: Callable[[], None] | None = None) -> Seen:
    """Rank for everybody of a crowd, whole lists; and judge by all that is true."""
    grants = recommender.catalogue.grants
    rows = {grant.id: row for row, grant in enumerate(grants)}
    wish = Wish(size=len(grants), near_misses=0, explain=False)
    is_open = np.zeros((len(crowd.people), len(grants)), dtype=np.bool_)
    waiting, qualified = np.zeros(len(crowd.people)), np.zeros(len(crowd.people))
    table: list[tuple[float, ...]] = []
    for number, (person, told, need) in enumerate(zip(crowd.people, crowd.told, crowd.needs, strict=True)):
        judged = recommender.pairing.judge.statuses(person.applicant, on=crowd.on)
        is_open[number] = np.isin(judged, OPEN)
        results = recommender.recommend(told, need, on=crowd.on, wish=wish).results
        scores = np.array([one.score for one in results])
        worth = np.exp(scores - scores.max(initial=0.0))
        for one, share in zip(results, worth / max(worth.sum(), 1e-12), strict=True):
            row = rows[one.grant_id]
            chance = np.nan if one.success is None else one.success.estimate
            code = STATUSES.index(one.status)
            table.append((number, row, one.rank, code, one.qualifies.estimate, chance, share))
            if one.status is Status.NEEDS_INFO:
                waiting[number] += one.qualifies.estimate
                qualified[number] += is_open[number, row]
        if done:
            done()
    names = ("of", "grant", "rank", "status", "qualifies", "success", "worth")
    columns = dict(zip(names, np.array(table, dtype=np.float64).reshape(-1, len(names)).T, strict=True))
    count = len(crowd.people)
    pseudonyms = [person.pseudonym for person in crowd.people]
    lists = Lists.laid_out(pseudonyms, range(count), [0] * count, columns)
    return Seen(lists, columns["worth"], is_open, waiting, qualified)


def measures_of(found: Seen) -> tuple[Measure, ...]:
    """Give what a crowd tells: grants open to people, how honest chances of qualifying are, what stands on page one."""
    people = len(found.lists.people)
    ones, count = np.ones(people), found.open.sum(axis=1).astype(np.float64)
    top = found.lists.first_ten
    truly = found.open[found.lists.owner[found.lists.of], found.lists.grant]
    shown, good = found.lists.by_person(np.ones(len(top)), where=top), found.lists.by_person(truly, where=top)
    return (
        Measure("open_grants", "Grants open to a person", Kind.COUNT, count, ones,
                "By all that is true of them, before any ranking."),
        Measure("under_three", "People with fewer than 3 grants", Kind.RATE, (count < 3).astype(np.float64), ones,
                "Whom the catalogue has little for."),
        Measure("qualified_over_told", "Qualified for each told chance", Kind.HONESTY, found.qualified,
                found.waiting, "Grants that wait for an answer: how many are open, for each that chances add up to."),
        Measure("open_on_page_one", "Of the first ten, truly open", Kind.RATE, good, shown,
                "The share of the first page that the person can have."),
    )  # fmt: skip


@dataclass(frozen=True)
class RuledOut:
    """Whom one rule alone keeps from one grant."""

    grant: str
    rule: str
    text: str
    why: str
    """A key of WHY."""
    people: NDArray[np.bool_]


@dataclass(frozen=True)
class Impact:
    """What rules people out."""

    by_kind: Mapping[str, Floats]
    """Kind of reason → (people,) how many grants it rules out, a grant with several reasons in parts."""
    objects_alone: Floats
    """(people,) how many grants are ruled out by nothing but what groups are told apart by, or age."""
    alone: tuple[RuledOut, ...]
    """Rules that are the only thing in somebody's way, most people first."""


def rule_impact(
    recommender: Recommender,
    crowd: Crowd,
    attributes: frozenset[str],
    *,
    done: Callable[[], None] | None = None,
) -> Impact:
    """Judge every grant for everybody by all that is true, with all findings; `attributes` names facts under review."""
    by_kind = {why: np.zeros(len(crowd.people)) for why in WHY}
    objects = np.zeros(len(crowd.people))
    alone: dict[tuple[str, str], NDArray[np.bool_]] = {}
    rules: dict[tuple[str, str], tuple[str, str]] = {}
    for number, person in enumerate(crowd.people):
        context = recommender.context(person.applicant, on=crowd.on)
        for verdict in recommender.verdicts(context, recommender.catalogue.grants):
            against = [one for one in verdict.findings if one.answer is Answer.NO]
            kinds = [_why(one, recommender, attributes) for one in against]
            objects[number] += set(kinds) == {"objects"}
            for why, times in Counter(kinds).items():
                by_kind[why][number] += times / len(kinds)
            if len(against) == 1 and against[0].rule is not None:
                key = verdict.grant_id, against[0].code
                rules[key] = against[0].rule.text, kinds[0]
                alone.setdefault(key, np.zeros(len(crowd.people), dtype=np.bool_))[number] = True
        if done:
            done()
    found = [RuledOut(*key, *rules[key], people) for key, people in alone.items()]
    found.sort(key=lambda one: (-int(one.people.sum()), one.grant, one.rule))
    return Impact(by_kind, objects, tuple(found))


def _why(finding: Finding, recommender: Recommender, attributes: frozenset[str]) -> str:
    if finding.kind is FindingKind.WINDOW:
        return "window"
    if finding.rule is None:
        return "other"
    condition, book = finding.rule.condition, recommender.catalogue.facts.facts
    named = [book[name] for name in facts_named(condition) if name in book]
    parts = list(walk(condition))
    if any(fact.id in attributes or fact.from_birth_date for fact in named):
        return "objects"
    if any(fact.special_category for fact in named):
        return "sensitive"
    if any(isinstance(part, LivesIn) for part in parts):
        return "place"
    if any(isinstance(part, HasLivedIn | WorkedIn) for part in parts):
        return "past"
    return "money" if any(fact.kind == "money" for fact in named) else "other"


def never_shown(found: Seen) -> NDArray[np.int64]:
    """Rows of grants that are open to somebody of the crowd and stand on nobody's first page."""
    lists = found.lists
    shown = np.zeros(found.open.shape[1], dtype=np.bool_)
    shown[lists.grant[lists.rank <= TEN]] = True
    return np.flatnonzero(found.open.any(axis=0) & ~shown)


def ineligible_shown(recommender: Recommender, crowd: Crowd, found: Seen) -> int:
    """Count places of first pages whose grant is ruled out by what the person told: there must be none."""
    count = 0
    for number, told in enumerate(crowd.told):
        judged = recommender.pairing.judge.statuses(told, on=crowd.on)
        mine = (found.lists.of == number) & found.lists.first_ten
        count += int((~np.isin(judged[found.lists.grant[mine]], LISTED)).sum())
    return count
