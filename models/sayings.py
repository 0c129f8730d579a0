"""Turns the question of a fact into a statement, so that conditions can be told in the words that people were asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

Tense = Literal["do", "did", "be", "was", "have", "could", "in rest"]

SLOT: Final = "{}"
_SOME: Final = "at least one of "
_BEFORE: Final[dict[Tense, Tense]] = {"do": "did", "be": "was"}

_VERBS: Final = (
    "belong care claim come cost cover depend do drive earn expect get go have help hold leave live look lose mean need "
    "own owe pay receive say see serve share spend start stay study support take travel use visit want work"
).split()
_PAST: Final = {
    "come": "came", "cost": "cost", "do": "did", "drive": "drove", "get": "got", "go": "went", "have": "had",
    "hold": "held", "leave": "left", "lose": "lost", "pay": "paid", "say": "said", "see": "saw", "spend": "spent",
    "take": "took", "begin": "began", "become": "became", "buy": "bought", "give": "gave", "find": "found",
}  # fmt: skip
_SUBJECT: Final = r"you(?: (?:and|or) (?:a|your) partner)?"
_BEFORE_VERB: Final = rf"(?= (?:{'|'.join(_VERBS)})\b)"
_OTHER: Final = rf"the person you (?:look after|care for)|(?:your|the|an?|someone) .+?{_BEFORE_VERB}"
_ACTOR: Final = rf"(?P<subject>{_SUBJECT}|{_OTHER})"
_ASKS_TWICE: Final = re.compile(
    r", or (?:do|does|did|is|are|was|were|will|have|has|when|how) (?:you|your|someone|it|they|when)\b"
)


@dataclass(frozen=True, slots=True)
class Saying:
    """A statement about a person: who, what they do in which tense, and the rest with a place for the value."""

    subject: str
    tense: Tense
    verb: str
    """In its base form; for `be`, `have` and `could` the words that follow the auxiliary."""
    rest: str = ""

    def about(self, whose: str) -> Saying:
        """Say the same of somebody else than "you"."""
        if whose == "you":
            return self
        rest, verb = of_others(self.rest), self.verb if self.tense in ("do", "did") else of_others(self.verb)
        return replace(self, subject=_subject_of(self.subject, whose), verb=verb, rest=rest)

    def say(self, value: str = "", *, holds: bool = True) -> str:
        """Write the statement, or its opposite, with a value in its place."""
        if not holds and self.subject.startswith(_SOME):
            return replace(self, subject=f"none of {self.subject.removeprefix(_SOME)}").say(value)
        over = holds and value.endswith(" ago")
        said = replace(self, tense=_BEFORE.get(self.tense, self.tense)) if over else self
        words = f"{said.subject} {said._predicate(holds)} {said.rest}".replace(SLOT, value)
        if holds:
            words = re.sub(r"\bany (?=\w+s\b)", "", words)
        else:
            words = re.sub(r", with(?:out| no) [^,]*$", "", words.replace(" not already ", " not yet "))
        return re.sub(r"\s+([,.?])", r"\1", re.sub(r"\s+", " ", words)).strip(" ,")

    def _predicate(self, holds: bool) -> str:
        many = _is_plural(self.subject)
        match self.tense:
            case "be":
                verb = "are" if many else "is"
            case "was":
                verb = "were" if many else "was"
            case "have":
                verb = "have" if many else "has"
            case "could":
                verb = "could"
            case "in rest":
                return ""
            case "do" if holds:
                return self.verb if many else third_person(self.verb)
            case "did" if holds:
                return past(self.verb)
            case "do":
                verb = "do" if many else "does"
            case _:
                verb = "did"
        return f"{verb}{'' if holds else ' not'} {self.verb}"


def third_person(verb: str) -> str:
    """Give the form that follows "your partner", such as "has" for "have"."""
    if verb == "have":
        return "has"
    if verb.endswith(("s", "x", "ch", "sh", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


def past(verb: str) -> str:
    """Give the simple past of a verb."""
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if re.search(r"[^aeiou]y$", verb) else f"{verb}ed"


def _is_plural(subject: str) -> bool:
    if subject.startswith(("people whose ", "your ", "their ")) or "’s " in subject:
        return subject.endswith(("children", "bills", "parents")) or " and " in subject
    if subject.startswith((_SOME, "none of ", "one of ", "everyone ")):
        return False
    first, last = subject.split(" ", 1)[0], subject.rsplit(" ", 1)[-1]
    counted = re.match(r"(?:at least|at most|fewer than|more than|exactly|from \d+ to) (?!1\b)\d+ ", subject)
    return first in ("you", "people", "they") or last == "children" or " and " in subject or bool(counted)


def _subject_of(subject: str, whose: str) -> str:
    if subject in ("you", "they") or subject.startswith(("you and", "you or")):
        return whose
    if whose == "they":
        return re.sub(r"^your\b", "their", subject)
    owner = "people whose" if whose == "people who" else f"{whose}’s"
    return re.sub(r"^your\b", owner, subject)


_SUBJECT_FOLLOWS: Final = re.compile(
    r"\b(that|which|who|as|if|when|because|what) you\b|\byou(?= (?:are|can|cannot|do|get|have|must|need|still)\b)"
)


def of_others(words: str) -> str:
    """Speak of others: turn "you" into "they" or "them", and "your" into "their"."""
    swapped = _SUBJECT_FOLLOWS.sub(lambda found: f"{found[1]} they" if found[1] else "they", words)
    swapped = re.sub(r"\byour\b", "their", swapped)
    swapped = re.sub(r"\byourself\b", "themselves", swapped)
    return re.sub(r"\byou\b", "them", swapped)


def asked_of(question: str, whose: str) -> str:
    """Ask a question about somebody else, such as "About your partner: How old are they?"."""
    if whose == "you":
        return question
    words = re.sub(r"^(\w+(?: \w+)*?) (are|do|did|have|were|could) you\b", r"\1 \2 they", question)
    words = re.sub(r"^(Are|Do|Did|Have|Were|Could|Has|Is) you\b", r"\1 they", words)
    return f"About {whose}: {of_others(words)}"


_PATTERNS: Final[tuple[tuple[str, str, str], ...]] = (
    # kinds that it serves, pattern, what is made of it: tense | verb | rest
    ("boolean", rf"Do(?:es)? {_ACTOR} (?P<verb>\w+)(?P<rest> .*)?", "do|verb|{rest}"),
    ("boolean", rf"Did {_ACTOR} (?P<verb>\w+)(?P<rest> .*)?", "did|verb|{rest}"),
    ("boolean", r"Are (?P<subject>you or your partner|you) (?P<verb>.+)", "be|verb|"),
    ("boolean", r"Were (?P<subject>you) (?P<verb>.+)", "was|verb|"),
    ("boolean", r"Have (?P<subject>you) (?P<verb>.+)", "have|verb|"),
    ("boolean", r"Has (?P<subject>someone|anyone|an? [\w-]+) (?P<verb>(?:already |ever )?\w+ed\b.*)", "have|verb|"),
    ("boolean", r"Could (?P<subject>you) (?P<verb>.+)", "could|verb|"),
    ("boolean", r"(?:Is|Are) (?P<subject>your (?:[\w-]+)) (?P<verb>(?:on|in|at|full|part|paid|over|under)\b.+)", "be|verb|"),
    ("number", r"How old are (?P<subject>you)(?P<rest>,? .*)?", "be||{slot}{rest}"),
    ("number", rf"How many (?P<noun>[\w-]+(?: a \w+)?) (?:do|does) {_ACTOR} (?P<verb>\w+)(?P<rest> .*)?", "do|verb|{rest} {slot} {noun}"),
    ("number", r"For how many (?P<noun>\w+) have (?P<subject>you) (?P<verb>.+?)(?P<rest>,.*)?", "have|verb|for {slot} {noun}{rest}"),
    ("number", r"How many (?P<noun>weeks|months) (?P<verb>pregnant)", "be|| {slot} {noun} {verb}"),
    ("money", rf"How much(?: money)? (?:do|does) {_ACTOR} (?P<verb>\w+)(?P<rest>,? .*)?", "do|verb|{money}"),
    ("money", rf"How much(?: money)? did {_ACTOR} (?P<verb>\w+)(?P<rest>,? .*)?", "did|verb|{money}"),
    ("money", rf"How much (?P<noun>\w+) (?:do|does) {_ACTOR} (?P<verb>\w+)(?P<rest> .*)?", "do|verb|{slot} in {noun}{rest}"),
    ("money", r"How much is (?P<subject>(?:your|the) .+)", "be||{slot}"),
    ("date", rf"When (?:do|does) {_ACTOR} (?P<verb>\w+)(?P<rest> .*)?", "do|verb|{rest} {slot}"),
    ("date", r"When did (?P<subject>you) last (?P<verb>\w+)(?P<rest> .*)?", "did|verb|{rest} for the last time {slot}"),
    ("date", r"When did (?P<subject>you|the [\w-]+) (?P<verb>\w+)(?P<rest> .*)?", "did|verb|{rest} {slot}"),
    ("date", r"When is (?P<subject>the [\w-]+) ?(?P<verb>[\w-]*)", "be|verb|{slot}"),
    ("date", r"When (?:was|were) (?P<subject>you|your(?: [\w-]+){1,2}) (?P<verb>[\w-]+)(?P<rest> .*)?", "was|verb|{rest} {slot}"),
    ("choices", rf"Which of these (?:do|does) {_ACTOR} (?P<verb>\w+)(?P<rest>,? .*)?", "do|verb|{set}"),
    ("choices", rf"Which [^?,]+? (?:do|does) {_ACTOR} (?P<verb>\w+)(?P<rest>,? .*)?", "do|verb|{set}"),
    ("choices", rf"What [^?,]+? (?:do|does) {_ACTOR} (?P<verb>\w+)(?P<rest>,? .*)?", "do|verb|{set}"),
    ("choices", rf"Do {_ACTOR} (?P<verb>\w+) any of these(?: [\w-]+)?(?P<rest>,.*)?", "do|verb|{slot}{rest}"),
    ("choice", r"What is (?P<subject>your [^,]+)(?:,.*)?", "be||{slot}"),
    ("choice", r"Which (?P<noun>[\w ]+?) is (?P<subject>your [\w-]+) in", "be||in {noun} {slot}"),
    ("choice", r"What (?P<noun>(?!kind)[\w ]+?)(?: \(\w+\))? does (?P<subject>your [\w-]+) (?P<verb>have)", "do|verb|{noun} {slot}"),
)  # fmt: skip
_WHOLE_SUBJECT: Final = re.compile(r"(?P<pronoun>Who|Which (?!of\b)\w+) (?P<verb>\w+s) (?P<rest>(?:your|the) .+)")
_THERE: Final = re.compile(r"How many (?P<noun>[\w-]+) are there (?P<rest>.+)")
_AGES: Final = re.compile(r"How old are (?P<subject>(?:the|your) [^?]+)")
_COUNT: Final = re.compile(r"How many (?P<noun>[\w-]+(?: under \d+)?) (?P<rest>(?:live|depend|go|share|are)\b.+)")
_MONEY_COMES: Final = re.compile(r"How much(?: money)? (?P<verb>comes in|is left) (?P<rest>.+)")


def saying_of(question: str, kind: str) -> Saying | None:
    """Turn a question into a statement; None where that is not surely right, and the question must be quoted."""
    if not question.endswith("?"):
        return None
    words = question[:-1]
    if kind == "date":
        words = re.sub(r"^When was, or is,", "When is", re.sub(r", or when .*", "", words))
    if _ASKS_TWICE.search(words):
        return None
    for serves, pattern, made in _PATTERNS:
        found = re.fullmatch(pattern, words) if serves == kind else None
        if found is not None:
            return _made(found.groupdict(default=""), made)
    return _where_the_value_leads(words, kind)


def _made(parts: dict[str, str], made: str) -> Saying:
    tense, verb, rest = made.split("|")
    named = {key: value.strip() if key != "rest" else value for key, value in parts.items()}
    before, after = _around_comma(named.get("rest", ""))
    rest = rest.replace("{money}", f"{SLOT} {before}{after}").replace("{set}", f"{before} {SLOT}")
    filled = rest.replace("{slot}", SLOT)
    for key, value in named.items():
        filled = filled.replace("{" + key + "}", value)
    said = named.get("verb", "") if verb else ""
    return Saying(named.get("subject") or "you", tense, said, filled.strip())  # type: ignore[arg-type]


def _around_comma(rest: str) -> tuple[str, str]:
    before, comma, after = rest.partition(",")
    return before.strip(), f", {after.strip()}" if comma else ""


def _where_the_value_leads(words: str, kind: str) -> Saying | None:
    """Make statements of which the value is the subject, such as "3 or more children live with you"."""
    found = _COUNT.fullmatch(words) if kind == "number" else None
    if found is not None:
        return Saying(f"{SLOT} {found['noun']}", "in rest", "", found["rest"])
    found = _THERE.fullmatch(words) if kind == "number" else None
    if found is not None:
        return Saying("there are", "in rest", "", f"{SLOT} {found['noun']} {found['rest']}")
    found = _AGES.fullmatch(words) if kind == "choices" else None
    if found is not None:
        return Saying(f"{_SOME}{found['subject']}", "be", "", SLOT)
    found = _MONEY_COMES.fullmatch(words) if kind == "money" else None
    if found is not None:
        return Saying(SLOT, "in rest", "", f"{found['verb']} {found['rest']}")
    if kind == "choice" and words.startswith("Which of these describes your "):
        return Saying(f"“{SLOT}”", "in rest", "", words.removeprefix("Which of these "))
    found = _WHOLE_SUBJECT.fullmatch(words) if kind == "choice" else None
    if found is not None:
        return Saying(SLOT, "in rest", "", f"{found['verb']} {found['rest']}")
    return None
