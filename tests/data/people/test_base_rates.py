"""Base rates: what cannot be is refused in words with its path, and no share hangs on special-category data."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.catalogue.reading import Catalogue
from data.errors import BadData
from data.people.base_rates import FILE, read_base_rates

Json = dict[str, Any]
ROW: Json = {"source": "s", "year": 2026, "certainty": "estimate"}
SOUND: Json = {
    "about": "made up", "on": "2026-11-29", "sources": {"s": "made up"},
    "people": [{"share": 1.0, "facts": {"age": {"at_least": 16}}}],
    "facts": {
        "drives": [{**ROW, "shares": {"true": 0.5}}],
        "tenure": [{**ROW, "shares": {"owner": 0.5, "private_rent": 0.5}}],
        "benefits": [{**ROW, "shares": {"pip": 0.2, "universal_credit|pip": 0.6}}],
        "savings": [{**ROW, "shares": {"0": 0.5, "1000": 0.5}}],
    },
    "trades_ever": [{**ROW, "shares": {"nursing": 0.1}}],
}  # fmt: skip


def problems(
    catalogue: Catalogue, folder: Path, change: Callable[[Json], None]
) -> list[tuple[str | None, str]]:
    written = copy.deepcopy(SOUND)
    change(written)
    (folder / "rates.json").write_text(json.dumps(written), "utf-8")
    try:
        read_base_rates(folder / "rates.json", catalogue.facts, catalogue.areas)
    except BadData as error:
        return [(problem.field, problem.message) for problem in error.problems]
    return []


def test_a_sound_file_and_the_projects_own_are_read(catalogue: Catalogue, tmp_path: Path) -> None:
    assert problems(catalogue, tmp_path, lambda _: None) == []
    assert (
        read_base_rates(FILE, catalogue.facts, catalogue.areas).facts.keys() <= catalogue.facts.facts.keys()
    )


def _given(fact: Json) -> Callable[[Json], None]:
    return lambda rates: rates["facts"]["drives"].append({**ROW, "given": fact, "shares": {"true": 0.1}})


CHANGES: dict[str, tuple[Callable[[Json], None], str, str]] = {
    "a fact that is not there": (
        lambda rates: rates["facts"].update(flies=rates["facts"]["drives"]), "facts.flies", "there is no fact"),
    "a share above one": (
        lambda rates: rates["facts"]["drives"][0]["shares"].update(true=1.5),
        "facts.drives[0].shares.true", "less than"),
    "a value that is not there": (
        lambda rates: rates["facts"]["tenure"][0]["shares"].update(castle=0.0),
        "facts.tenure[0].shares.castle", "a value of the fact"),
    "a whole that is not one": (
        lambda rates: rates["facts"]["tenure"][0]["shares"].update(owner=0.9),
        "facts.tenure[0].shares", "add up to 1.4"),
    "a set with a stranger in it": (
        lambda rates: rates["facts"]["benefits"][0]["shares"].update({"pip|gold": 0.1}),
        "facts.benefits[0].shares.pip|gold", "several with '|'"),
    "a span that is no number": (
        lambda rates: rates["facts"]["savings"][0]["shares"].update(much=0.0),
        "facts.savings[0].shares.much", "a number"),
    "a row that is given health": (
        _given({"fact": "disabled", "is": True}), "facts.drives[1].given", "special-category"),
    "a row that is given a fact with a value of that kind": (
        _given({"fact": "benefits", "one_of": ["pip"]}), "facts.drives[1].given", "special-category"),
    "a row that is given what is no condition": (_given({"is": 3}), "facts.drives[1].given", "not a condition"),
    "no row about everybody": (
        lambda rates: rates["facts"]["drives"][0].update(given={"fact": "age", "below": 30}),
        "facts.drives", "everybody first"),
    "a source that is not there": (
        lambda rates: rates["facts"]["drives"][0].update(source="t"), "facts.drives[0].source", "there is no source"),
    "a trade that is not there": (
        lambda rates: rates["trades_ever"][0]["shares"].update(wizardry=0.1), "trades_ever[0].shares", "wizardry"),
    "people who are not all": (lambda rates: rates["people"][0].update(share=0.5), "people", "do not add up"),
    "people who cannot be": (
        lambda rates: rates["people"][0]["facts"].update(age=900), "people[0].facts.age", "from 0 to 130"),
    "a key that is not there": (lambda rates: rates.update(colour="blue"), "colour", "no such key"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_cannot_be_is_refused_with_its_path(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    change, path, words = CHANGES[name]
    found = problems(catalogue, tmp_path, change)
    assert any(field == path and words in message for field, message in found), found
