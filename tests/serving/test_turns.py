"""Late work is answered plainly, stuck work holds up nobody else, and an error is passed on."""

from __future__ import annotations

import math
import threading
import time

import pytest

from data.errors import BadApplicant
from serving.refusals import Refusal
from serving.turns import Turns
from tests.serving.running import finished


def test_work_in_time_is_given_back() -> None:
    assert finished(Turns(1, deadline=5).take(lambda: 7)) == 7


def test_late_work_is_replaced_by_the_plain_answer() -> None:
    turns = Turns(1, deadline=0.05)
    assert finished(turns.take(lambda: time.sleep(0.3), late=lambda: None)) is None


def test_late_work_without_a_plain_answer_is_told() -> None:
    with pytest.raises(Refusal) as caught:
        finished(Turns(1, deadline=0.05).take(lambda: time.sleep(0.3)))
    assert caught.value.status == 504


def test_an_error_of_the_work_is_passed_on() -> None:
    def fails() -> None:
        raise BadApplicant("applicant.facts.age", "no")

    with pytest.raises(BadApplicant):
        finished(Turns(1, deadline=5).take(fails, late=lambda: None))


def test_stuck_work_takes_no_more_threads_and_others_are_still_answered() -> None:
    turns, release = Turns(2, deadline=0.02), threading.Event()
    before = threading.active_count()

    async def many() -> list[str]:
        return [await turns.take(lambda: str(release.wait(30)), late=lambda: "plain") for _ in range(30)]

    assert finished(many()) == ["plain"] * 30
    assert threading.active_count() - before <= 3
    release.set()
    assert finished(turns.take(lambda: "again", late=lambda: "plain")) == "again"


def test_it_is_quiet_while_nobody_waits_for_an_answer() -> None:
    turns = Turns(1, deadline=5)
    assert turns.quiet_for() == math.inf
    assert finished(turns.take(turns.quiet_for)) == 0
    time.sleep(0.01)
    assert 0.01 <= turns.quiet_for() < math.inf
