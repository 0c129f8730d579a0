"""The small experiment of `small_world`, laid out and run once for all tests."""

from __future__ import annotations

import pytest

from tests.training.small_world import SharedWords, small_experiment, small_source
from training.fit import Fitted, fit
from training.prepared import Prepared, prepare


@pytest.fixture(scope="session")
def prepared() -> Prepared:
    """The small experiment, laid out."""
    experiment = small_experiment()
    return prepare(experiment, small_source(experiment), SharedWords())


@pytest.fixture(scope="session")
def fitted(prepared: Prepared) -> Fitted:
    """The small experiment, run."""
    return fit(prepared, SharedWords(), run="small-1", commit=None)
