"""The study of latency asks another person each time, and what it compares with rules out what the rules do."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

from data.catalogue.reading import SAMPLE, Catalogue, read_catalogue
from data.people.applicants import Need, read_applicant
from experiments.latency import COLUMNS, KINDS, Started, Timed, keep
from experiments.latency_peers import Tables
from experiments.latency_world import ON, write_catalogue
from models.compiled.judge import CompiledJudge


def test_every_request_is_of_another_applicant_whom_the_contract_takes(catalogue: Catalogue) -> None:
    for kind in KINDS:
        bodies = list(islice(kind.bodies(), 60))
        assert len({json.dumps(body["applicant"]) for body in bodies}) == 60
        assert len({body["need"]["text"] for body in bodies}) == (60 if kind.new else 10)
        for body in bodies:
            applicant = read_applicant(body["applicant"], catalogue.facts, catalogue.areas)
            assert (applicant.areas is not None) is kind.placed
            assert len(Need.model_validate(body["need"]).text.split()) <= 12


def test_what_is_new_for_one_kind_of_request_is_new_for_the_next() -> None:
    texts = [{body["need"]["text"] for body in islice(kind.bodies(), 40)} for kind in KINDS if kind.new]
    assert len(set().union(*texts)) == sum(map(len, texts))


def test_simulated_grants_stand_beside_the_sample_with_rules_of_their_own(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    write_catalogue(tmp_path / "made.jsonl", catalogue, len(catalogue.grants) + 40)
    made = read_catalogue(tmp_path / "made.jsonl", areas=SAMPLE / "areas.csv")
    assert made.grants[: len(catalogue.grants)] == catalogue.grants
    simulated = made.grants[-40:]
    conditions = [rule.condition for grant in simulated for rule in grant.rules]
    assert len({tuple(rule.condition for rule in grant.rules) for grant in simulated}) == 40
    assert len(set(conditions)) > 0.5 * len(conditions)


def test_the_usual_tables_rule_out_no_more_than_whoever_lives_elsewhere_or_breaks_a_plain_rule(
    catalogue: Catalogue,
) -> None:
    lines = [json.loads(line) for line in (SAMPLE / "catalogue.jsonl").read_text("utf-8").splitlines()]
    tables = Tables(lines, dict(catalogue.areas.parents))
    judge = CompiledJudge.build(catalogue)
    for body in islice(KINDS[0].bodies(), 5):
        possible, missing = tables.met(body["applicant"])
        applicant = read_applicant(body["applicant"], catalogue.facts, catalogue.areas)
        codes = judge.statuses(applicant, on=ON)
        assert 0.1 < possible.mean() < 0.9
        assert (possible == (codes > 1)).mean() > 0.6
        assert missing.max() > 3


def test_results_say_the_day_the_machine_what_else_ran_and_ratios(tmp_path: Path) -> None:
    request = KINDS[0].name
    ours = Timed("this service", 300, request, 10.0, 12.0, 14.0, 95.0, 0)
    usual = Timed("usual libraries", 300, request, 25.0, 30.0, 35.0, 39.0, 0)
    keep(
        [ours, usual],
        [Started("this service", 300, 8.0, 450.0)],
        on=ON,
        beside="alone",
        file=tmp_path / "r.md",
    )
    written = (tmp_path / "r.md").read_text("utf-8")
    assert written.startswith("\n## latency, 2026-11-29: ") and "; alone\n" in written
    assert f"| {' | '.join(COLUMNS)} |" in written
    row = next(line for line in written.splitlines() if line.startswith("| usual"))
    assert row.endswith("| 25.0 | 30.0 | 35.0 | 39.0 | 2.5 |")
    assert "ready in 8.0 s, 450 MB" in written and "SIMULATED" in written
