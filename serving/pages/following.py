"""The question that follows the list: what the words suggest, else the best one that a form can ask; none twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from data.catalogue.facts import Fact
from data.catalogue.reading import Catalogue
from data.catalogue.rules import WorkedIn
from data.catalogue.traversal import walk
from models.explanations.next_question import ABOUT_LISTS
from serving.answers import Ranked, Suggested
from serving.pages.cards import PARTNER
from serving.pages.forms import DECLINED, WORK, Asked, Field, Pairs, given_in, question, silence_in

_WITH_PARTNER: Final = re.compile(r", alone or with a partner\b")
"""What is left out of a question to somebody who fled."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """A fact that the words suggest, to be confirmed: the form's pairs that say yes or no to it."""

    id: str
    text: str
    yes: tuple[tuple[str, str], ...]
    no: tuple[str, str]
    sensitive: bool


def confirming(ranked: Ranked, asked: Asked, *, danger: bool = False) -> Confirm | None:
    """The first fact that the words suggest and that was neither told nor denied. In danger none names a partner."""
    for one in ranked.understood.suggestions:
        if danger and PARTNER in one.question.lower():
            continue
        name = WORK if one.fact == "work" else one.fact
        if name not in asked.facts and name not in asked.unlike and not _touched(name, asked):
            return _confirm(name, one)
    return None


def _confirm(name: str, one: Suggested) -> Confirm:
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    if isinstance(one.value, bool):
        yes, no = ("yes", "no") if one.value else ("no", "yes")
        return Confirm(name, one.question, ((f"fact-{name}", yes),), (f"fact-{name}", no), one.sensitive)
    pairs = tuple((f"fact-{name}", str(value)) for value in values)
    return Confirm(name, one.question, pairs, (f"unlike-{name}", "1"), one.sensitive)


def _touched(name: str, asked: Asked) -> bool:
    return any(sent in (f"fact-{name}", f"silence-{name}") for sent, _ in asked.sent)


def following(ranked: Ranked, asked: Asked, catalogue: Catalogue, *, danger: bool = False) -> Field | None:
    """The best question that was not asked yet; None where none would help. In danger none names a partner."""
    if ranked.page.offset:
        return None
    for name in _listed_first(_worth_asking(ranked, catalogue, _silent(asked, catalogue)), catalogue):
        if name == "areas" and not asked.areas:
            return Field("area", "place", *ABOUT_LISTS["areas"], "", (), sensitive=False)
        asks = WORK if name == "work" else name
        if asks == "areas" or asks in asked.facts or _touched(asks, asked):
            continue
        field = field_of(asks, catalogue, asked.sent)
        if not danger:
            return field
        spared = replace(field, text=_WITH_PARTNER.sub("", field.text))
        if PARTNER not in spared.text.lower():
            return spared
    return None


def _silent(asked: Asked, catalogue: Catalogue) -> frozenset[str]:
    """The topics of which somebody would rather not speak."""
    declined = {name.removeprefix("silence-") for name, said in asked.sent if said == DECLINED}
    facts = catalogue.facts.facts
    return frozenset(str(facts[name].topic) for name in declined if name in facts and facts[name].topic)


def _worth_asking(ranked: Ranked, catalogue: Catalogue, silent: frozenset[str]) -> Iterator[str]:
    """First what the ranking would ask, then what alone would decide a grant, in the order of the list."""
    facts = catalogue.facts.facts
    able = {"areas", "work", *(name for name, fact in facts.items() if _is_askable(fact, silent))}
    if ranked.next_question is None:
        return
    if ranked.next_question.fact in able:
        yield ranked.next_question.fact
    for result in ranked.results:
        for names in result.missing:
            if (
                len(names) == 1
                and names[0] in able
                and not (names[0] in facts and facts[names[0]].special_category)
            ):
                yield names[0]


def _listed_first(names: Iterator[str], catalogue: Catalogue) -> Iterator[str]:
    """Ask for the list of people, such as the ages of children, in place of how many they are: it tells both."""
    lists = {count: listed for listed, counts in catalogue.facts.counted_with.items() for count in counts}
    yield from (lists.get(name, name) for name in names)


def _is_askable(fact: Fact, silent: frozenset[str]) -> bool:
    return fact.asked and fact.topic not in silent


def field_of(asked_id: str, catalogue: Catalogue, sent: Pairs = (), problem: str = "") -> Field:
    """The form field of a fact or of the list of work."""
    if asked_id == WORK:
        return _work(catalogue, sent)
    return question(catalogue.facts.facts[asked_id], sent, problem)


def _work(catalogue: Catalogue, sent: Pairs) -> Field:
    text, why = "Which of these kinds of work have you done?", ABOUT_LISTS["work"][1]
    trades = catalogue.facts.trades
    asked = [(trade, trades[trade]) for trade in _trades_named(catalogue)]
    return Field(
        id=WORK,
        kind="choices",
        text=text,
        why=why,
        unit="",
        values=tuple(
            (trade, words[:1].upper() + words[1:]) for trade, words in sorted(asked, key=lambda t: t[1])
        ),
        sensitive=False,
        given=given_in(sent, WORK),
        silence=silence_in(sent, WORK),
    )


def _trades_named(catalogue: Catalogue) -> set[str]:
    conditions = [part for grant in catalogue.grants for rule in grant.rules for part in walk(rule.condition)]
    return {trade for part in conditions if isinstance(part, WorkedIn) for trade in part.worked_in}
