"""The page tells what was live as far as the ledger's chain holds, and says where it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.ledger import append
from serving.ledger import TOLD, read_record


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Two promotions."""
    path = tmp_path / "ledger.jsonl"
    for number, bundle in enumerate(("first", "second"), start=1):
        at = datetime(2026, 11, number, 12, tzinfo=UTC)
        append(path, "promote", bundle, by="Ana", reason="better", at=at, details={"secret": "of who trains"})
    return path


def test_a_whole_ledger_is_told_without_its_details(ledger: Path) -> None:
    record = read_record(ledger)
    assert record.whole
    assert [entry["bundle"] for entry in record.entries] == ["first", "second"]
    assert set(record.entries[0]) == set(TOLD)
    decision = record.decision_on("second")
    assert decision is not None and decision["at"] == "2026-11-02T12:00:00+00:00"
    assert record.decision_on("third") is None


def test_what_follows_a_changed_line_is_not_told(ledger: Path) -> None:
    ledger.write_text(ledger.read_text("utf-8").replace('"second"', '"third"'), "utf-8")
    record = read_record(ledger)
    assert not record.whole
    assert [entry["bundle"] for entry in record.entries] == ["first"]


@pytest.mark.parametrize(
    ("content", "whole"), [(None, True), (b"", True), (b"\xff\xfe", False), (b"{}\n", False)]
)
def test_no_ledger_is_an_empty_one_and_what_is_none_is_said_to_be_broken(
    tmp_path: Path, content: bytes | None, whole: bool
) -> None:
    path = tmp_path / "ledger.jsonl"
    if content is not None:
        path.write_bytes(content)
    record = read_record(path)
    assert (record.entries, record.whole) == ((), whole)
