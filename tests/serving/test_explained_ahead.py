"""What is found out of every grant once a day is found out before anybody asks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Thread

import pytest
import structlog

from models.eligibility.memo import catalogue_memo
from serving.answering import Answering
from serving.measures import Measures
from serving.messages import EligibilityQuery
from serving.settings import Settings
from serving.startup import Watch, open_answering
from tests.serving.running import finished


@pytest.fixture
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    none = tmp_path_factory.mktemp("served") / "none"
    settings = Settings(bundle=none, embedder=none, store=f"sqlite:///{none}.db")
    opened = open_answering(settings, Measures(), structlog.get_logger())
    yield opened
    opened.close()


def test_nothing_is_explained_ahead_while_somebody_waits_for_an_answer(answering: Answering) -> None:
    memo = catalogue_memo(answering.loaded.catalogue.facts, answering.loaded.catalogue.areas)
    memo._results.clear()
    watch = Watch(answering, structlog.get_logger())
    ahead = Thread(target=watch.explain_every_grant)

    def work() -> int:
        ahead.start()
        time.sleep(0.3)
        return len(memo._results)

    assert finished(answering.turns.take(work)) == 0
    time.sleep(0.5)
    watch.stop()
    ahead.join()
    assert len(memo._results) > 0


def test_explaining_the_whole_catalogue_finds_nothing_out_that_was_not_found_out_ahead(
    answering: Answering,
) -> None:
    watch = Watch(answering, structlog.get_logger())
    watch.explain_every_grant()
    assert watch.explained == answering.today()
    catalogue = answering.loaded.catalogue
    memo = catalogue_memo(catalogue.facts, catalogue.areas)
    held = len(memo._results)
    answer = answering.eligibility(EligibilityQuery(applicant={}, explain=True))
    assert len(answer.results) == len(catalogue.grants)
    assert len(memo._results) == held
    watch.stop()
    watch.explained = None
    watch.explain_every_grant()
    assert watch.explained is None
