"""Statements about a person that can be turned: to their opposite, to another person, to another value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

Tense: TypeAlias = Literal["do", "did", "be", "was", "have", "could", "in rest"]

SLOT: Final = "{}"
"""Where the value stands."""
SOME: Final = "at least one of "
"""How a statement about some of several begins; its opposite is about none of them."""
PEOPLE: Final = "people who"
"""Whose facts they are, where a sentence goes on "It helps people who …"."""

_BEFORE: Final[dict[Tense, Tense]] = {"do": "did", "be": "was"}
_AHEAD: Final[dict[Tense, Tense]] = {"did": "do", "was": "be"}
_PAST: Final = {
    "come": "came", "cost": "cost", "do": "did", "drive": "drove", "get": "got", "go": "went", "have": "had",
    "hold": "held", "leave": "left", "lose": "lost", "pay": "paid", "say": "said", "see": "saw", "spend": "spent",
    "take": "took", "begin": "began", "become": "became", "buy": "bought", "give": "gave", "find": "found",
}  # fmt: skip
_SINGULAR: Final = {"people": "person", "children": "child"}


@dataclass(frozen=True, slots=True)
class Saying:
    """Who does what: subject, verb in a tense, and the rest with a place for the value."""

    subject: str
    tense: Tense
    verb: str
    """Its base form; for `be`, `was`, `have` and `could` the words that follow the auxiliary; none `in rest`."""
    rest: str = ""
    named: bool = False
    """Whether it is about somebody in particular, of whom an opposite cannot say "no" or "nobody"."""

    def about(self, whose: str) -> Saying:
        """Say the same of somebody else than "you"."""
        if whose == "you":
            return self
        verb = self.verb if self.tense in ("do", "did") else of_others(self.verb)
        subject = _subject_of(self.subject, whose)
        return replace(
            self, subject=subject, verb=verb, rest=of_others(self.rest), named=subject != self.subject
        )

    def say(self, value: str = "", *, holds: bool = True) -> str:
        """Write the statement, or its opposite, with a value in its place."""
        if not holds and self.subject.startswith(SOME):
            return replace(self, subject=f"none of {self.subject.removeprefix(SOME)}").say(value)
        nobody = None if holds or self.named else _nobody(self.subject)
        if nobody is not None:
            return replace(self, subject=nobody).say(value)
        tense = self.tense
        if value.endswith((" ago", "before today")):
            tense = _BEFORE.get(tense, tense)
        elif value in ("today or later", "after today") or value.endswith(" from now"):
            tense = _AHEAD.get(tense, tense)
        predicate = _predicate(self.subject, tense, self.verb, holds=holds)
        words = f"{self.subject} {predicate} {self.rest}".replace(SLOT, value)
        return _smoothed(words, holds=holds)


def _predicate(subject: str, tense: Tense, verb: str, *, holds: bool) -> str:
    many = is_plural(subject)
    auxiliary = {
        "be": "are" if many else "is",
        "was": "were" if many else "was",
        "have": "have" if many else "has",
        "could": "could",
        "do": "do" if many else "does",
        "did": "did",
    }
    match tense:
        case "in rest":
            return ""
        case "do" if holds:
            return verb if many else third_person(verb)
        case "did" if holds:
            return past(verb)
        case _:
            return f"{auxiliary[tense]}{'' if holds else ' not'} {verb}"


def _nobody(subject: str) -> str | None:
    """Turn "someone" to "nobody", "an illness" to "no illness", "you or your partner" to "neither of them"."""
    if subject in ("someone", "anyone"):
        return "nobody"
    if subject.startswith("you or "):
        return f"neither you nor {subject.removeprefix('you or ')}"
    found = re.fullmatch(r"an? (.+)", subject)
    return f"no {found[1]}" if found else None


def _smoothed(words: str, *, holds: bool) -> str:
    if holds:
        words = re.sub(r"\bany (?=\w+s\b)", "", words)
    else:
        words = without_what_lacks(words.replace(" not already ", " not yet "))
    words = re.sub(r"\bfor from ", "for ", words)
    words = re.sub(r"\b([\d,]+) or (more|less|fewer) (weeks|months|hours)\b", r"\1 \3 or \2", words)
    words = re.sub(r"(?<![\d,.])1 (week|month|hour)s\b", r"1 \1", words)
    words = re.sub(r"\s+", " ", words).strip(" ,")
    words = re.sub(r"\s+([,.?])", r"\1", words)
    return re.sub(
        r"\bexactly 1 (\w+)((?: under \d+)?) (live|go|share|depend)\b(.*\band )?(depend\b)?", _of_one, words
    )


def without_what_lacks(words: str) -> str:
    """Leave out a last part such as ", with no settled home", which would make an opposite a double one."""
    return re.sub(r", with(?:out| no) [^,]*$", "", words)


def _of_one(found: re.Match[str]) -> str:
    noun = _SINGULAR.get(found[1], found[1].removesuffix("s"))
    also = f"{found[4] or ''}{third_person(found[5]) if found[5] else ''}"
    return f"exactly 1 {noun}{found[2]} {third_person(found[3])}{also}"


def third_person(verb: str) -> str:
    """Give the form that follows "your partner".

    >>> third_person("have"), third_person("carry"), third_person("go"), third_person("live")
    ('has', 'carries', 'goes', 'lives')
    """
    if verb == "have":
        return "has"
    if verb.endswith(("s", "x", "ch", "sh", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


def past(verb: str) -> str:
    """Give the simple past of a verb.

    >>> past("get"), past("live"), past("carry"), past("earn")
    ('got', 'lived', 'carried', 'earned')
    """
    if verb.startswith("last "):
        return f"last {past(verb[5:])}"
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if re.search(r"[^aeiou]y$", verb) else f"{verb}ed"


def is_plural(subject: str) -> bool:
    """Tell whether a subject goes with "have" and not with "has"."""
    if subject.startswith(("people whose ", "your ", "their ")) or "’s " in subject:
        return subject.endswith(("children", "bills", "parents")) or " and " in subject
    if subject.startswith((SOME, "none of ", "neither ", "nobody", "no ", "everyone ")):
        return False
    first = subject.split(" ", 1)[0]
    return first in ("you", "people", "they") or subject.endswith("children") or " and " in subject


def _subject_of(subject: str, whose: str) -> str:
    if whose == PEOPLE and subject.startswith("you and "):
        return f"{PEOPLE}, with {of_others(subject.removeprefix('you and '))},"
    if subject in ("you", "they") or subject.startswith(("you and", "you or")):
        return whose
    owner = {"they": "their", "who": "whose", PEOPLE: "people whose"}.get(whose, f"{whose}’s")
    return re.sub(r"^your\b", owner, subject)


_THEY: Final = re.compile(
    r"\b(that|which|who|as|if|when|while|because|unless|until|where|whether|what|will|person|home|course) you\b"
    r"|\byou(?= (?:are|can|cannot|do|get|have|must|need|still)\b)"
)


def of_others(words: str) -> str:
    """Speak of others: turn "you" into "they" or "them", and "your" into "their"."""
    swapped = _THEY.sub(lambda found: f"{found[1]} they" if found[1] else "they", words)
    swapped = re.sub(r"\byour\b", "their", swapped)
    swapped = re.sub(r"\byourself\b", "themselves", swapped)
    return re.sub(r"\byou\b", "them", swapped)


def asked_of(question: str, whose: str) -> str:
    """Ask a question about somebody else.

    >>> asked_of("How old are you?", "your partner")
    'About your partner: How old are they?'
    """
    words = re.sub(
        r"\b(are|do|did|have|were|could|has|is) you\b", r"\1 they", question, count=1, flags=re.IGNORECASE
    )
    return f"About {whose}: {of_others(words)}"
