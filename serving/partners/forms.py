"""What a partner's sent form says: grades with reasons, words, a choice; and what must be put right."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from data.people.partners import WORDS, Choice, Grading

Pairs = Sequence[tuple[str, str]]
MOST: Final = 30
"""Most grants of one form that are read."""
GRADES: Final = {"0": 0, "1": 1, "2": 2, "3": 3}
TOO_LONG: Final = f"Use at most {WORDS} letters"
NO_GRADE: Final = "Grade at least one grant, or say what is missing, before you send"
NO_CHOICE: Final = "Choose one of the lists, or say that you cannot"
State = Literal["draft", "sent", "skipped"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A sent form: what is to be kept, and what must be put right first."""

    grading: Grading
    problems: dict[str, str]


def read_grading(pairs: Pairs, known: Container[str]) -> Sent:
    """Read grades; grants that are not `known` are left out, a text that is too long is a problem and is cut."""
    told = dict(pairs)
    shown = [value for name, value in pairs if name == "shown" and value in known]
    pool = tuple(dict.fromkeys(shown))[:MOST]
    grades = {grant: GRADES[told[f"grade-{grant}"]] for grant in pool if told.get(f"grade-{grant}") in GRADES}
    why = {grant: told.get(f"why-{grant}", "").strip() for grant in pool}
    missing = told.get("missing", "").strip()
    state = cast("State", told["do"]) if told.get("do") in ("draft", "sent", "skipped") else "draft"
    problems = {f"why-{grant}": TOO_LONG for grant, words in why.items() if len(words) > WORDS}
    if len(missing) > WORDS:
        problems["missing"] = TOO_LONG
    if state == "sent" and not grades and not missing:
        problems[f"grade-{pool[0]}" if pool else "missing"] = NO_GRADE
    grading = Grading(
        state=state,
        pool=pool,
        grades=grades,
        why={grant: words[:WORDS] for grant, words in why.items() if words},
        missing=missing[:WORDS],
        quote=told.get("quote") == "yes",
    )
    return Sent(grading, problems)


def read_choice(
    pairs: Pairs, names: tuple[str, str], model: str | None
) -> tuple[Choice | None, dict[str, str]]:
    """Read which of two orders was chosen; None with what is wrong."""
    told = dict(pairs)
    chosen, why = told.get("chosen"), told.get("why", "").strip()
    if chosen not in ("first", "second", "neither"):
        return None, {"chosen": NO_CHOICE}
    if len(why) > WORDS:
        return None, {"why": TOO_LONG}
    picked = cast("Literal['first', 'second', 'neither']", chosen)
    quote = told.get("quote") == "yes"
    return Choice(first=names[0], second=names[1], model=model, chosen=picked, why=why, quote=quote), {}
