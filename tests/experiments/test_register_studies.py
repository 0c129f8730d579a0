"""The studies of the register: how rightly it is read, against grades, and what an import is."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.register_cost import import_twice
from experiments.register_reading import GRADES, run

UKCAT = Path("../shared/data/ukcat")


def test_areas_and_purposes_of_graded_charities_are_read_as_rightly_as_is_asked() -> None:
    if not UKCAT.exists():
        pytest.skip("the charities' texts are not here")
    found = run(UKCAT)
    assert found.charities == 300
    assert found.precision >= 0.95 and found.recall_named >= 0.70 and found.macro_f1 >= 0.70


def test_the_grades_name_charities_and_codes_and_hold_no_text_of_others() -> None:
    lines = GRADES.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 301 and all(line.startswith("GB-CHC-") and len(line) < 300 for line in lines[1:])


def test_two_imports_of_one_made_extract_give_the_same_bytes() -> None:
    found = import_twice(120, lambda _: None)
    assert found.same_bytes and 0 < found.entries < 120
