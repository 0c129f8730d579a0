"""Reads what a review is made from, and writes its folder."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.ledger import Ledger
from data.people.reviews import FILE, PAGE, BadReview, digest_of
from data.store.store import Store
from training.fairness.cards import model_card, transparency_record
from training.fairness.lists import Groups, Lists, shown
from training.fairness.page import page
from training.fairness.periods import Quarter, live_spans
from training.fairness.review import Subject


def shown_lists(
    store: Store, ledger: Ledger, bundle: str, quarter: Quarter, grants: Mapping[str, int]
) -> Lists | None:
    """Read the lists of a quarter that a bundle showed, as known once it had settled; None where it showed none."""
    spans = live_spans(ledger, bundle, quarter)
    if not spans:
        return None
    events = (one for one in store.events() if any(since <= one.at < until for since, until in spans))
    history = store.history(known_at=quarter.known_at)
    applied = [one for one in history.applications if quarter.first <= one.on < quarter.end]
    lists = shown(events, applied, history.outcomes, grants)
    return lists if len(lists.rank) else None


def read_groups(path: Path) -> Groups:
    """Read a CSV of pseudonym, attribute, group; raises BadReview."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows(path, ("pseudonym", "attribute", "group")):
        found.setdefault(row["pseudonym"], {})[row["attribute"]] = row["group"]
    return found


def read_bands(path: Path) -> dict[str, dict[str, str]]:
    """Read a CSV of grant (or funder), kind, band; raises BadReview."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows(path, ("grant", "kind", "band")):
        found.setdefault(row["grant"], {})[row["kind"]] = row["band"]
    return found


def _rows(path: Path, names: tuple[str, ...]) -> Iterable[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if set(reader.fieldnames or ()) != set(names):
                raise BadReview(f"{path}: expected the columns {', '.join(names)}")
            yield from reader
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadReview(f"{path}: no table can be read here ({error})") from error


def write(folder: Path, told: dict[str, Any], subject: Subject) -> str:
    """Write a review's folder: tables, review.json with their digests, the page, both records. Gives the digest."""
    folder.mkdir(parents=True, exist_ok=True)
    about = subject.bundle.about
    texts = {
        "comparisons.csv": as_csv(_flat(told["comparisons"])),
        "made_comparisons.csv": as_csv(_flat(told["made"]["comparisons"])),
        "who.csv": as_csv(told["who"]),
        "bands.csv": as_csv([{"kind": kind, **row} for kind, rows in told["bands"].items() for row in rows]),
        "made_bands.csv": as_csv(
            [{"kind": kind, **row} for kind, rows in told["made"]["bands"].items() for row in rows]
        ),
        "rules.csv": as_csv(told["made"]["rules"]),
        "grants.csv": as_csv([{"seldom_or_never_seen": grant} for grant in told["grants"].get("seldom", ())]),
        "model_card.md": model_card(told, about),
        "transparency_record.md": transparency_record(told, about),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    whole = {**told, "tables": {name: digest_of(text.encode()) for name, text in texts.items()}}
    content = (json.dumps(whole, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()
    (folder / FILE).write_bytes(content)
    (folder / PAGE).write_text(page(whole), "utf-8")
    return digest_of(content)


def _flat(comparisons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"measure": one["measure"], "attribute": one["attribute"], **cell}
        for one in comparisons
        for cell in one["groups"]
    ]


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV; what a spreadsheet would take for a formula is quoted."""
    written = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(written, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _inert(value) for name, value in row.items()})
    return written.getvalue()


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and value[:1] else value
