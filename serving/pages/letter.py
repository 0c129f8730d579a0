"""Ready to apply: the papers to have at hand, and a short letter in the person's own words; nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from data.catalogue.bounds import Amount, PerPeriod
from data.catalogue.dependencies import closure
from data.catalogue.facts import Fact
from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.rules import Is, OneOf, Within
from data.catalogue.traversal import facts_named
from models.wording.condition_phrases import wording
from serving.pages.forms import Asked

PAPERS: Final = {
    "money": "something that shows the money you get, such as a bank page or a payslip",
    "choices": "a letter about the benefits you get",
    "place": "something with your name and address, such as a bill",
    "cost": "the price of what you need, such as a page from a shop",
}
"""Papers that funds commonly ask for; offered only where the fund's own page was not read for them."""
_FIRST_PERSON: Final = (
    (re.compile(r"\byou are\b"), "I am"),
    (re.compile(r"\byou were\b"), "I was"),
    (re.compile(r"\bwith you\b"), "with me"),
    (re.compile(r"\bon you\b"), "on me"),
    (re.compile(r"\bto you\b"), "to me"),
    (re.compile(r"\bfor you\b"), "for me"),
    (re.compile(r"\byourself\b"), "myself"),
    (re.compile(r"\byour\b"), "my"),
    (re.compile(r"\byou\b"), "I"),
)


def papers(grant: Grant) -> tuple[tuple[str, ...], bool]:
    """List what to have at hand, and whether the fund's own page says so."""
    if grant.apply and grant.apply.needs:
        return grant.apply.needs, True
    asked = {fact for rule in grant.rules for fact in facts_named(rule.condition)}
    money = any(word in fact for fact in asked for word in ("income", "savings", "money", "earn"))
    chosen = ["place", *(["money"] if money else []), *(["choices"] if "benefits" in asked else []), "cost"]
    return tuple(PAPERS[name] for name in chosen), False


def letter(grant: Grant, asked: Asked, catalogue: Catalogue) -> str:
    """Write the letter from what was told alone: the need as it was typed, the place, and what the fund's rules ask."""
    funder = grant.funder.name if grant.funder and grant.funder.name else grant.title
    told = list(_told(grant, asked, catalogue))
    lines = [f"To {funder}", "", f"I am writing to ask for help from: {grant.title}.", ""]
    if asked.need:
        lines += ["What I need, in my own words:", asked.need, ""]
    if told:
        lines += ["About me:", *told, ""]
    lines += [
        "Please tell me if you need to know more.",
        "",
        "Thank you.",
        "",
        "(your name, address and phone number)",
    ]
    return "\n".join(lines)


def _told(grant: Grant, asked: Asked, catalogue: Catalogue) -> Iterator[str]:
    if asked.areas:
        yield f"I live in {wording(catalogue.facts, catalogue.areas).names.place(asked.areas[0])}."
    named = {fact for rule in grant.rules for fact in facts_named(rule.condition)}
    read = set(closure(named, catalogue.facts)) | named
    for name, said in asked.facts.items():
        fact = catalogue.facts.facts[name]
        if name in read and (not isinstance(said, dict) or "amount" in said):
            sentence = first_person(_stated(fact, said, catalogue))
            if sentence:
                yield sentence


def _stated(fact: Fact, said: object, catalogue: Catalogue) -> str:
    """Say one answer of the person as a statement about "you"; the question and the answer where it makes none."""
    words = wording(catalogue.facts, catalogue.areas)
    if words.names.saying(fact) is None:
        return ""
    match said:
        case {"amount": amount, "per": per} if fact.period:
            bound = PerPeriod.of(Amount(amount=Decimal(str(amount)), per=per), fact.period)
            return words.describe(Within(fact=fact.id, at_least=bound, at_most=bound)).replace("exactly ", "")
        case bool():
            return words.describe(Is(fact=fact.id, value=True), holds=said)
        case list() if said:
            told = words.describe(OneOf.model_validate({"fact": fact.id, "one_of": said}))
            return re.sub(r" or (?=[^,]*$)", " and ", told)
        case list():
            return ""
        case _:
            return words.describe(Is.model_validate({"fact": fact.id, "is": said})).replace("exactly ", "")


def first_person(statement: str) -> str:
    """Turn a statement about "you" into a sentence of one's own.

    >>> first_person("you get Universal Credit"), first_person("you are 34")
    ('I get Universal Credit.', 'I am 34.')
    """
    for pattern, mine in _FIRST_PERSON:
        statement = pattern.sub(mine, statement)
    return f"{statement[:1].upper()}{statement[1:]}." if statement else ""
