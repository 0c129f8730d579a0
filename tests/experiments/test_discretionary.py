"""The study of what funds alone decide: a worker who answered everything is asked nothing more that matters much."""

from __future__ import annotations

from data.catalogue.reading import Catalogue
from data.catalogue.rules import Discretion
from data.catalogue.traversal import walk
from experiments.discretionary import LONDONER, _judged
from models.eligibility.verdict import Status


def test_a_londoner_who_answered_everything_waits_for_steps_alone(catalogue: Catalogue) -> None:
    statuses = {grant: status for grant, status, _ in _judged(LONDONER, catalogue)}
    waiting = [grant for grant, status in statuses.items() if status is Status.NEEDS_INFO]
    assert [one for one in waiting if not any(rule.first for rule in catalogue.by_id[one].rules)] == []


def test_what_a_fund_decides_is_told_for_every_grant_that_it_decides_on(catalogue: Catalogue) -> None:
    for _, status, decides in _judged(LONDONER, catalogue):
        if status is Status.DISCRETIONARY:
            assert decides


def test_what_a_person_could_look_up_or_tell_is_asked_and_not_left_to_a_fund(catalogue: Catalogue) -> None:
    conditions = [rule.condition for grant in catalogue.grants for rule in grant.rules]
    left = [part.discretion for one in conditions for part in walk(one) if isinstance(part, Discretion)]
    told = (
        "your postcode",
        "You must depend on",
        "must lead to",
        "only registered",
        "asks how old",
        "It must be community",
    )
    assert [text for text in left if any(words in text for words in told)] == []
