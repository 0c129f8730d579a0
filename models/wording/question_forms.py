"""Reads the question of a fact as a sentence, to tell who does what, and where the value stands in the answer."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from models.wording.sentences import SLOT, SOME, Saying, Tense


class Form(NamedTuple):
    """A form of question about facts of one kind, and what the statement is made of."""

    kind: str
    pattern: str
    tense: Tense
    rest: str
    """What follows the verb; names in braces are groups of the pattern."""


_VERBS: Final = (
    "belong|care|claim|come|cost|cover|depend|do|drive|earn|expect|get|go|have|help|hold|leave|live|look|lose|mean|"
    "need|own|owe|pay|receive|say|see|serve|share|spend|start|stay|study|support|take|travel|use|visit|want|work"
)
_YOU: Final = r"you(?: (?:and|or) (?:a|your) partner)?"
_OTHERS: Final = rf"the person you (?:look after|care for)|(?:your|the|an?|someone) .+?(?= (?:{_VERBS})\b)"
_DOES: Final = rf"(?:do|does) (?P<subject>{_YOU}|{_OTHERS}) (?P<verb>\w+)"
_DID: Final = rf"did (?P<subject>{_YOU}|{_OTHERS}) (?P<verb>\w+)"
_REST: Final = r"(?P<rest>,? .*)?"

_FORMS: Final = (
    Form("boolean", rf"{_DOES.replace('do|does', 'Do|Does')}(?P<rest> .*)?", "do", "{rest}"),
    Form("boolean", rf"{_DID.replace('did', 'Did', 1)}(?P<rest> .*)?", "did", "{rest}"),
    Form("boolean", r"Are (?P<subject>you or your partner|you) (?P<verb>.+)", "be", ""),
    Form("boolean", r"Were (?P<subject>you) (?P<verb>.+)", "was", ""),
    Form("boolean", r"Have (?P<subject>you) (?P<verb>.+)", "have", ""),
    Form("boolean", r"Has (?P<subject>someone|anyone|an? [\w-]+) (?P<verb>(?:already |ever )?\w+ed\b.*)", "have", ""),
    Form("boolean", r"Could (?P<subject>you) (?P<verb>.+)", "could", ""),
    Form("boolean", r"(?:Is|Are) (?P<subject>your [\w-]+) (?P<verb>(?:on|in|at|full|part|paid|over|under)\b.+)",
         "be", ""),
    Form("number", rf"How old are (?P<subject>you){_REST}", "be", "{slot}{rest}"),
    Form("number", rf"How many (?P<noun>[\w-]+(?: a \w+)?) {_DOES}(?P<rest> .*)?", "do", "{rest} {slot} {noun}"),
    Form("number", r"For how many (?P<noun>\w+) have (?P<subject>you) (?P<verb>.+?)(?P<rest>,.*)?", "have",
         "for {slot} {noun}{rest}"),
    Form("number", r"How many (?P<noun>weeks|months) (?P<state>pregnant)(?: are (?P<subject>you or your partner))?",
         "be", "{slot} {noun} {state}"),
    Form("number", r"How many (?P<noun>[\w-]+) are there (?P<rest>.+)", "in rest", "there are {slot} {noun} {rest}"),
    Form("number", r"How many (?P<noun>[\w-]+(?: under \d+)?) (?P<rest>(?:live|depend|go|share|are)\b.+)", "in rest",
         "{slot} {noun} {rest}"),
    Form("money", rf"How much(?: money)? {_DOES}{_REST}", "do", "{slot} {before}{after}"),
    Form("money", rf"How much(?: money)? {_DID}{_REST}", "did", "{slot} {before}{after}"),
    Form("money", rf"How much (?P<noun>\w+) {_DOES}(?P<rest> .*)?", "do", "{slot} in {noun}{rest}"),
    Form("money", r"How much is (?P<subject>(?:your|the) .+)", "be", "{slot}"),
    Form("money", r"How much(?: money)? (?P<rest>(?:comes in|is left) .+)", "in rest", "{slot} {rest}"),
    Form("date", rf"When {_DOES}(?P<rest> .*)?", "do", "{rest} {slot}"),
    Form("date", r"When did (?P<subject>you) (?P<verb>last \w+)(?P<rest> .*)?", "did", "{rest} {slot}"),
    Form("date", r"When did (?P<subject>you|the [\w-]+) (?P<verb>\w+)(?P<rest> .*)?", "did", "{rest} {slot}"),
    Form("date", r"When is (?P<subject>the [\w-]+) ?(?P<verb>[\w-]*)", "be", "{slot}"),
    Form("date", r"When (?:was|were) (?P<subject>you|your(?: [\w-]+){1,2}) (?P<verb>[\w-]+)(?P<rest> .*)?", "was",
         "{rest} {slot}"),
    Form("choices", r"(?:Which|What) [^?,]+? do (?P<subject>you) (?P<verb>give)(?P<rest> to .+)", "do", "{slot}{rest}"),
    Form("choices", rf"(?:Which|What) [^?,]+? {_DOES}{_REST}", "do", "{before} {slot}"),
    Form("choices", rf"{_DOES.replace('do|does', 'Do|Does')} any of these(?: [\w-]+)?(?P<rest>,.*)?", "do",
         "{slot}{rest}"),
    Form("choices", r"How old are (?P<several>(?:the|your) .+)", "be", "{slot}"),
    Form("choice", r"What is (?P<subject>your [^,]+)(?:,.*)?", "be", "{slot}"),
    Form("choice", r"Which (?P<noun>[\w ]+?) is (?P<subject>your [\w-]+) in", "be", "in {noun} {slot}"),
    Form("choice", r"What (?P<noun>(?!kind)[\w ]+?)(?: \(\w+\))? does (?P<subject>your [\w-]+) (?P<verb>have)", "do",
         "{noun} {slot}"),
    Form("choice", r"Which of these (?P<rest>describes (?:your|the) .+)", "in rest", "{slot} {rest}"),
    Form("choice", r"(?:Who|Which (?!of\b)\w+) (?P<rest>\w+s (?:your|the) .+)", "in rest", "{slot} {rest}"),
)  # fmt: skip

_ASKS_TWICE: Final = re.compile(
    r", or (?:do|does|did|is|are|was|were|will|have|has|when|how) (?:you|your|someone|it|they|when)\b"
)


def saying_of(question: str, kind: str) -> Saying | None:
    """Turn a question into a statement; None where no form fits, and the question has to be quoted."""
    words = question.removesuffix("?")
    if kind == "date":
        words = re.sub(r"^When was, or is,", "When is", re.sub(r", or when .*", "", words))
    if words == question or _ASKS_TWICE.search(words):
        return None
    for form in _FORMS:
        found = re.fullmatch(form.pattern, words) if form.kind == kind else None
        if found is not None:
            return _made(form, found.groupdict(default=""))
    return None


def _made(form: Form, parts: dict[str, str]) -> Saying:
    before, comma, after = parts.get("rest", "").partition(",")
    told = {**parts, "slot": SLOT, "before": before.strip(), "after": f", {after.strip()}" if comma else ""}
    subject = parts.get("subject") or ("" if form.tense == "in rest" else "you")
    if "several" in parts:
        subject = f"{SOME}{parts['several']}"
    return Saying(subject, form.tense, parts.get("verb", ""), form.rest.format(**told).strip())
