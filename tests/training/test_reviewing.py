"""A review of a deployment with facts and a catalogue of its own."""

from __future__ import annotations

from features.bands import bands_of
from tests.training.small_world import TODAY, SharedWords
from training.fairness.playing import played
from training.fit import Fitted
from training.prepared import Prepared
from training.reviewing import play_of


def test_made_up_people_are_played_with_the_deployments_own_base_rates(
    fitted: Fitted, prepared: Prepared
) -> None:
    bands = bands_of(prepared.source.catalogue, on=TODAY)
    play = play_of(fitted.bundle, prepared, SharedWords(), bands, people=20, on=TODAY)
    assert play.judged is None  # the sample's situations are about other grants
    assert played(play)
