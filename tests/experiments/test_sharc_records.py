"""Questions are read without anything that tells the rule, and measured as ties allow."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from data.errors import BadData
from experiments.need_to_rule import Lists, cross_validated, figures, fit
from experiments.report import query_figures
from experiments.sharc_records import Questions, RuleQuestion, read_questions, read_rules
from features.closeness import CLOSENESS, Asked
from features.pairs import PairFeatures
from models.rankers.linear import Listwise

RECORD: dict[str, object] = {
    "tree_id": "t",
    "question": " Can I get it? ",
    "scenario": "",
    "gold_snippet_id": "7",
    "history": [{"follow_up_question": "Are you 18?", "follow_up_answer": "Yes"}],
    "evidence": [{"follow_up_question": "told", "follow_up_answer": "Yes"}],
    "source_url": "https://example.org/rule",
}


def written(folder: Path, *records: dict[str, object]) -> Path:
    path = folder / "questions.json"
    path.write_text("\n".join(json.dumps(record) for record in records), "utf-8")
    return path


def test_only_the_question_and_the_situation_are_read(tmp_path: Path) -> None:
    changed = {**RECORD, "history": [], "evidence": [], "source_url": "", "answer": "No"}
    first = read_questions(written(tmp_path, RECORD), ["3", "7"])
    second = read_questions(written(tmp_path, changed), ["3", "7"])
    assert first == second
    assert first.records == (RuleQuestion(Asked("Can I get it?", ""), 1, "t"),)


def test_every_question_about_an_unknown_rule_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, RECORD, {**RECORD, "gold_snippet_id": "8"}, {**RECORD, "gold_snippet_id": "9"})
    with pytest.raises(BadData, match=r"(?s):2: no rule has the id '8'.*:3: no rule has the id '9'"):
        read_questions(path, ["7"])


def test_files_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no such file of rules"):
        read_rules(tmp_path / "none.json")
    with pytest.raises(BadData, match="no such file of questions"):
        read_questions(tmp_path / "none.json", ["7"])


def test_figures_of_one_right_rule_are_those_of_the_general_metrics() -> None:
    scores = np.random.default_rng(0).integers(0, 8, size=(40, 20)).astype(np.float64)
    right = np.random.default_rng(1).integers(0, 20, size=40)
    ours, general = figures(scores, right), query_figures(scores, right)
    assert list(ours) == list(general)
    for name, values in general.items():
        assert np.allclose(ours[name], values)


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def some_lists(*, planted: bool) -> Lists:
    rng = np.random.default_rng(4)
    trees, each, rules = 40, 2, 30
    right = np.repeat(rng.integers(0, rules, size=trees), each)
    matrix = rng.normal(size=(trees * each, rules, len(CLOSENESS))).astype(np.float32)
    if planted:
        matrix[np.arange(len(right)), right, CLOSENESS.index("passage_words_question")] += 3
    records = tuple(
        RuleQuestion(Asked("a", "b"), int(rule), f"tree {row // each}") for row, rule in enumerate(right)
    )
    return Lists(Questions(records), PairFeatures(CLOSENESS, matrix.reshape(-1, len(CLOSENESS))))


@pytest.mark.parametrize("planted", [True, False])
def test_learning_finds_what_tells_the_rule_and_nothing_where_nothing_does(planted: bool) -> None:
    lists = some_lists(planted=planted)
    tables = cross_validated(lists, silent)
    for table in tables.values():
        mrr = figures(table, lists.questions.rules)["mrr"].mean()
        assert mrr > 0.6 if planted else mrr < 0.25


def test_every_tree_counts_the_same_however_many_questions_it_has() -> None:
    lists = some_lists(planted=True)
    first = np.flatnonzero(lists.questions.trees == 0)
    more = lists.take(np.concatenate([np.arange(len(lists.questions)), np.repeat(first, 5)]))
    once = fit(Listwise(ridge=3.0), lists).score(lists.pairs)
    again = fit(Listwise(ridge=3.0), more).score(lists.pairs)
    agree = lists.shaped(once).argmax(axis=1) == lists.shaped(again).argmax(axis=1)
    assert agree.mean() > 0.9
