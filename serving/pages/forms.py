"""Turns questions into form fields and a sent form back into what is known of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from data.catalogue.bounds import in_period
from data.catalogue.facts import Fact
from data.catalogue.reading import Catalogue
from data.people.needs import one_line_break
from serving.pages.place_names import PlaceNames

Pairs = Sequence[tuple[str, str]]
"""Names and values of a form, in the order sent; a name may stand more than once."""
AreasOf = Callable[[str], tuple[str, ...] | None]
"""The areas that a postcode lies in; None where there is no such postcode."""

DECLINED: Final = "declined"
UNKNOWN: Final = "unknown"
NONE_OF_THESE: Final = "none"
SILENCES: Final = {DECLINED: {"declined": True}, UNKNOWN: {"unknown": True}}
NEED_LIMIT: Final = 2000
"""Longest need text, in characters."""
CARRIED: Final = ("need", "fact-", "silence-", "unlike-", "whom", "worker", "purpose", "visit", "danger")
"""How the names begin that are carried from page to page as they were sent."""
NO_SUCH_PLACE: Final = "We do not know this place. Try the name of your council or county"
WHICH_PLACE: Final = "Which of these places do you mean?"
NO_SUCH_POSTCODE: Final = "We do not know this postcode. Check it, or choose a place from the list"
WORK: Final = "list-work"
"""Under this id a form asks for the kinds of work done, which is no fact but a list."""
ANOTHER: Final = "another"
"""Help is sought for another adult: all that is told is told of them, who are the applicant."""
YES_NO: Final = {"yes": "Yes", "no": "No"}
"""The answers to a question of yes or no, with their words."""
LONGEST_NAME: Final = 100
"""Characters that are read of the name of a visit or of what is looked up."""
LARGEST: Final = 10**9
"""Largest number that a form takes."""


class Told(NamedTuple):
    """A time for which money may be told: its words, and of how many weeks, months or years it is."""

    words: str
    times: int
    per: str


PERIODS: Final = {
    "week": Told("a week", 1, "week"),
    "two_weeks": Told("every 2 weeks", 2, "week"),
    "four_weeks": Told("every 4 weeks", 4, "week"),
    "month": Told("a month", 1, "month"),
    "year": Told("a year", 1, "year"),
}
"""The times for which money may be told, as a form sends them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question as a form shows it, with what was answered so far."""

    id: str
    kind: str
    text: str
    why: str
    unit: str
    values: tuple[tuple[str, str], ...]
    """The answers to choose from, as (code, words); of money the times for which it may be told."""
    sensitive: bool
    given: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    """The parts of a day, or for which time money is told (`per`), as they were sent."""
    silence: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sent form, read: what the person said, what must be put right, and the form as it was sent."""

    need: str
    whom: str
    """For whom help is sought: a relation, or `another` adult; empty for the person and the home."""
    worker: str
    """Whether a worker helps who can apply: `yes`, `no`, or empty where nothing was said."""
    purposes: tuple[str, ...]
    """Purposes that the person said the need is about."""
    areas: tuple[str, ...]
    """Where the person lives, by name or from a postcode."""
    place: str
    """A place as it was typed, to be put right; empty where it was found."""
    places: tuple[tuple[str, str], ...]
    """Places that may be meant, as (code, name)."""
    postcode: str | None
    """One that is not known, as it was typed, to be put right; None where this deployment takes no postcodes."""
    facts: dict[str, Any]
    work: list[dict[str, str]] | None
    problems: dict[str, str]
    sent: tuple[tuple[str, str], ...]
    fact_ids: tuple[str, ...]
    offset: int
    step: str
    visit: str
    """The random name of this visit, by which it can be ended."""
    grant: str
    """The grant that is looked at, in the step that does."""
    name: str
    """What is looked up by its name."""
    danger: bool
    """Whether abuse was in view on an earlier page of this visit."""
    unlike: frozenset[str]
    """Suggestions that the person said are not so, by fact."""

    @property
    def applicant(self) -> dict[str, Any]:
        """What is known of the person, in the format of the API."""
        areas = {"areas": list(self.areas)} if self.areas else {}
        work = {} if self.work is None else {"work": self.work}
        return {"facts": self.facts, **areas, **work}

    def with_problems(self, problems: dict[str, str]) -> Asked:
        """The same form with something more to put right."""
        return replace(self, problems={**self.problems, **problems})


def read_form(
    pairs: Pairs, catalogue: Catalogue, areas_of: AreasOf | None = None, names: PlaceNames | None = None
) -> Asked:
    """Read a sent form. Names that no field of ours has are left out; wrong values become problems.

    `areas_of` tells where a postcode lies; None where this deployment knows no postcodes.
    """
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value.strip())
    postcode = _one(values, "postcode") if areas_of else None
    found = areas_of(postcode) if areas_of and postcode else None
    names = names or PlaceNames(catalogue.areas)
    place = _one(values, "place") if found is None else ""
    placed = names.find(place) if place else None
    areas = found or ((placed,) if placed else tuple(_one(values, "area").split()))
    unplaced = place if placed is None and not areas else ""
    facts, problems = _read_facts(values, catalogue)
    work = _read_work(values, catalogue)
    worked = (WORK,) if work is not None or _one(values, f"silence-{WORK}") else ()
    return Asked(
        need=one_line_break(_one(values, "need")),
        whom=_one(values, "whom") if _one(values, "whom") in {*catalogue.facts.relations, ANOTHER} else "",
        worker=_one(values, "worker") if _one(values, "worker") in YES_NO else "",
        purposes=tuple(code for code in values.get("purpose", ()) if code in catalogue.facts.purposes),
        areas=areas,
        place=unplaced,
        places=names.like(unplaced) if unplaced else (),
        postcode=postcode if found is None else "",
        facts={**_counted(values, catalogue), **facts},
        work=work,
        problems={
            **problems,
            **_other_problems(values, areas, catalogue),
            **({"place": WHICH_PLACE if names.like(unplaced) else NO_SUCH_PLACE} if unplaced else {}),
            **({"postcode": NO_SUCH_POSTCODE} if postcode and found is None else {}),
        },
        sent=(
            *((name, value) for name, value in pairs if value and name.startswith(CARRIED)),
            *([("area", " ".join(areas))] if areas else []),
        ),
        fact_ids=(
            *(fact for fact in catalogue.facts.facts if fact in facts or f"fact-{fact}" in problems),
            *worked,
        ),
        offset=_offset(_one(values, "offset")),
        step=_one(values, "step"),
        visit=_one(values, "visit")[:LONGEST_NAME],
        grant=_one(values, "grant"),
        name=_one(values, "name")[:LONGEST_NAME],
        danger=_one(values, "danger") == "1",
        unlike=frozenset(name.removeprefix("unlike-") for name in values if name.startswith("unlike-")),
    )


def _read_facts(
    values: Mapping[str, list[str]], catalogue: Catalogue
) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts that were told or withheld, and what is wrong with others."""
    facts, problems = {}, {}
    for fact in catalogue.facts.facts.values():
        answer, problem = _read_fact(fact, values)
        if answer is not None:
            facts[fact.id] = answer
        if problem:
            problems[f"fact-{fact.id}"] = problem
    return facts, problems


def _counted(values: Mapping[str, list[str]], catalogue: Catalogue) -> dict[str, int]:
    """Who tells the ages of people, each once, or that there is nobody, tells how many there are."""
    found: dict[str, int] = {}
    for listed, counts in catalogue.facts.counted_with.items():
        given = [
            one for one in values.get(f"fact-{listed}", ()) if one in catalogue.facts.facts[listed].values
        ]
        if given or _one(values, f"silence-{listed}") == NONE_OF_THESE:
            found |= dict.fromkeys(counts, len(given))
    return found


def _other_problems(
    values: Mapping[str, list[str]], areas: Sequence[str], catalogue: Catalogue
) -> dict[str, str]:
    problems = {}
    if len(one_line_break(_one(values, "need"))) > NEED_LIMIT:
        problems["need"] = f"Use at most {NEED_LIMIT} letters"
    if not all(catalogue.areas.places(area) for area in areas):
        problems["area"] = "Choose a place from the list"
    return problems


def question(fact: Fact, sent: Pairs = (), problem: str = "") -> Field:
    """The form field of a fact, filled with what was sent before; ages of people are chosen one by one."""
    one_by_one = fact.derived is not None and fact.derived.values_of is not None
    return Field(
        id=fact.id,
        kind="people" if one_by_one else fact.kind,
        text=fact.asks,
        why=fact.why,
        unit="" if fact.kind == "money" else fact.unit or "",
        values=_periods(fact)
        or tuple((code, words[:1].upper() + words[1:]) for code, words in fact.values.items()),
        sensitive=fact.sensitive,
        given=given_in(sent, fact.id),
        parts=_parts(fact, sent),
        silence=silence_in(sent, fact.id),
        problem=problem,
    )


def _periods(fact: Fact) -> tuple[tuple[str, str], ...]:
    return tuple((code, told.words) for code, told in PERIODS.items()) if fact.period else ()


def _parts(fact: Fact, sent: Pairs) -> dict[str, str]:
    usual = {PER: fact.period} if fact.period else {}
    return usual | {
        part: value for part in (*DATE_PARTS, PER) for name, value in sent if name == f"fact-{fact.id}-{part}"
    }


def given_in(sent: Pairs, asked_id: str) -> tuple[str, ...]:
    """What was answered to a question."""
    return tuple(value for name, value in sent if name == f"fact-{asked_id}")


def silence_in(sent: Pairs, asked_id: str) -> str:
    """In which way a question was left unanswered; empty where it was answered, or not asked."""
    return next((value for name, value in sent if name == f"silence-{asked_id}"), "")


DATE_PARTS: Final = ("day", "month", "year")
PER: Final = "per"
"""The part of an answer that tells for which time its money is."""


def _one(values: Mapping[str, list[str]], name: str) -> str:
    return (values.get(name) or [""])[-1]


def _offset(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _read_work(values: Mapping[str, list[str]], catalogue: Catalogue) -> list[dict[str, str]] | None:
    """The kinds of work that were ticked, times unknown; none of them; or None where nothing was said."""
    trades = [value for value in values.get(f"fact-{WORK}", ()) if value in catalogue.facts.trades]
    if trades:
        return [{"trade": trade} for trade in dict.fromkeys(trades)]
    return [] if _one(values, f"silence-{WORK}") == NONE_OF_THESE else None


def _read_fact(fact: Fact, values: Mapping[str, list[str]]) -> tuple[Any, str]:
    """What the form says about a fact: a value or a silence, and what is wrong with it. None: nothing."""
    silence = _one(values, f"silence-{fact.id}")
    given = [value for value in values.get(f"fact-{fact.id}", ()) if value]
    if fact.kind == "date":
        given = [_one(values, f"fact-{fact.id}-{part}") for part in DATE_PARTS]
        given = given if any(given) else []
    if given and fact.period is not None:
        return _money(fact, fact.period, given[-1], _one(values, f"fact-{fact.id}-{PER}"))
    if given:
        return _value(fact, given)
    if silence == NONE_OF_THESE and fact.kind == "choices":
        return [], ""
    return SILENCES.get(silence), ""


def _value(fact: Fact, given: list[str]) -> tuple[Any, str]:
    match fact.kind:
        case "boolean":
            return {"yes": (True, ""), "no": (False, "")}.get(given[-1], (None, "Choose yes or no"))
        case "choice":
            return (given[-1], "") if given[-1] in fact.values else (None, "Choose one of the answers")
        case "choices":
            known = [value for value in dict.fromkeys(given) if value in fact.values]
            return (known, "") if known else (None, "Choose from the answers")
        case "date":
            return _day(given)
        case _:
            return _number(fact, given[-1])


def _day(given: list[str]) -> tuple[str | None, str]:
    if all(part.isascii() and part.isdigit() for part in given):
        day, month, year = map(int, (part[:4] for part in given))
        try:
            return date(year, month, day).isoformat(), ""
        except ValueError:
            return None, "This day does not exist"
    return None, "Write the day, the month and the year as numbers, such as 27 3 1985"


def _money(fact: Fact, period: str, text: str, sent: str) -> tuple[Any, str]:
    """Money with the time that it is for, in the fact's own `period` where none was sent."""
    told = PERIODS.get(sent or period)
    if told is None:
        return None, "Choose for which time the money is"
    number = number_of(text)
    if number is None:
        return None, _no_number(fact)
    low, high = fact.limits
    amount = number / told.times
    if not _lies_within(fact, in_period(amount, told.per, period)):
        return (
            None,
            f"Write an amount{_limits(low, high)}{f' {PERIODS[period].words}' if low or high else ''}",
        )
    return (_plain(amount) if told.per == period else {"amount": _plain(amount), "per": told.per}), ""


def _number(fact: Fact, text: str) -> tuple[int | float | None, str]:
    number = number_of(text)
    if number is None:
        return None, _no_number(fact)
    if not _lies_within(fact, number):
        return None, f"Write a number{_limits(*fact.limits)}"
    return _plain(number), ""


def number_of(text: str) -> Decimal | None:
    """Read a number as people write it: "£1,200.50"; None where it is none."""
    try:
        number = Decimal(text.replace("£", "").replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= LARGEST else None


def _no_number(fact: Fact) -> str:
    return f"Write a number, such as {120 if fact.kind == 'money' else 3}"


def _lies_within(fact: Fact, number: Decimal) -> bool:
    low, high = fact.limits
    return (low is None or number >= low) and (high is None or number <= high)


def _limits(low: Decimal | None, high: Decimal | None) -> str:
    return f"{f' from {low}' if low is not None else ''}{f' up to {high}' if high is not None else ''}"


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
