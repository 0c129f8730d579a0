"""Every condition of the gate is seen to refuse, each for its own reason and with its figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from data.errors import BadExperiment
from data.people.outcomes import Application
from data.people.signatures import Signature
from models.rankers.baselines import AwardRate, likely_and_alike
from models.rankers.bundle import About, Bundle
from training.evaluate import order_of
from training.evidence import JUDGED, Evidence, GroupGain, gains_by_group, gather
from training.fairness.signing import Signed
from training.fit import Fitted
from training.gate import Check, _order, gate
from training.harm import read_harm_cases
from training.intervals import mean_interval
from training.left_out import LeftOut
from training.metrics import Estimate
from training.prepared import Prepared

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FINE = GroupGain("nation", "Scotland", 210, Estimate(0.01, -0.02, 0.04, 230))
GOOD = Evidence(
    yardstick="the champion abc",
    gain=Estimate(0.02, -0.004, 0.04, 600),
    over_similarity=Estimate(0.2, 0.18, 0.22, 600),
    calibration=Estimate(0.021, 0.018, 0.04, 2600),
    groups=(FINE,),
    milliseconds=8.0,
)


def told(
    bundle: Bundle, evidence: Evidence = GOOD, signed: Signed | None = None, **changes: Any
) -> list[Check]:
    """The conditions that are not met."""
    asked = {"today": NOW.date(), "without_review": "a demonstration", **changes}
    return [check for check in gate(bundle, evidence, signed, **asked) if not check.passed]


def real(bundle: Bundle) -> Bundle:
    """The same bundle, as if learned from real people's outcomes."""
    return replace(bundle, about=About.model_validate({**bundle.about.model_dump(), "simulated": False}))


def ordered(bundle: Bundle, judged: object = None) -> Bundle:
    """The same bundle with an order of lists, and with what it says of it."""
    about = bundle.about.model_copy(update={"metrics": {JUDGED: judged}})
    return replace(bundle, about=about, order=likely_and_alike())


def test_a_candidate_that_meets_every_condition_passes(fitted: Fitted) -> None:
    assert told(fitted.bundle) == []


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        (
            {"gain": Estimate(-0.05, -0.08, -0.02, 500)},
            "order",
            "nDCG@10 is 5.0% below that of the champion abc (95 % interval -8.0% to -2.0%, 500 needs); "
            "a loss of more than 1% that chance does not explain is refused",
        ),
        (
            {"gain": Estimate(np.nan, np.nan, np.nan, 0)},
            "order",
            "no need of the test period was met by an award: nothing to compare with the champion abc",
        ),
        (
            {"over_similarity": Estimate(-0.01, -0.02, -0.001, 500)},
            "worth having",
            "nDCG@10 is -0.010 beside similarity alone (-0.020 to -0.001, more than chance); "
            "it must not be worse by more than chance",
        ),
        (
            {"calibration": Estimate(0.0501, 0.02, 0.05, 2600), "calibration_noise": 0.02},
            "calibration",
            "the chances told are off by 0.0501 on average over 2600 decisions, of which true chances would show "
            "0.0200; at most 0.03 beyond that is allowed",
        ),
        (
            {"calibration": Estimate(0.01, 0.0, 0.02, 150)},
            "calibration",
            "it tells chances that 150 decisions of the test period cannot show wrong; "
            "400 are needed, or a fit that tells none",
        ),
        (
            {"left_out": LeftOut(100, {"old-fund": 4}, before_application=2)},
            "history",
            "6.0% of 100 decisions were of no use (4 decisions are about grants that the catalogue does not have "
            "(old-fund); a grant that was renamed names its old id under `was`; 2 decisions are dated before the "
            "application); at most 5%",
        ),
        (
            {"groups": (FINE, GroupGain("nation", "Wales", 80, Estimate(-0.08, -0.12, -0.03, 90)))},
            "groups",
            "worse off than with the champion abc: "
            "nation Wales: nDCG@10 -0.080 (-0.120 to -0.030; 80 people)",
        ),
        (
            {"milliseconds": 81.4},
            "latency",
            "ranking one need takes 81.4 ms in the median; at most 50 ms",
        ),
    ],
)
def test_failing_one_condition_is_refused_in_plain_english(
    fitted: Fitted, changes: dict[str, Any], name: str, sentence: str
) -> None:
    assert [(check.name, check.told) for check in told(fitted.bundle, replace(GOOD, **changes))] == [
        (name, sentence)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"gain": Estimate(0.01, -0.02, 0.04, 500)},
        {"gain": Estimate(-0.002, -0.009, 0.005, 500)},
        {"gain": Estimate(-0.03, -0.1, 0.04, 40), "over_similarity": Estimate(-0.01, -0.06, 0.03, 40)},
        {"calibration": Estimate(np.nan, np.nan, np.nan, 0)},
        {"calibration": Estimate(0.045, 0.03, 0.06, 400), "calibration_noise": 0.05},
        {"groups": (GroupGain("nation", "Wales", 12, Estimate(0.1, 0.05, 0.12, 12)),)},
        {"left_out": LeftOut(100, {"old-fund": 5}, later=40)},
    ],
)
def test_what_chance_explains_and_what_few_outcomes_cannot_tell_refuses_nobody(
    fitted: Fitted, changes: dict[str, Any]
) -> None:
    assert told(fitted.bundle, replace(GOOD, **changes)) == []


def test_what_falls_between_the_periods_refuses_nobody_and_is_told_beside_what_is_lost(
    fitted: Fitted,
) -> None:
    found = LeftOut(521, before_application=1, between_periods=260)
    asked = replace(GOOD, left_out=found)
    (history,) = (
        check for check in gate(fitted.bundle, asked, None, today=NOW.date()) if check.name == "history"
    )
    assert history.passed
    assert history.told.startswith(
        "0.2% of 521 decisions were of no use (1 decision is dated before the application); at most 5%; "
        "not counted among them: 260 decisions are left between the periods"
    )


@pytest.mark.parametrize(("loss", "least", "most"), [(0.0, 0.95, 1.0), (0.05, 0.0, 0.2)])
def test_an_equal_order_passes_and_a_planted_loss_does_not(loss: float, least: float, most: float) -> None:
    """Over 300 needs whose nDCG@10 is .7, each differing from the yardstick's by .15 or so."""
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        ours = mean_interval(rng.normal(-loss * 0.7, 0.15, 300), np.arange(300), rng, replicates=200).times(
            1 / 0.7
        )
        found.append(_order(replace(GOOD, gain=ours)).passed)
    assert least <= np.mean(found) <= most


def test_invented_tastes_refuse_no_demonstration_whose_lists_were_learned_from_judgements(
    fitted: Fitted,
) -> None:
    worse = replace(GOOD, judged=0.8, gain=Estimate(-0.05, -0.08, -0.02, 500))
    bundle = ordered(fitted.bundle)
    assert told(bundle, worse) == []
    said = {check.name: check.told for check in gate(
        bundle, worse, None, today=NOW.date(), without_review="a demonstration"
    )}  # fmt: skip
    assert said["order"].startswith("WAIVED for a demonstration: nDCG@10 is 5.0% below")
    assert [check.name for check in told(fitted.bundle, worse)] == ["order"]
    assert "order" in [check.name for check in told(real(bundle), worse)]


def test_who_fitted_a_bundle_is_not_alone_in_approving_it(fitted: Fitted) -> None:
    by_cat = real(fitted.bundle)
    by_cat = replace(by_cat, about=by_cat.about.model_copy(update={"fitted_by": "Cat"}))

    def refused(signed: Signed | None = None, **changes: Any) -> list[str]:
        checks = gate(by_cat, GOOD, signed, today=NOW.date(), **changes)
        return [check.told for check in checks if check.name == "two people" and not check.passed]

    assert refused(by="Cat") == [
        "Cat fitted it and nobody else approves it; have another sign or promote, or say why with --alone"
    ]
    assert refused(by="Ana") == []
    assert refused(by="Cat", alone="there are only two of us, and Ana is ill") == []
    assert len(refused(signature(by_cat, "approved"), by="Cat")) == 1
    assert refused(signature(by_cat, "approved"), by="Ana") == []
    by_ana = replace(by_cat, about=by_cat.about.model_copy(update={"fitted_by": "Ana"}))
    checks = gate(by_ana, GOOD, signature(by_ana, "approved"), today=NOW.date(), by="Ana")
    assert [check.passed for check in checks if check.name == "two people"] == [True]


def test_a_group_with_few_people_or_within_chance_does_not_refuse(fitted: Fitted) -> None:
    few = GroupGain("nation", "Wales", 12, Estimate(-0.3, -0.4, -0.2, 12))
    within = GroupGain("nation", "Wales", 80, Estimate(-0.03, -0.08, 0.01, 90))
    assert told(fitted.bundle, replace(GOOD, groups=(FINE, few, within))) == []


def test_old_knowledge_is_refused_from_the_day_after_its_limit(fitted: Fitted) -> None:
    newest = fitted.bundle.about.trained_until
    assert told(fitted.bundle, today=newest + timedelta(days=120)) == []
    (stale,) = told(fitted.bundle, today=newest + timedelta(days=121))
    assert stale.told == f"the newest decision that it knows is of {newest}, 121 days old; at most 120 days"
    assert [check.name for check in told(fitted.bundle, today=newest - timedelta(days=1))] == ["freshness"]


@pytest.mark.parametrize("without", [None, "", "  "])
def test_nobody_s_signature_is_refused(fitted: Fitted, without: str | None) -> None:
    (found,) = told(fitted.bundle, without_review=without)
    assert found.told.startswith("nobody has signed a review of this bundle")


def test_a_waiver_is_only_for_what_was_learned_from_simulated_outcomes(fitted: Fitted) -> None:
    (found,) = told(real(fitted.bundle))
    assert (
        found.told == "it cannot be waived, since this bundle was learned from real people's outcomes; "
        "`python -m training review` makes one, `sign` takes the signature"
    )


def signature(bundle: Bundle, decision: str, *problems: str) -> Signed:
    told = {"review": "0" * 64, "bundle": bundle.version, "by": "Cat", "at": NOW, "reason": "read it"}
    return Signed(Signature.model_validate({**told, "decision": decision}), problems, 2)


@pytest.mark.parametrize("without", [None, "a demonstration"])
def test_a_signature_decides_and_no_waiver_stands_above_it(fitted: Fitted, without: str | None) -> None:
    bundle = real(fitted.bundle)
    assert told(bundle, signed=signature(bundle, "approved"), without_review=without) == []
    (refused,) = told(bundle, signed=signature(bundle, "refused"), without_review=without)
    assert refused.told == "NOT approved, by Cat on 2026-11-23: read it"


def test_a_signature_that_leaves_something_unanswered_does_not_count(fitted: Fitted) -> None:
    unread = signature(fitted.bundle, "approved", "no sentence answers lists/awarded/sex/female")
    (found,) = told(fitted.bundle, signed=unread)
    assert found.told == (
        "signed by Cat on 2026-11-23: read it; it does not count: no sentence answers lists/awarded/sex/female"
    )


def test_a_candidate_is_measured_anew_and_what_it_says_of_itself_is_not_read(
    fitted: Fitted, prepared: Prepared
) -> None:
    boasting = About.model_validate({**fitted.bundle.about.model_dump(), "metrics": {"calibration_error": 0}})
    found = gather(replace(fitted.bundle, about=boasting), None, prepared)
    assert found.calibration.value == pytest.approx(fitted.metrics["calibration_error"])
    assert found.yardstick == "similarity alone"
    assert found.gain.value > 0 and found.over_similarity.value > 0
    assert found.milliseconds > 0


def cut_earlier(prepared: Prepared, days: int) -> Prepared:
    """The same outcomes with a test period that begins earlier, as when older rows were brought in after a fit."""
    test = prepared.periods.test
    early = replace(test, start=test.start - timedelta(days=days))
    return replace(prepared, periods=replace(prepared.periods, test=early))


def learned_until(bundle: Bundle, first: date | None) -> Bundle:
    """The same bundle, as if its test had begun on a day."""
    return replace(bundle, about=bundle.about.model_copy(update={"tested_from": first}))


def test_no_bundle_is_measured_on_days_that_it_learned_from(fitted: Fitted, prepared: Prepared) -> None:
    found, whole = (
        gather(fitted.bundle, None, cut_earlier(prepared, 90)),
        gather(fitted.bundle, None, prepared),
    )
    assert (found.gain, found.over_similarity) == (whole.gain, whole.over_similarity)
    assert (found.calibration, found.groups) == (whole.calibration, whole.groups)
    assert (found.since, whole.since) == (prepared.periods.test.start, None)
    (order,) = (
        check for check in gate(fitted.bundle, found, None, today=NOW.date()) if check.name == "order"
    )
    assert order.told.endswith(
        f"; measured from {found.since} on, since days of the test period before it were learned from"
    )


def test_nor_on_days_that_the_champion_learned_from(fitted: Fitted, prepared: Prepared) -> None:
    later = prepared.periods.test.start + timedelta(days=40)
    found = gather(fitted.bundle, learned_until(fitted.bundle, later), prepared)
    assert found.since == later
    assert found.gain.count < gather(fitted.bundle, fitted.bundle, prepared).gain.count


def test_too_few_people_on_days_that_neither_learned_from_are_refused_with_what_to_do(
    fitted: Fitted, prepared: Prepared
) -> None:
    test = prepared.periods.test
    for first in (test.last, test.end + timedelta(days=30)):
        told = f"from {first} on.*fit a candidate whose test period begins on {first} or later"
        with pytest.raises(BadExperiment, match=told):
            gather(fitted.bundle, learned_until(fitted.bundle, first), prepared)


def test_a_candidate_that_does_not_tell_which_days_it_learned_from_is_refused(
    fitted: Fitted, prepared: Prepared
) -> None:
    with pytest.raises(BadExperiment, match="does not tell which days it learned from; fit it anew"):
        gather(learned_until(fitted.bundle, None), None, prepared)
    assert gather(fitted.bundle, learned_until(fitted.bundle, None), prepared).since is None


def test_a_worse_candidate_is_told_apart_from_the_champion(fitted: Fitted, prepared: Prepared) -> None:
    backwards = replace(likely_and_alike(), weights=-likely_and_alike().weights)
    worse = replace(fitted.bundle, order=backwards)
    evidence = gather(worse, fitted.bundle, prepared)
    assert evidence.yardstick == f"the champion {fitted.bundle.version}"
    assert evidence.gain.high < -0.01
    names = {check.name for check in told(real(worse), evidence)}
    assert {"order", "groups"} <= names


def test_one_group_that_is_failed_is_found_among_many_that_are_not(
    prepared: Prepared, fitted: Fitted
) -> None:
    """The candidate ranks as the champion does, but turns the list of one group upside down."""
    lists, score = fitted.lists, fitted.bundle.ranker.score

    def groups(application: Application) -> dict[str, str]:
        third = "first" if int(application.person[-1]) < 4 else "rest"
        return {"third": third, **prepared.source.groups(application)}

    failed = {
        one.features.matrix.tobytes() for one in lists.lists if groups(one.query.first)["third"] == "first"
    }
    theirs = order_of("champion", score, lists)
    ours = order_of(
        "candidate", lambda pairs: score(pairs) * (-1 if pairs.matrix.tobytes() in failed else 1), lists
    )
    found = gains_by_group(ours, theirs, lists, groups, np.random.default_rng(1))
    worse = {(one.kind, one.group) for one in found if one.worse}
    assert ("third", "first") in worse
    assert ("third", "rest") not in worse
    assert {one.kind for one in found} == {"third", "nation", "purpose", "situation"}


def test_learning_and_measuring_the_order_never_ask_for_a_group(prepared: Prepared) -> None:
    def never(application: object) -> dict[str, str]:
        raise AssertionError("a group was asked for")

    blind = replace(prepared, source=replace(prepared.source, groups=never))
    pairs, lists = blind.pairs(blind.periods.train), blind.lists(blind.periods.validate)
    ranker = AwardRate().fit(pairs.features, pairs.awarded)
    order = order_of("award_rate", ranker.score, lists)
    assert len(pairs.awarded) == len(pairs.features) > 0
    with pytest.raises(AssertionError, match="a group was asked for"):
        gains_by_group(order, order, lists, never, np.random.default_rng(1))


def test_an_order_that_is_worse_than_the_champions_or_does_harm_is_refused(fitted: Fitted) -> None:
    bundle = ordered(fitted.bundle)
    equal = replace(GOOD, judged=0.84, judged_before=0.84)
    assert told(bundle, equal) == []
    (worse,) = told(bundle, replace(equal, judged=0.79))
    assert worse.name == "judged order"
    broken = replace(equal, harm=("h01: a cancer fund stands at 1",), harm_asked=93)
    (harmful, *_) = told(real(bundle), broken)
    assert harmful.told == "1 broken of 93 that can be asked: h01: a cancer fund stands at 1"
    (unwaived, _) = told(bundle, broken, without_review=None)
    assert unwaived.name == "harm cases"
    assert told(bundle, broken) == []


def test_a_learned_order_without_its_figure_is_refused_and_its_harm_cases_are_held_all_the_same(
    fitted: Fitted,
) -> None:
    bundle = ordered(fitted.bundle)
    untold = replace(GOOD, judged_before=0.84, harm=("h01: a cancer fund stands at 1",), harm_asked=93)
    assert [check.name for check in told(real(bundle), untold)][:2] == ["judged order", "harm cases"]
    (refused,) = told(
        bundle, untold
    )  # a demonstration is waived through with broken cases, never with no figure
    assert refused.told == (
        "it carries a learned order and tells no nDCG@10 on judged situations to hold it by; fit it anew"
    )
    assert told(fitted.bundle, replace(untold, harm=())) == []  # no order was learned: there is none to hold


@pytest.mark.parametrize("figure", [None, "0.9", float("nan"), 7.0, True])
def test_what_is_no_figure_of_an_order_counts_as_none(
    fitted: Fitted, prepared: Prepared, figure: object
) -> None:
    found = gather(ordered(fitted.bundle, judged=figure), None, prepared)
    assert found.judged is None
    assert found.harm_asked == 0  # no case is about a grant of this catalogue, and the gate says so
    checks = gate(ordered(fitted.bundle), found, None, today=NOW.date())
    (said,) = (check.told for check in checks if check.name == "harm cases")
    assert said.startswith("none can be asked")


def test_harm_cases_are_asked_anew_whatever_a_bundle_says_of_itself(
    fitted: Fitted, prepared: Prepared
) -> None:
    (cooker, *_) = read_harm_cases()
    grants = list(prepared.source.catalogue.grants)
    for row, name in enumerate(cooker.never):
        grants[row] = grants[row].model_copy(update={"id": name, "title": "cooker", "rules": ()})
    harmful = replace(prepared.source, catalogue=replace(prepared.source.catalogue, grants=tuple(grants)))
    found = gather(ordered(fitted.bundle, judged=0.99), None, replace(prepared, source=harmful))
    assert found.judged == 0.99
    assert found.harm_asked > 0
    assert any(line.startswith(f"{cooker.id}: {cooker.never[0]} stands at") for line in found.harm)
