"""Is an experiment with every setting at its default better than likeness alone, whatever the world?

Each world is made over the sample catalogue with tastes and people of its own, whose true chances are known. The chance
of an award that is learned orders the lists; how they are served is another question, since an order learned from
judgements knows nothing of tastes that were made up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from experiments.simulated_world import UNTIL
from features.embedding import Embedder
from training.config import Experiment, OrderSettings, Simulated
from training.evaluate import CHANCE_METRIC
from training.fit import fit
from training.prepared import prepare
from training.source import open_source

WORLDS: Final = 5
PEOPLE: Final = 800

Told = Callable[[str, int, int], None]


def experiment(seed: int, people: int) -> Experiment:
    """The default experiment on a small world; nothing is left out but what does not change the model."""
    return Experiment(
        name="default-worlds",
        seed=seed,
        source=Simulated(people=people, texts=300, until=UNTIL),
        order=OrderSettings(learn=False),
        learning_curve=(),
    )


def run(embedder: Embedder, *, worlds: int = WORLDS, people: int = PEOPLE, told: Told) -> dict[str, Any]:
    """Learn in each world; give the gain over likeness in nDCG@10 against true chances, with its interval."""
    found = []
    for seed in range(worlds):
        told("worlds", seed, worlds)
        plan = experiment(seed, people)
        prepared = prepare(plan, open_source(plan, today=UNTIL), embedder)
        fitted = fit(prepared, embedder, run=plan.name, commit=None)
        gain = fitted.report["gains_of_chances"]["similarity"][CHANCE_METRIC]
        found.append({"seed": seed, "chosen": fitted.bundle.ranker.name, **gain})
    told("worlds", worlds, worlds)
    better = sum(one["low"] > 0 for one in found)
    return {"study": "default_worlds", "simulated": True, "people": people, "better": better, "worlds": found}


def in_words(found: dict[str, Any]) -> list[str]:
    """Say the gain in each world, a line each."""
    lines = [
        f"world {one['seed']}: {one['chosen']}, nDCG@10 {one['value']:+.3f} over likeness "
        f"({one['low']:+.3f} to {one['high']:+.3f}, {one['count']:.0f} needs)"
        for one in found["worlds"]
    ]
    return [
        "SIMULATED: made worlds over the sample catalogue, against their true chances",
        *lines,
        f"better by more than chance in {found['better']} of {len(found['worlds'])} worlds",
    ]
