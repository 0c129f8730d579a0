"""The question that confirms a fact: its own question with the value put in."""

from __future__ import annotations

from data.catalogue.facts import Fact, FactBook
from models.needs.patterns import WORK, Value
from models.wording.quantities import listed
from models.wording.question_forms import saying_of
from models.wording.sentences import SLOT, Saying


def question_about(name: str, value: Value, book: FactBook) -> str:
    """Ask whether a fact, or the list of work, has a value: "Do you get Universal Credit?"."""
    if name == WORK:
        return f"Have you worked in {_named(value, book.trades)}?"
    fact = book.facts[name]
    saying = saying_of(fact.asks, fact.kind)
    if isinstance(value, bool):
        return fact.asks if value else _denied(fact, saying)
    words = _named(value, fact.values)
    if fact.kind == "number" and saying is not None:
        told = saying.say(words)
        return f"{told[:1].upper()}{told[1:]}. Is that right?"
    if fact.kind == "choices" and saying is not None and saying.tense == "do":
        return f"Do {saying.subject} {saying.verb} {saying.rest.replace(SLOT, words)}?"
    return f"{fact.asks} Is it “{words}”?"


def _denied(fact: Fact, saying: Saying | None) -> str:
    if saying is None:
        return f"{fact.asks} Is it “no”?"
    words = saying.say(holds=False)
    return f"{words[:1].upper()}{words[1:]}. Is that right?"


def _named(value: Value, names: dict[str, str]) -> str:
    codes = value if isinstance(value, tuple) else (value,)
    return listed([names.get(str(code), str(code)) for code in codes], "and")
