"""Facts that rules read and of which there is no base rate are named."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from data.__main__ import app
from data.catalogue.reading import SAMPLE, Catalogue
from data.lint.unrated import unrated_facts
from data.people.base_rates import FILE, read_base_rates


def test_every_fact_that_the_samples_rules_read_has_a_rate(catalogue: Catalogue) -> None:
    rated = read_base_rates(FILE, catalogue.facts, catalogue.areas).facts
    assert [problem.message for problem in unrated_facts(catalogue, rated)] == []


def test_a_fact_without_a_rate_is_named_and_so_is_what_decides_whether_it_applies(
    catalogue: Catalogue,
) -> None:
    rated = read_base_rates(FILE, catalogue.facts, catalogue.areas).facts.keys() - {"on_benefits", "savings"}
    fields = [problem.field for problem in unrated_facts(catalogue, rated)]
    assert fields == ["facts.on_benefits", "facts.savings"]


def test_the_check_by_command_names_what_a_file_of_rates_leaves_out(tmp_path: Path) -> None:
    rates = json.loads(FILE.read_text("utf-8"))
    del rates["facts"]["savings"]
    (tmp_path / "rates.json").write_text(json.dumps(rates), "utf-8")
    command = ["check", str(SAMPLE / "catalogue.jsonl"), "--rates", str(tmp_path / "rates.json"), "--json"]
    found = json.loads(CliRunner().invoke(app, command).output)
    assert [one["field"] for one in found["warnings"] if "base rate" in one["message"]] == ["facts.savings"]
