"""The engines that are timed must give the same answers, or the times would compare nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from data.people.applicants import read_applicant
from experiments.judge_peers import PEERS, PeerCatalogue, peer_catalogue
from experiments.judge_speed import ON, run
from models.compiled.judge import CompiledJudge


@pytest.fixture(scope="module")
def plain() -> PeerCatalogue:
    return peer_catalogue(150, np.random.default_rng(3))


@pytest.mark.parametrize("name", PEERS)
def test_every_engine_finds_the_same_grants_open_to_the_same_people(name: str, plain: PeerCatalogue) -> None:
    judge_all: Callable[[dict[str, Any]], Any]
    try:
        judge_all = PEERS[name](plain)
    except ModuleNotFoundError as error:
        pytest.skip(f"{error.name} is not installed")
    ours, eligible = CompiledJudge.build(plain.ours), 0
    for person in plain.people:
        applicant = read_applicant(person, plain.ours.facts, plain.ours.areas)
        found: Any = judge_all(person)
        answers: list[Any] = found["ok"].tolist() if isinstance(found, dict) else list(found)
        theirs = [bool(one) for one in answers]
        mine = (ours.statuses(applicant, on=ON) == 4).tolist()
        eligible += sum(mine)
        assert theirs == mine
    assert eligible > 0


def test_a_study_without_other_engines_times_ours() -> None:
    timings = run([40], peers=False)
    assert [timing.engine for timing in timings] == ["ours"] * 3
    assert all(timing.ms is not None and timing.ms > 0 for timing in timings)
