"""The numbers that ranking reads: unknown is NaN, nothing later leaks in, and nothing sensitive stands among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from data.catalogue.reading import Catalogue
from data.people.applicants import Need
from data.people.outcomes import Application, Outcome
from features.columns import COLUMNS, NAMES, BadColumn, Column, SpecialCategory, check_columns
from features.history import AwardHistory, DecisionLog
from features.pairs import GrantIndex, PairFeatures, pair_features, stack
from tests.features.worlds import DAY, BagOfWords, decided, some_decisions, some_grants

NEED = Need(text="gas heating fuel", purposes=("GTIP050",), reasons=("GTIR010",), amount=120.0)
AREAS = ("E09000007", "E12000007", "E92000001")


def index() -> GrantIndex:
    return GrantIndex.build(some_grants(), BagOfWords())


def history(more: Sequence[tuple[Application, Outcome]] = ()) -> AwardHistory:
    rows = [*some_decisions(), *more]
    vectors = BagOfWords().embed([application.need.text for application, _ in rows])
    return DecisionLog.of(rows, vectors, some_grants()).known(before=DAY)


def described(
    need: Need = NEED, areas: tuple[str, ...] = AREAS, known: AwardHistory | None = None
) -> PairFeatures:
    vector = BagOfWords().embed([need.text])[0]
    return pair_features(need, vector, areas, index(), known or history(), on=DAY)


def test_there_is_a_row_for_each_grant_and_a_column_for_each_name() -> None:
    pairs = described()
    assert pairs.columns == NAMES == tuple(column.name for column in COLUMNS)
    assert pairs.matrix.shape == (4, len(NAMES))
    assert pairs.matrix.dtype == np.float32


def test_likeness_record_and_fit_point_to_the_grant_for_fuel() -> None:
    pairs = described()
    for name in ("meaning_title", "words_text", "meaning_awarded", "nearest_awarded", "words_awarded"):
        assert np.nanargmax(pairs.column(name)) == 0, name
    assert pairs.column("purpose_overlap").tolist()[:2] == [1.0, 0.0]
    assert pairs.column("amount_outside")[0] == 0.0


def test_what_is_not_known_is_nan_and_not_zero() -> None:
    pairs = described(Need(), areas=())
    for name in (
        "meaning_text",
        "words_text",
        "meaning_awarded",
        "purpose_overlap",
        "reason_overlap",
        "area_lift",
    ):
        assert np.isnan(pairs.column(name)).all(), name
    assert np.isnan(described().column("meaning_awarded")[3])
    assert np.isnan(described().column("area_lift")[3])


def test_a_rate_with_no_decisions_is_that_of_its_parent() -> None:
    pairs = described()
    assert pairs.column("award_rate")[3] == pairs.column("funder_award_rate")[3]
    assert 0 < pairs.column("award_rate").min() < pairs.column("award_rate").max() < 1


def test_an_outcome_decided_later_changes_no_number() -> None:
    planted = [decided(n, "alone", NEED.text, on=DAY + timedelta(days=n - 900)) for n in range(900, 920)]
    assert described(known=history(planted)).matrix.tobytes() == described().matrix.tobytes()
    yesterday = [decided(999, "alone", NEED.text, on=DAY - timedelta(days=1))]
    assert described(known=history(yesterday)).matrix.tobytes() != described().matrix.tobytes()


def test_a_history_from_after_the_day_is_refused() -> None:
    with pytest.raises(ValueError, match="after the day"):
        pair_features(NEED, None, AREAS, index(), history(), on=DAY - timedelta(days=1))


def test_the_same_question_gives_the_same_bytes() -> None:
    assert described().matrix.tobytes() == described().matrix.tobytes()


def test_named_rows_are_those_of_the_whole() -> None:
    rows = np.array([2, 0])
    vector = BagOfWords().embed([NEED.text])[0]
    some = pair_features(NEED, vector, AREAS, index(), history(), on=DAY, rows=rows)
    assert some.matrix.tobytes() == described().take(rows).matrix.tobytes()


def test_days_to_closing_count_to_the_next_closing_day() -> None:
    assert np.expm1(described().column("days_to_closing")[1]) == pytest.approx(30)
    assert np.isnan(described().column("days_to_closing")[0])


def test_a_grant_for_the_nearest_area_is_named_most() -> None:
    assert described().column("area_named").tolist()[1] == 1.0
    assert described(areas=("E09000001", "E09000007")).column("area_named").tolist()[1] == 0.5
    assert described(areas=("S12000036",)).column("area_named").tolist()[1] == 0.0
    assert np.isnan(described().column("area_named")[0])


def test_an_amount_beyond_the_range_is_outside_by_the_log_of_the_ratio() -> None:
    assert described(Need(text="fuel", amount=600)).column("amount_outside")[0] == pytest.approx(np.log(2))
    assert described(Need(text="fuel", amount=25)).column("amount_outside")[0] == pytest.approx(np.log(2))
    assert np.isnan(described(Need(text="fuel", amount=25)).column("amount_outside")[2])


def test_no_built_in_column_reads_a_fact_of_a_person() -> None:
    assert [column.name for column in COLUMNS if column.facts] == []


def test_every_special_category_fact_of_the_sample_is_refused_as_a_column(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    special = [f.id for f in catalogue.facts.facts.values() if f.special_category or f.special_values]
    assert special
    for fact in special:
        added(monkeypatch, Column("by_the_back_door", "+", "-", facts=(fact,)))
        with pytest.raises(SpecialCategory, match=fact):
            check_columns(catalogue.facts)


def test_a_plain_fact_may_become_a_column_and_a_taken_name_may_not(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(monkeypatch, Column("has_savings", "+", "-", facts=("savings",)))
    check_columns(catalogue.facts)
    for column, why in (
        (COLUMNS[0], "two columns"),
        (Column("new", "+", "-", facts=("shoe_size",)), "does not hold"),
    ):
        added(monkeypatch, column)
        with pytest.raises(BadColumn, match=why):
            check_columns(catalogue.facts)


def test_a_column_of_ones_own_is_made_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Column(
        "is_second", "+", "-", value=lambda one: [grant is one.index.grants[1] for grant in one.index.grants]
    )
    monkeypatch.setattr("features.pairs.COLUMNS", (*COLUMNS, own))
    monkeypatch.setattr("features.pairs.NAMES", (*NAMES, own.name))
    pairs = described()
    assert pairs.column("is_second").tolist() == [float(at == 1) for at in range(len(pairs))]


def added(monkeypatch: pytest.MonkeyPatch, column: Column) -> None:
    """Add a column to the program's own."""
    monkeypatch.setattr("features.columns.COLUMNS", (*COLUMNS, column))


def test_pairs_of_different_columns_do_not_stand_in_one_table() -> None:
    pairs = described()
    other = PairFeatures(NAMES[::-1], pairs.matrix)
    with pytest.raises(ValueError, match="different columns"):
        stack([pairs, other])
    assert len(stack([pairs, pairs])) == 8
    assert len(stack([])) == 0
    with pytest.raises(ValueError, match="columns are named"):
        PairFeatures(NAMES[:3], pairs.matrix)


def test_texts_whose_vectors_are_known_are_not_embedded_again() -> None:
    built = index()
    embedder = BagOfWords()
    again = GrantIndex.build(some_grants()[:2], embedder, known=built.to_arrays())
    assert embedder.texts == []
    assert again.texts.tobytes() == built.texts[:2].tobytes()
    changed = some_grants()[0].model_copy(update={"title": "Heating only"})
    GrantIndex.build([changed], embedder, known=built.to_arrays())
    assert len(embedder.texts) == 2
