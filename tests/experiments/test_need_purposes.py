"""The study of what needs are about: its figures follow from chances and labels, and its fifths are unseen."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.need_purposes import measured, run
from models.needs.need_model import CODES
from tests.training.small_world import SharedWords
from training.config import APART
from training.graded_order import LabelledNeed, needs_of_project, read_needs


def chances(*told: dict[str, float]) -> np.ndarray:
    return np.array([[one.get(code, 0.0) for code in CODES] for one in told])


def test_figures_follow_from_what_is_told_and_what_is_so() -> None:
    needs = [
        LabelledNeed(text="bed", purposes=("GTIP020",)),
        LabelledNeed(text="bed, coat", purposes=("GTIP020", "GTIP080")),
        LabelledNeed(text="hello"),
    ]
    found = measured(needs, chances({"GTIP020": 1.0}, {"GTIP020": 0.2, "GTIP080": 1.0}, {"GTIP020": 0.4}))
    bed = found.codes["GTIP020"]
    assert (bed.needs, bed.precision, bed.recall, bed.f1) == (2, 0.5, 0.5, 0.5)
    assert found.macro_f1["purposes"] == pytest.approx(0.75)
    assert found.micro_f1["purposes"] == pytest.approx(4 / 6)
    assert found.all_right == pytest.approx(1 / 3)
    assert found.calibration_error == pytest.approx((0.8 + 0.4) / (3 * 17))


def test_a_need_is_never_measured_by_a_model_that_has_seen_its_like() -> None:
    needs = [
        LabelledNeed(text=text, purposes=(code,))
        for text, code in (("a cooker", "GTIP020"), ("a coat", "GTIP080")) * 5
    ]
    assert run(needs, SharedWords()).macro_f1["purposes"] == 0.0
    assert run(needs, SharedWords(), test=needs).macro_f1["purposes"] == 1.0


def test_no_need_that_was_written_apart_is_learned_from() -> None:
    seen = {need.text.casefold() for need in needs_of_project()}
    apart = read_needs(APART)
    assert len(apart) == 200
    assert seen.isdisjoint(need.text.casefold() for need in apart)
