"""The question that follows the list: the best one that a form can ask, and not the same one again."""

from __future__ import annotations

from collections.abc import Iterator

from data.catalogue.reading import Catalogue
from data.catalogue.rules import WorkedIn
from data.catalogue.traversal import walk
from models.explanations.next_question import ABOUT_LISTS
from serving.answers import Ranked
from serving.pages.forms import WORK, Asked, Field, Pairs, given_in, question, silence_in


def following(ranked: Ranked, asked: Asked, catalogue: Catalogue) -> Field | None:
    """The best question that was not asked yet; None where none would help."""
    if ranked.page.offset:
        return None
    sent = {name for name, _ in asked.sent}
    for name in _worth_asking(ranked, catalogue):
        if name == "areas" and not asked.areas:
            return _place(catalogue)
        asks = WORK if name == "work" else name
        if not {f"fact-{asks}", f"silence-{asks}"} & sent and asks not in asked.facts and asks != "areas":
            return field_of(asks, catalogue, asked.sent)
    return None


def _worth_asking(ranked: Ranked, catalogue: Catalogue) -> Iterator[str]:
    """First what the ranking would ask, then what alone would decide a grant, in the order of the list."""
    facts = catalogue.facts.facts
    able = {"areas", "work", *facts}
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


def _place(catalogue: Catalogue) -> Field:
    text, why = ABOUT_LISTS["areas"]
    tree = catalogue.areas
    containing = set(tree.parents.values())
    places = sorted((name, code) for code, name in tree.names.items() if code not in containing)
    return Field(
        "area", "place", text, why, "", tuple((code, name) for name, code in places), sensitive=False
    )
