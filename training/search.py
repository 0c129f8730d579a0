"""Rankers drawn from lists of settings, beside those that an experiment names; the validation period decides among all.

scikit-learn's ParameterSampler draws: without repeats where all settings are lists, and the same in every run.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError
from sklearn.model_selection import ParameterSampler

from data.errors import BadExperiment
from training.config import Experiment, RankerConfig, Search, problems_in_words

_RANKER: TypeAdapter[RankerConfig] = TypeAdapter(RankerConfig)


def competing(experiment: Experiment) -> tuple[RankerConfig, ...]:
    """Give the rankers that compete: those that are named, then those that are drawn; each once.

    Raises BadExperiment for settings that a ranker does not take.
    """
    drawn = (one for search in experiment.search for one in _drawn(search, experiment.seed))
    found: list[RankerConfig] = []
    for ranker in (*experiment.rankers, *drawn):
        if ranker not in found:  # settings of an estimator are a dict, so that rankers have no hash
            found.append(ranker)
    return tuple(found)


def _drawn(search: Search, seed: int) -> list[RankerConfig]:
    sampler = ParameterSampler(
        {name: list(values) for name, values in search.among.items()},
        min(search.draws, search.size),
        random_state=seed,
    )
    return [_ranker({**search.ranker, **settings}) for settings in sampler]


def _ranker(settings: dict[str, Any]) -> RankerConfig:
    try:
        return _RANKER.validate_python(settings)
    except ValidationError as error:
        raise BadExperiment("\n".join(["[[search]]:", *problems_in_words(error, Experiment)])) from None
