"""Explaining a page is timed part by part, and nothing of it is left out."""

from __future__ import annotations

from experiments.page_speed import KNOWN, PARTS, run


def test_every_part_is_timed_for_every_kind_of_person() -> None:
    found = run(people=2)
    assert [(one.people, one.part) for one in found] == [(kind, part) for kind in KNOWN for part in PARTS]
    assert all(0 < one.ms <= one.ms_95 for one in found)
