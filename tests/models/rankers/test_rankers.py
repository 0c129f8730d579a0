"""The contract that every ranker keeps, learned or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import Lars, LogisticRegression, PoissonRegressor
from sklearn.svm import LinearSVC

from data.errors import BadBundle, BadExperiment
from features.columns import COLUMNS, NAMES
from features.pairs import PairFeatures
from models.rankers.baselines import AwardRate, Similarity
from models.rankers.boosting import Boosting, LambdaMart
from models.rankers.estimators import ESTIMATORS, Estimator
from models.rankers.estimators import fitted as fitted_estimator
from models.rankers.linear import Listwise, Part, Scale
from models.rankers.logistic import Logistic
from models.rankers.protocol import Ranker, RankerSettings
from models.rankers.stored import ranker_from_arrays

NEEDS, GRANTS = 60, 12
SETTINGS: tuple[RankerSettings, ...] = (
    Similarity(),
    AwardRate(),
    Logistic(),
    Listwise(),
    Boosting(trees=30),
    LambdaMart(trees=30),
    LambdaMart(trees=30, objective="rank_xendcg"),
    Estimator(estimator="ridge"),
    Estimator(estimator="boosting", settings={"max_iter": 20}),
    Estimator(estimator="lightgbm", settings={"n_estimators": 20}),
)
LEARNED = SETTINGS[2:]


def some_pairs(seed: int = 0) -> tuple[PairFeatures, NDArray[np.int64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(NEEDS * GRANTS, len(NAMES))).astype(np.float32)
    matrix[:, NAMES.index("award_rate")] = rng.uniform(0.1, 0.9, size=len(matrix))
    pull = 2 * matrix[:, NAMES.index("meaning_text")] + 3 * matrix[:, NAMES.index("award_rate")]
    awarded = np.zeros(len(matrix), dtype=np.int64)
    best = (pull + rng.normal(size=len(matrix))).reshape(NEEDS, GRANTS).argmax(axis=1)
    awarded[np.arange(NEEDS) * GRANTS + best] = 1
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    return PairFeatures(NAMES, matrix), awarded, np.repeat(np.arange(NEEDS), GRANTS)


def fitted(settings: RankerSettings) -> Ranker:
    pairs, awarded, groups = some_pairs()
    return settings.fit(pairs, awarded, groups=groups, seed=1)


every_ranker = pytest.mark.parametrize(
    "settings", SETTINGS, ids=lambda s: f"{s.kind}-{getattr(s, 'objective', '')}"
)
every_learned = pytest.mark.parametrize(
    "settings", LEARNED, ids=lambda s: f"{s.kind}-{getattr(s, 'objective', '')}"
)


@every_ranker
def test_scores_are_finite_though_numbers_are_unknown(settings: RankerSettings) -> None:
    pairs, _, _ = some_pairs(2)
    nothing = PairFeatures(NAMES, np.full((3, len(NAMES)), np.nan, dtype=np.float32))
    ranker = fitted(settings)
    assert ranker.score(pairs).shape == (len(pairs),)
    assert np.isfinite(ranker.score(pairs)).all()
    assert np.isfinite(ranker.score(nothing)).all()


@every_ranker
def test_contributions_add_up_to_the_score(settings: RankerSettings) -> None:
    pairs, _, _ = some_pairs(3)
    ranker = fitted(settings)
    added = ranker.contributions(pairs)
    assert added.shape == (len(pairs), len(ranker.columns) + 1)
    assert np.abs(added.sum(axis=1) - ranker.score(pairs)).max() < 1e-9
    assert np.ptp(added[:, -1]) == 0.0


@every_ranker
def test_arrays_bring_back_the_same_ranker_to_the_bit(settings: RankerSettings, tmp_path: Any) -> None:
    pairs, _, _ = some_pairs(4)
    ranker = fitted(settings)
    arrays: dict[str, Any] = ranker.to_arrays()
    np.savez(tmp_path / "ranker.npz", **arrays)
    with np.load(tmp_path / "ranker.npz", allow_pickle=False) as kept:
        again = ranker_from_arrays(dict(kept))
    assert (again.name, again.columns) == (ranker.name, ranker.columns)
    assert again.score(pairs).tobytes() == ranker.score(pairs).tobytes()


@every_ranker
def test_the_same_history_and_seed_give_the_same_bytes(settings: RankerSettings) -> None:
    first, second = fitted(settings).to_arrays(), fitted(settings).to_arrays()
    assert {name: array.tobytes() for name, array in first.items()} == {
        name: array.tobytes() for name, array in second.items()
    }


@every_ranker
def test_a_pair_scores_the_same_alone_as_among_others(settings: RankerSettings) -> None:
    pairs, _, _ = some_pairs(5)
    ranker = fitted(settings)
    alone = np.concatenate([ranker.score(pairs.take(np.array([row]))) for row in range(20)])
    assert alone.tobytes() == ranker.score(pairs)[:20].tobytes()


@every_ranker
def test_no_pairs_give_no_scores(settings: RankerSettings) -> None:
    none = PairFeatures(NAMES, np.zeros((0, len(NAMES)), dtype=np.float32))
    ranker = fitted(settings)
    assert ranker.score(none).shape == (0,)
    assert ranker.contributions(none).shape == (0, len(ranker.columns) + 1)


@every_ranker
def test_columns_are_found_by_name_and_a_missing_one_is_refused(settings: RankerSettings) -> None:
    pairs, _, _ = some_pairs(6)
    ranker = fitted(settings)
    turned = PairFeatures(NAMES[::-1], pairs.matrix[:, ::-1])
    assert ranker.score(turned).tobytes() == ranker.score(pairs).tobytes()
    lost = ranker.columns[0]
    kept = [at for at, name in enumerate(NAMES) if name != lost]
    with pytest.raises(BadBundle, match=lost):
        ranker.score(PairFeatures(tuple(NAMES[at] for at in kept), pairs.matrix[:, kept]))


@every_learned
def test_a_learned_ranker_finds_what_was_planted_and_nothing_in_noise(settings: RankerSettings) -> None:
    pairs, awarded, groups = some_pairs()
    others, truth, _ = some_pairs(7)
    shuffled = np.random.default_rng(0).permutation(awarded.reshape(NEEDS, GRANTS), axis=1).ravel()
    sound = settings.fit(pairs, awarded, groups=groups, seed=0).score(others)
    noise = settings.fit(pairs, shuffled, groups=groups, seed=0).score(others)
    assert mean_reciprocal_rank(sound, truth) > 0.55
    assert mean_reciprocal_rank(noise, truth) < 0.45


def mean_reciprocal_rank(scores: NDArray[np.float64], awarded: NDArray[np.int64]) -> float:
    table, right = scores.reshape(NEEDS, GRANTS), awarded.reshape(NEEDS, GRANTS).argmax(axis=1)
    ranks = (table >= table[np.arange(NEEDS), right][:, None]).sum(axis=1)
    return float((1 / ranks).mean())


@pytest.mark.parametrize("settings", [Listwise(), Boosting(), LambdaMart()], ids=lambda s: s.kind)
@pytest.mark.parametrize("column", [c for c in COLUMNS if c.monotone], ids=lambda c: c.name)
def test_more_of_a_one_way_column_never_pushes_the_other_way(settings: RankerSettings, column: Any) -> None:
    pairs, _, _ = some_pairs(8)
    ranker = fitted(settings)
    at = NAMES.index(column.name)
    matrix = pairs.matrix.copy()
    before = np.full(len(matrix), -np.inf)
    for value in np.linspace(-3, 3, 13):
        matrix[:, at] = value
        now = column.monotone * ranker.score(PairFeatures(NAMES, matrix))
        assert (now >= before - 1e-12).all()
        before = now


@every_learned
def test_outcomes_that_teach_nothing_are_refused(settings: RankerSettings) -> None:
    pairs, awarded, groups = some_pairs()
    for outcomes in (np.zeros(len(pairs)), awarded[:-1], awarded * 2):
        with pytest.raises(BadExperiment):
            settings.fit(pairs, outcomes, groups=groups)


def test_lambdamart_without_groups_is_refused() -> None:
    pairs, awarded, _ = some_pairs()
    with pytest.raises(BadExperiment, match="groups"):
        LambdaMart().fit(pairs, awarded)


def test_a_form_that_is_not_known_is_refused() -> None:
    with pytest.raises(BadBundle, match="pickle"):
        ranker_from_arrays({"form": np.array("pickle")})


@pytest.mark.parametrize("leaves", [2, 8, 31, 64])
def test_our_trees_score_as_scikit_learn_does(leaves: int) -> None:
    pairs, awarded, _ = some_pairs()
    ours = Boosting(trees=20, leaves=leaves, least_pairs=2).fit(pairs, awarded, seed=3)
    theirs = HistGradientBoostingClassifier(
        max_iter=20,
        max_leaf_nodes=leaves,
        learning_rate=0.08,
        min_samples_leaf=2,
        l2_regularization=1.0,
        monotonic_cst=[column.monotone for column in COLUMNS],
        early_stopping=False,
        random_state=3,
    ).fit(pairs.matrix, awarded)
    others, _, _ = some_pairs(9)
    assert np.abs(ours.score(others) - theirs.decision_function(others.matrix)).max() < 1e-12


@pytest.mark.parametrize("unknown", [True, False])
def test_our_trees_score_as_lightgbm_does(unknown: bool) -> None:
    import lightgbm

    pairs, awarded, groups = some_pairs()
    matrix = pairs.matrix if unknown else np.nan_to_num(pairs.matrix)
    settings = LambdaMart(trees=20, leaves=16)
    ours = settings.fit(PairFeatures(NAMES, matrix), awarded, groups=groups, seed=3)
    table = lightgbm.Dataset(matrix.astype(np.float64), awarded, group=np.full(NEEDS, GRANTS))
    theirs = lightgbm.train(settings._parameters(NAMES, 3), table, num_boost_round=20)
    others, _, _ = some_pairs(9)
    expected = np.asarray(theirs.predict(others.matrix.astype(np.float64)))
    assert np.abs(ours.score(others) - expected).max() < 1e-12


def test_logistic_regression_learns_from_parts_what_scikit_learn_learns_from_the_whole() -> None:
    pairs, awarded, _ = some_pairs(5)
    weights = np.random.default_rng(1).uniform(0.1, 2.0, len(pairs))
    cuts = np.array_split(np.arange(len(pairs)), 7)
    parts = [Part(pairs.take(rows), awarded[rows], weights[rows]) for rows in cuts]
    ours = Logistic(strength=0.5).fit_parts(lambda: iter(parts))
    whole = Logistic(strength=0.5).fit(pairs, awarded, weights=weights)
    table = Scale.of(lambda: iter(parts), None).table(pairs)
    theirs = LogisticRegression(C=0.5, tol=1e-10, max_iter=10_000).fit(table, awarded, sample_weight=weights)
    assert np.abs(ours.score(pairs) - theirs.decision_function(table)).max() < 1e-4
    assert np.abs(ours.score(pairs) - whole.score(pairs)).max() < 1e-8


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_that_was_taken_over_scores_as_it_did_itself(name: str) -> None:
    pairs, awarded, _ = some_pairs()
    model = ESTIMATORS[name]()
    ours = fitted_estimator(name, model, pairs, awarded.astype(float)).score(pairs)
    linear = hasattr(model, "coef_")
    table = (
        Scale.of(lambda: iter([Part(pairs, awarded)]), None).table(pairs)
        if linear
        else pairs.matrix.astype(np.float64)
    )
    if hasattr(model, "booster_"):
        theirs = model.predict(table, raw_score=True)
    else:
        theirs = (
            model.decision_function(table) if hasattr(model, "decision_function") else model.predict(table)
        )
    assert ours == pytest.approx(theirs, abs=1e-6)


def test_an_estimator_that_is_no_plain_arrays_and_a_setting_that_it_has_not_are_refused_in_words() -> None:
    from sklearn.naive_bayes import GaussianNB

    pairs, awarded, _ = some_pairs()
    with pytest.raises(BadExperiment, match=r"a GaussianNB cannot be kept as plain arrays; .* linear models"):
        fitted_estimator("naive", GaussianNB(), pairs, awarded.astype(float))
    with pytest.raises(BadExperiment, match="a Lars cannot count some pairs less than others"):
        fitted_estimator("lars", Lars(), pairs, awarded.astype(float), np.ones(len(pairs)))
    with pytest.raises(BadExperiment, match="ridge: .*unexpected keyword argument 'strength'"):
        Estimator(estimator="ridge", settings={"strength": 1}).fit(pairs, awarded)
    with pytest.raises(ValueError, match="there is no estimator 'forest'; known are logistic, ridge"):
        Estimator(estimator="forest")


@pytest.mark.parametrize(
    ("name", "settings", "named"),
    [
        ("lightgbm", {"linear_tree": True}, "linear_tree"),
        ("lightgbm", {"linear_trees": True}, "linear_tree"),
        ("lightgbm_regression", {"zero_as_missing": True}, "zero_as_missing"),
        ("lightgbm", {"categorical_feature": "0"}, "categorical_feature"),
    ],
)
def test_settings_whose_trees_are_no_plain_cuts_are_refused_by_their_name(
    name: str, settings: dict[str, Any], named: str
) -> None:
    pairs, awarded = pairs_with_zeros()
    with pytest.raises(BadExperiment, match=f"{name}: its {named} .*can be stored: linear models"):
        Estimator(estimator=name, settings=settings).fit(pairs, awarded)


def pairs_with_zeros() -> tuple[PairFeatures, NDArray[np.int64]]:
    """Pairs of which a column holds few whole numbers, 0 among them."""
    pairs, awarded, _ = some_pairs()
    matrix = pairs.matrix.copy()
    matrix[:, 0] = np.where(awarded == 1, 3, np.random.default_rng(1).integers(0, 5, len(matrix)))
    matrix[:, 1] = np.where(matrix[:, 1] > 0, matrix[:, 1], 0)
    return PairFeatures(NAMES, matrix), awarded


@pytest.mark.parametrize(
    ("name", "settings", "why"),
    [
        ("logistic", {"C": -1}, "logistic: .*'C' parameter of LogisticRegression must be"),
        ("lightgbm", {"num_leaves": 1}, "lightgbm: .*num_leaves"),
        ("lightgbm", {"objective": "nonsense"}, "lightgbm: .*nonsense"),
        ("lightgbm", {"strenght": 1.0}, "lightgbm: .*'strenght'"),
        ("lightgbm", {"categorical_feature": "name:colour"}, "lightgbm: .*colour"),
        ("boosting", {"max_iter": -5}, "boosting: .*'max_iter' parameter"),
    ],
)
def test_a_setting_that_an_estimator_does_not_take_is_refused_in_its_words(
    name: str, settings: dict[str, Any], why: str
) -> None:
    pairs, awarded, _ = some_pairs()
    with pytest.raises(BadExperiment, match=why):
        Estimator(estimator=name, settings=settings).fit(pairs, awarded)


def test_an_estimator_that_cannot_read_an_unknown_number_is_refused_in_words() -> None:
    from sklearn.ensemble import GradientBoostingClassifier

    pairs, awarded, _ = some_pairs()
    with pytest.raises(BadExperiment, match=r"Input X contains NaN.* can be stored: linear models"):
        fitted_estimator("forest", GradientBoostingClassifier(), pairs, awarded.astype(float))


class AnotherScore(LogisticRegression):  # type: ignore[misc]
    """Scores otherwise than its coefficients say."""

    def decision_function(self, X: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: N803 - scikit-learn's name
        return np.asarray(super().decision_function(X) ** 3)


class ByCategories(HistGradientBoostingClassifier):  # type: ignore[misc]
    """Cuts its first column by sets of values."""

    def __init__(self, max_leaf_nodes: int = 8) -> None:
        super().__init__(max_leaf_nodes=max_leaf_nodes, categorical_features=[0])


def test_what_would_be_served_and_what_the_estimator_says_are_compared_before_it_is_taken_over() -> None:
    pairs, awarded = pairs_with_zeros()
    with pytest.raises(BadExperiment, match=r"cubed: .*differ by up to .* can be stored: linear models"):
        fitted_estimator("cubed", AnotherScore(), pairs, awarded.astype(float))
    with pytest.raises(BadExperiment, match="sets: its categorical_features"):
        fitted_estimator("sets", ByCategories(), pairs, awarded.astype(float))


@pytest.mark.parametrize(
    "model",
    [PoissonRegressor(), HistGradientBoostingRegressor(loss="poisson"), LinearSVC()],
    ids=lambda model: type(model).__name__,
)
def test_an_estimator_whose_scores_are_those_of_plain_arrays_is_taken_over(model: Any) -> None:
    pairs, awarded, _ = some_pairs()
    assert np.isfinite(fitted_estimator("mine", model, pairs, awarded.astype(float)).score(pairs)).all()
