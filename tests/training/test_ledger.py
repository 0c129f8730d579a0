"""The ledger answers what was live when, and cannot be changed unseen."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.ledger import LedgerBroken, append, read_ledger


def noon(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A ledger of two promotions and a rollback."""
    path = tmp_path / "ledger.jsonl"
    append(path, "promote", "first", by="Ana", reason="the first champion", at=noon(1))
    append(path, "promote", "second", by="Ben", reason="better", at=noon(10), details={"ndcg": 0.61})
    append(path, "rollback", "first", by="Ana", reason="a funder complained", at=noon(20))
    return path


@pytest.mark.parametrize(
    ("day", "bundle"), [(1, "first"), (9, "first"), (10, "second"), (19, "second"), (30, "first")]
)
def test_it_tells_what_was_live_on_a_day(three: Path, day: int, bundle: str) -> None:
    entry = read_ledger(three).live(on=date(2026, 11, day))
    assert entry is not None and entry.bundle == bundle


def test_nothing_was_live_before_the_first_promotion(three: Path) -> None:
    assert read_ledger(three).live(on=date(2026, 10, 31)) is None


def test_a_review_does_not_change_what_is_live(three: Path) -> None:
    append(three, "review", "second", by="Cat", reason="no difference of 10 points", at=noon(25))
    ledger = read_ledger(three)
    live = ledger.live(on=date(2026, 11, 30))
    assert live is not None and live.bundle == "first"
    assert [review.by for review in ledger.reviews("second")] == ["Cat"]


@pytest.mark.parametrize("line", [0, 1, 2])
@pytest.mark.parametrize("field", ["bundle", "by", "reason", "at", "act", "number", "previous", "hash"])
def test_changing_any_field_of_any_line_is_seen(three: Path, line: int, field: str) -> None:
    lines = three.read_text().splitlines()
    raw = json.loads(lines[line])
    raw[field] = 7 if field == "number" else "2026-11-02T12:00:00+00:00" if field == "at" else "0" * 63 + "1"
    lines[line] = json.dumps(raw)
    three.write_text("\n".join(lines) + "\n")
    with pytest.raises(LedgerBroken, match=r"ledger\.jsonl:\d"):
        read_ledger(three)


@pytest.mark.parametrize("order", [[1, 2], [0, 2], [1, 0, 2], [0, 1, 1, 2], [0, 2, 1]])
def test_removing_moving_or_repeating_a_line_is_seen(three: Path, order: list[int]) -> None:
    lines = three.read_text().splitlines()
    three.write_text("\n".join(lines[place] for place in order) + "\n")
    with pytest.raises(LedgerBroken, match="does not follow"):
        read_ledger(three)


def test_a_tail_that_is_cut_off_is_seen_by_who_kept_the_last_hash(three: Path) -> None:
    head = read_ledger(three).head
    lines = three.read_text().splitlines()
    three.write_text("\n".join(lines[:2]) + "\n")
    ledger = read_ledger(three)
    with pytest.raises(LedgerBroken, match="removed from the end"):
        ledger.check_holds(head)
    ledger.check_holds(ledger.head)


@pytest.mark.parametrize("text", ["not json", "{}", "[1]", '{"hash": 3}'])
def test_a_line_that_is_no_entry_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(text + "\n")
    with pytest.raises(LedgerBroken, match="no ledger entry"):
        read_ledger(path)


def test_nothing_is_added_to_a_broken_ledger(three: Path) -> None:
    three.write_text(three.read_text().replace("Ben", "Bob"))
    with pytest.raises(LedgerBroken, match="changed after"):
        append(three, "promote", "third", by="Ana", reason="better", at=noon(21))
    assert "third" not in three.read_text()


def test_an_entry_without_a_reason_or_a_time_zone_is_refused(tmp_path: Path) -> None:
    for by, reason, at in [
        ("", "why", noon(1)),
        ("Ana", " ", noon(1)),
        ("Ana", "why", datetime(2026, 11, 1)),
    ]:
        with pytest.raises(ValueError, match="who decided"):
            append(tmp_path / "ledger.jsonl", "promote", "first", by=by, reason=reason, at=at)


def test_two_writers_at_once_leave_one_whole_chain(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"

    def write(number: int) -> None:
        append(path, "promote", f"bundle {number}", by="Ana", reason="at once", at=noon(1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(24)))
    assert {entry.bundle for entry in read_ledger(path).entries} == {f"bundle {n}" for n in range(24)}
