"""A column of one's own passes the same check however a program starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.catalogue.reading import Catalogue
from data.people.base_rates import no_rates
from features.columns import COLUMNS, Column, SpecialCategory
from models.pairing import Pairing
from tests.training.small_world import TODAY, SharedWords, small_experiment, small_source
from training.prepared import prepare


def test_a_column_of_ones_own_is_checked_before_anything_is_learned_or_ranked(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    special = next(f.id for f in catalogue.facts.facts.values() if f.special_category)
    experiment = small_experiment()
    source = replace(small_source(experiment), catalogue=catalogue)
    column = Column("by_the_back_door", "+", "-", facts=(special,))
    monkeypatch.setattr("features.columns.COLUMNS", (*COLUMNS, column))
    with pytest.raises(SpecialCategory, match="it must not rank"):
        prepare(experiment, source, SharedWords())
    with pytest.raises(SpecialCategory, match="it must not rank"):
        Pairing.build(catalogue, no_rates(TODAY), SharedWords())
