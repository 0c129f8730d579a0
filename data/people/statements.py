"""What may be said of one fact: a value, a range, a part of a set, or why nothing is said."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias, get_args

from data.catalogue.bounds import COMPARISONS, Period, in_period, is_usable
from data.catalogue.facts import NUMERIC, Fact
from data.errors import BadApplicant


class Silence(Enum):
    """Ways in which no value was given; a fact that was never asked is simply absent."""

    UNKNOWN = "unknown"
    DECLINED = "declined"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Between:
    """A number or a day that is only known to lie in a range; None leaves an end open."""

    low: Decimal | date | None = None
    high: Decimal | date | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class PartSet:
    """A set of which some members are known to be in and some to be out."""

    includes: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()


Known: TypeAlias = bool | Decimal | str | date | frozenset[str]
Statement: TypeAlias = Known | Between | PartSet | Silence


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or any day from `earliest` to `latest` where only the month is known."""

    earliest: date
    latest: date


_SET_KEYS: Final = {"includes", "excludes"}
_PERIOD_KEYS: Final = {"amount", "per"}
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_statement(fact: Fact, value: Any, at: str) -> Statement:
    """Read what is said of a fact; raises BadApplicant with the path `at` where it does not fit the fact."""
    return _stated(fact, value, at) if isinstance(value, Mapping) else _known(fact, value, at)


def _stated(fact: Fact, value: Mapping[str, Any], at: str) -> Statement:
    keys = set(value)
    silence = next((state for state in Silence if keys == {state.value} and value[state.value] is True), None)
    if silence is not None:
        return silence
    if keys == _PERIOD_KEYS and fact.kind == "money":
        return _within_limits(fact, _of_period(fact, value, at), at)
    if keys and keys <= COMPARISONS.keys() and fact.kind in (*NUMERIC, "date"):
        return _between(fact, value, at)
    if keys and keys <= _SET_KEYS and fact.kind == "choices":
        return _part_set(fact, value, at)
    raise BadApplicant(at, f"expected {_EXPECTED[fact.kind]}, or {{'unknown': true}} or {{'declined': true}}")


_EXPECTED: Final = {
    "boolean": "true or false",
    "number": "a number, or a range such as {'at_least': 1, 'below': 5}",
    "money": "an amount of money as a number, or a range such as {'at_least': 0, 'below': 190}",
    "choice": "one of the fact's values",
    "choices": "a list of the fact's values, or {'includes': [...], 'excludes': [...]}",
    "date": "a day written YYYY-MM-DD, or a range of days",
}


def _known(fact: Fact, value: Any, at: str) -> Statement:
    match fact.kind:
        case "boolean" if isinstance(value, bool):
            return value
        case "number" | "money" if _is_number(value):
            return _within_limits(fact, Decimal(str(value)), at)
        case "choice" if isinstance(value, str):
            return _one_value(fact, value, at)
        case "choices" if isinstance(value, list | tuple):
            return _alone(fact, _set_of_values(fact, value, at), at)
        case "date" if isinstance(value, str):
            moment = read_moment(value, at)
            exact = moment.earliest == moment.latest
            return moment.earliest if exact else Between(moment.earliest, moment.latest)
        case _:
            raise BadApplicant(at, f"expected {_EXPECTED[fact.kind]}")


def _of_period(fact: Fact, value: Mapping[str, Any], at: str) -> Decimal:
    """Take money told for any period into the period of its fact."""
    per = value["per"]
    if fact.period is None:
        raise BadApplicant(at, "this amount has no period: give it as a number")
    if per not in get_args(Period):
        raise BadApplicant(f"{at}.per", f"expected one of: {', '.join(get_args(Period))}")
    if not _is_number(value["amount"]):
        raise BadApplicant(f"{at}.amount", "expected a number")
    return in_period(Decimal(str(value["amount"])), per, fact.period)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return is_usable(value)


def _within_limits(fact: Fact, value: Decimal, at: str) -> Decimal:
    low, high = fact.limits
    if (low is not None and value < low) or (high is not None and value > high):
        raise BadApplicant(at, f"expected a number {_limits_in_words(fact)}")
    return value


def _limits_in_words(fact: Fact) -> str:
    low, high = fact.limits
    if low is None:
        return f"of at most {high}"
    return f"of at least {low}" if high is None else f"from {low} to {high}"


def _one_value(fact: Fact, value: Any, at: str) -> str:
    if not isinstance(value, str) or value not in fact.values:
        raise BadApplicant(at, f"expected one of: {', '.join(fact.values)}")
    return value


def _set_of_values(fact: Fact, values: Any, at: str) -> frozenset[str]:
    if not isinstance(values, list | tuple):
        raise BadApplicant(at, f"expected {_EXPECTED['choices']}")
    return frozenset(_one_value(fact, value, f"{at}[{i}]") for i, value in enumerate(values))


def _alone(fact: Fact, chosen: frozenset[str], at: str) -> frozenset[str]:
    """Give values that somebody has; raises BadApplicant where one that excludes all others stands beside some."""
    if fact.exclusive in chosen and len(chosen) > 1:
        others = ", ".join(sorted(chosen - {fact.exclusive}))
        message = f"{fact.exclusive} stands beside {others}: only one of the two can be so"
        raise BadApplicant(at, message, code="CONTRADICTION")
    return chosen


def _part_set(fact: Fact, value: Mapping[str, Any], at: str) -> PartSet:
    includes = _alone(fact, _set_of_values(fact, value.get("includes", ()), f"{at}.includes"), at)
    excludes = _set_of_values(fact, value.get("excludes", ()), f"{at}.excludes")
    if includes & excludes:
        raise BadApplicant(at, "a value stands both in `includes` and in `excludes`")
    return PartSet(includes, excludes)


def _between(fact: Fact, value: Mapping[str, Any], at: str) -> Statement:
    ends = {key: _end(fact, end, f"{at}.{key}") for key, end in value.items() if end is not None}
    low: Any
    high: Any
    low, low_open = _tighter(ends.get("at_least"), ends.get("above"), lowest=True)
    high, high_open = _tighter(ends.get("at_most"), ends.get("below"), lowest=False)
    least, most = fact.limits if fact.kind in NUMERIC else (None, None)
    if fact.kind == "date":  # days are whole: the range ends on the day before or after
        low, low_open = (low + timedelta(days=1), False) if low_open and low < date.max else (low, low_open)
        high, high_open = (
            (high - timedelta(days=1), False) if high_open and high > date.min else (high, high_open)
        )
    if least is not None and (low is None or low < least):
        low, low_open = least, False
    if most is not None and (high is None or high > most):
        high, high_open = most, False
    if low is not None and high is not None:
        if low > high or (low == high and (low_open or high_open)):
            raise BadApplicant(at, "the range is empty: its lower end lies above its upper end")
        if low == high:
            exact: Decimal | date = low
            return exact
    return Between(low, high, low_open, high_open)


def _end(fact: Fact, value: Any, at: str) -> Any:
    if fact.kind == "date":
        if isinstance(value, str) and _DAY.fullmatch(value):
            return read_moment(value, at).earliest
        raise BadApplicant(at, "expected a day written YYYY-MM-DD")
    if isinstance(value, Mapping) and value.keys() == _PERIOD_KEYS and fact.kind == "money":
        return _within_limits(fact, _of_period(fact, value, at), at)
    if not _is_number(value):
        raise BadApplicant(at, "expected a number")
    return _within_limits(fact, Decimal(str(value)), at)


def _tighter(closed: Any, opened: Any, *, lowest: bool) -> tuple[Any, bool]:
    if closed is None or opened is None:
        return (opened, True) if closed is None and opened is not None else (closed, False)
    strict = opened >= closed if lowest else opened <= closed
    return (opened, True) if strict else (closed, False)


def read_moment(text: str, at: str) -> Moment:
    """Read a day, or a month as any day of it; raises BadApplicant with the path `at`."""
    try:
        if _MONTH.fullmatch(text):
            first = date.fromisoformat(f"{text}-01")
            return Moment(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
        if _DAY.fullmatch(text):
            return Moment(date.fromisoformat(text), date.fromisoformat(text))
    except ValueError:
        raise BadApplicant(at, "this day does not exist") from None
    raise BadApplicant(at, "expected a day written YYYY-MM-DD, or a month written YYYY-MM")
