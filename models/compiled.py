"""Judges a whole catalogue at once: conditions that grants share are asked once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.applicants import Applicant
from data.catalogue import Catalogue
from data.grants import Grant
from data.rules import Condition
from models.answers import Answer, every
from models.conditions import ask
from models.eligibility import Status, repeat_finding, window_finding
from models.scene import Scene
from models.timing import first_day

STATUSES: Final = tuple(Status)
"""Status of each code, worst first."""


@dataclass(frozen=True)
class CompiledJudge:
    """A catalogue made ready to be judged for one person after another."""

    catalogue: Catalogue
    conditions: tuple[Condition, ...]
    """Every rule's condition once."""
    places: tuple[tuple[int, ...], ...]
    """Per grant, the place in `conditions` of each of its rules."""

    @classmethod
    def build(cls, catalogue: Catalogue) -> CompiledJudge:
        """Make a catalogue ready."""
        known: dict[Condition, int] = {}
        places = tuple(
            tuple(known.setdefault(rule.condition, len(known)) for rule in grant.rules) for grant in catalogue.grants
        )
        return cls(catalogue, tuple(known), places)

    def statuses(self, applicant: Applicant, *, on: date) -> NDArray[np.int8]:
        """Give (grants,) codes 0 not eligible … 4 eligible, in catalogue order, as `judge` would."""
        scene = Scene.today(applicant, self.catalogue.facts, self.catalogue.areas, on=on)
        answers = [ask(condition, scene) for condition in self.conditions]
        found = [
            self._status(scene, grant, [answers[at] for at in places])
            for grant, places in zip(self.catalogue.grants, self.places, strict=True)
        ]
        return np.array([STATUSES.index(status) for status in found], dtype=np.int8)

    def _status(self, scene: Scene, grant: Grant, answers: list[Answer]) -> Status:
        found = [a for a, rule in zip(answers, grant.rules, strict=True) if rule.applies(on=scene.on)]
        found += [window_finding(grant.windows, scene).answer, repeat_finding(grant, scene).answer]
        least = every(found)
        if least is Answer.NO:
            return Status.NOT_ELIGIBLE if first_day(scene, grant) is None else Status.NOT_NOW
        if least is Answer.YES:
            return Status.ELIGIBLE
        return Status.DISCRETIONARY if _left_to_people(scene, grant, found[-2:]) else Status.NEEDS_INFO


def _left_to_people(scene: Scene, grant: Grant, others: list[Answer]) -> bool:
    rules = [rule.condition for rule in grant.rules if rule.applies(on=scene.on)]
    granted, refused = (
        every([*others, *(ask(rule, replace(scene, discretion=found)) for rule in rules)])
        for found in (Answer.YES, Answer.NO)
    )
    return granted is Answer.YES and refused is Answer.NO
