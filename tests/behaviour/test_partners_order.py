"""Grades that a partner sends in a browser move the learned order as they say; without a weight, nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.catalogue.reading import sample_catalogue
from data.people.base_rates import sample_rates
from data.people.events import Judgement
from data.people.judgements import FILE
from data.people.situations import read_situations
from data.store.store import Store
from models.pairing import Pairing
from models.rankers.graded import GradedLinear
from serving.access import Scope
from tests.behaviour.browsing import press
from tests.serving.running import Server
from tests.training.small_world import SharedWords, small_experiment
from training.graded_order import graded_lists
from training.partners.effects import Trial, as_graded, effects

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HELPS = {
    "crisis": 3,
    "emergency": 3,
    "voucher": 3,
    "welfare": 3,
    "discount": 0,
    "reduction": 0,
    "bus pass": 0,
}
"""What this partner thinks of a grant by a word in its title; 1 of all others."""


@pytest.fixture(scope="module")
def grades(browser: Browser, server: Server) -> Iterator[tuple[Judgement, ...]]:
    """What a partner sends of ten people, as the store has it."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url + "/partners")
    page.fill("#key", server.keys[Scope.PARTNER])
    press(page, "Sign in")
    for situation in list(read_situations())[:10]:
        page.goto(f"{server.url}/partners/{situation}")
        for grant in page.locator("fieldset.grade").all():
            title = grant.locator("legend").inner_text().lower()
            grade = next((grade for word, grade in HELPS.items() if word in title), 1)
            grant.locator(f'input[value="{grade}"]').check()
        press(page, "Send my grades")
    store = Store.open(f"sqlite:///{server.folder}/store.db")
    yield tuple(one for one in store.judgements() if one.partner == "partner")
    store.close()
    page.goto(server.url + "/partners/withdraw")
    page.check("#take-all")
    press(page, "Take it back")
    context.close()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped judgements of the people that partners read about, and of a few others."""
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    kept = [row for row in rows[1:] if row["id"] in read_situations()] + rows[1:30:2]
    once = {row["id"]: row for row in kept}
    file = tmp_path_factory.mktemp("judged") / "judged.jsonl"
    file.write_text("\n".join(map(json.dumps, [rows[0], *once.values()])) + "\n", "utf-8")
    return file


def trial(judged: Path, grades: tuple[Judgement, ...], weight: float) -> Trial:
    order = {
        "judgements": judged,
        "partners": {"weight": weight, "share": 0.9},
        "rankers": [GradedLinear(ridge=10.0)],
    }
    catalogue = sample_catalogue()
    pairing = Pairing.build(catalogue, sample_rates(catalogue), SharedWords())
    return Trial(small_experiment(order=order), pairing, grades)


def test_grants_move_as_they_were_graded_in_the_browser(judged: Path, grades: tuple[Judgement, ...]) -> None:
    assert len({one.situation_id for one in grades}) == 10
    made = trial(judged, grades, 5.0)
    (effect,) = effects(made, SharedWords(), on=made.experiment.order.judged_on)
    strong = [move for move in effect.moves if move.grade in (0, 3)]
    assert len(strong) >= 5
    assert sum(map(as_graded, strong)) > 0.6 * len(strong)


def test_without_a_weight_the_same_grades_change_no_byte(judged: Path, grades: tuple[Judgement, ...]) -> None:
    made = trial(judged, grades, 0.0)
    with_them = graded_lists(made.experiment.order, made.pairing, grades)
    without = graded_lists(made.experiment.order, made.pairing)
    (kind,) = made.experiment.order.rankers
    ours, theirs = (lists.fit(kind, seed=0).to_arrays() for lists in (with_them, without))
    assert all(ours[name].tobytes() == theirs[name].tobytes() for name in theirs)
