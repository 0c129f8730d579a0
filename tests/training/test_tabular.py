"""Tables for other tools hold the same rows in Arrow, pandas and Polars, and tell nothing of who asked."""

from __future__ import annotations

from tests.training.small_world import small_catalogue
from training.prepared import Prepared
from training.tabular import Tabular, decisions_of, grants_of


def test_the_same_rows_come_out_for_every_tool(prepared: Prepared) -> None:
    tables: tuple[Tabular, ...] = (
        grants_of(small_catalogue()),
        decisions_of(prepared.source.history),
        prepared.pairs(prepared.periods.test),
    )
    for table in tables:
        rows = table.to_arrow()
        assert rows.num_rows > 20
        assert table.to_pandas().shape == table.to_polars().shape == rows.shape
        assert list(table.to_pandas().columns) == table.to_polars().columns == rows.column_names


def test_a_table_of_decisions_has_a_row_for_each_and_no_person_and_no_words(prepared: Prepared) -> None:
    history = prepared.source.history
    table = decisions_of(history).to_arrow()
    assert table.num_rows == len(history.outcomes)
    held = {str(value) for column in table.columns for value in column.to_pylist()}
    some = history.applications[0]
    assert some.id in held and some.grant_id in held
    assert not held & {one.person for one in history.applications}
    assert not held & {one.need.text for one in history.applications if one.need.text}
