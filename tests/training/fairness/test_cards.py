"""The model card says what a model does not know, and so does the bundle that it is about."""

from __future__ import annotations

from dataclasses import replace

from training.fairness.cards import model_card
from training.fit import Fitted
from training.limits import limits_in_words, limits_of
from training.lists import Lists
from training.prepared import Prepared

TOLD = {
    "bundle": "abc",
    "period": "2026-Q3",
    "shown": False,
    "measures": [],
    "differences": [],
    "summary": ["Little is known."],
}


def test_a_model_card_names_what_no_decision_was_about(fitted: Fitted) -> None:
    about = fitted.bundle.about
    limits = {**about.limits, "grants_without_outcomes": ["fund-07"], "awards_ruled_out": {}}
    card = model_card(TOLD, about.model_copy(update={"limits": limits}))
    assert "Grants without a decision: fund-07." in card
    assert all(line in card for line in limits_in_words(limits))
    assert "went to people whom the rules rule out" not in card
    assert "earlier version" in model_card(TOLD, about.model_copy(update={"limits": {}}))


def test_awards_against_the_rules_are_counted_and_said(fitted: Fitted, prepared: Prepared) -> None:
    plain = (prepared.decided, prepared.left_out, prepared.source.catalogue, fitted.bundle.calibration, "")
    assert limits_of(*plain, fitted.lists)["awards_ruled_out"] == {}
    met = next(one for one in fitted.lists.lists if one.awarded.any())
    limits = limits_of(*plain, Lists((replace(met, ruled_out=met.awarded),)))
    count = int(met.awarded.sum())
    assert sum(limits["awards_ruled_out"].values()) == limits["awards_tested"] == count
    said = f"{count} of the {count} awards of the test period went to people whom the rules rule out (fund-"
    assert any(line.startswith(said) for line in limits_in_words(limits))
