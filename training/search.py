"""Rankers drawn from lists of settings, beside those that an experiment names.

scikit-learn's ParameterSampler draws: without repeats where all settings are lists, and the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sklearn.model_selection import ParameterSampler

from data.errors import BadExperiment
from training.config import Experiment, RankerConfig, Search, problems_in_words

_RANKER: TypeAdapter[RankerConfig] = TypeAdapter(RankerConfig)


def competing(experiment: Experiment) -> tuple[RankerConfig, ...]:
    """Give the rankers that compete on the validation period: those named, then those drawn without folds; each once.

    Raises BadExperiment for settings that a ranker does not take.
    """
    found = (
        one for search in experiment.search if not search.folds for one in drawn(search, experiment.seed)
    )
    return each_once([*experiment.rankers, *found])


def each_once(rankers: Iterable[RankerConfig]) -> tuple[RankerConfig, ...]:
    """Leave out what stood before; settings of an estimator are a dict, so that rankers have no hash."""
    found: list[RankerConfig] = []
    for ranker in rankers:
        if ranker not in found:
            found.append(ranker)
    return tuple(found)


def drawn(search: Search, seed: int) -> tuple[RankerConfig, ...]:
    """Draw the rankers of a search, the same in every run."""
    sampler = ParameterSampler(
        {name: list(values) for name, values in search.among.items()},
        min(search.draws, search.size),
        random_state=seed,
    )
    return each_once(_ranker({**search.ranker, **settings}) for settings in sampler)


def _ranker(settings: dict[str, Any]) -> RankerConfig:
    try:
        return _RANKER.validate_python(settings)
    except ValidationError as error:
        raise BadExperiment("\n".join(["[[search]]:", *problems_in_words(error, Experiment)])) from None
