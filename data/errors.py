"""Everything that can be wrong with what we are given, as one small tree of errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from pydantic_core import ErrorDetails


class GrantMatchError(Exception):
    """The root: catch this to catch every error that this project raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: what was found, where, and what was expected."""

    message: str
    file: str | None = None
    line: int | None = None
    grant: str | None = None
    rule: str | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        named = [f"{kind} {name!r}" for kind, name in (("grant", self.grant), ("rule", self.rule)) if name]
        where = ", ".join([part for part in (place, *named, self.field) if part])
        return f"{where}: {self.message}" if where else self.message

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as plain JSON-ready data."""
        return asdict(self)


def in_words(found: ErrorDetails) -> str:
    """Say what a validation found, without words that only programmers use."""
    return _IN_WORDS.get(found["type"], found["msg"].removeprefix("Value error, "))


NO_SUCH_KEY: Final = "there is no such key"
_IN_WORDS: Final = {
    "extra_forbidden": NO_SUCH_KEY,
    "missing": "this key is missing",
    **dict.fromkeys(("too_short", "string_too_short"), "expected something here, found nothing"),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "expected an object"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "expected true or false"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "expected a whole number"),
    "string_type": "expected a text",
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), "expected a list"),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "expected a day, such as 2026-08-21",
    ),
}


class BadData(GrantMatchError):
    """A file that cannot be used, with all of its problems at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} found; nothing was loaded"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


class BadApplicant(GrantMatchError):
    """An applicant's record that breaks the contract; `path` leads to the field.

    Where two things contradict each other, `beside` leads to the other; it may be left out of account.
    """

    def __init__(
        self, path: str, message: str, *, code: str = "INVALID_FACT", beside: tuple[str, ...] = ()
    ) -> None:
        self.path, self.code, self.beside = path, code, beside
        self.message = f"{message} (see {' and '.join(beside)})" if beside else message
        super().__init__(f"{path}: {self.message}")


class BadExperiment(GrantMatchError):
    """An experiment file that cannot be run as written."""


class BadBundle(GrantMatchError):
    """A bundle that must not be loaded: changed, foreign or incomplete."""


class StoreError(GrantMatchError):
    """A record that the store refuses, or a database that it cannot use."""


class StoreUnavailable(StoreError):
    """The database did not answer in time, is full or is read-only; try again, for nothing is kept twice."""


class Conflict(StoreError):
    """The same id with other content, or a second decision that does not say what it corrects."""


class UnknownRecord(StoreError):
    """A record that refers to an application or an outcome that the store does not hold."""


class BadRecord(StoreError):
    """A record that no store may keep: a broken text, a number that is none, a day that cannot be; `field` is where."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class ErasedPerson(StoreError):
    """A record about someone who asked to be erased; it will never be accepted."""
