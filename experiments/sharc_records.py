"""Reads people's questions about rules of benefits: what each asks, in which situation, and which rule answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.errors import BadData, Problem
from features.closeness import Asked

RULES = "id2snippet.json"
QUESTIONS = "open_retrieval_sharc_dev.json"


@dataclass(frozen=True)
class RuleQuestion:
    """One question; neither the answer's evidence nor the page's address is read, since they tell the rule."""

    asked: Asked
    rule: int
    """Place of the right rule."""
    tree: str
    """Questions of one tree are variants of one another."""


@dataclass(frozen=True)
class Questions:
    """Questions in their order."""

    records: tuple[RuleQuestion, ...]

    @property
    def asked(self) -> list[Asked]:
        """What each person said."""
        return [record.asked for record in self.records]

    @property
    def rules(self) -> NDArray[np.int64]:
        """(questions,) place of each right rule."""
        return np.array([record.rule for record in self.records], dtype=np.int64)

    @property
    def trees(self) -> NDArray[np.int64]:
        """(questions,) number of each one's tree."""
        return np.unique([record.tree for record in self.records], return_inverse=True)[1].astype(np.int64)

    def __len__(self) -> int:
        return len(self.records)


def read_rules(path: Path) -> dict[str, str]:
    """Read rule id → text; raises BadData when the file is not there."""
    if not path.is_file():
        raise BadData([Problem("there is no such file of rules", file=str(path))])
    rules: dict[str, str] = json.loads(path.read_text("utf-8"))
    return rules


def read_questions(path: Path, rules: Sequence[str]) -> Questions:
    """Read questions, one JSON object a line; raises BadData when one names a rule that is not among `rules`."""
    if not path.is_file():
        raise BadData([Problem("there is no such file of questions", file=str(path))])
    place = {rule: at for at, rule in enumerate(rules)}
    records, problems = [], []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            raw = json.loads(line)
            rule = str(raw["gold_snippet_id"])
            if rule not in place:
                problems.append(Problem(f"no rule has the id {rule!r}", file=str(path), line=number))
                continue
            asked = Asked(raw["question"].strip(), raw["scenario"].strip())
            records.append(RuleQuestion(asked, place[rule], raw["tree_id"]))
    if problems:
        raise BadData(problems)
    return Questions(tuple(records))
