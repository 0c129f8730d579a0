"""A public list of councils' sites lands at their areas of today, and what stands for none is told."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from data.__main__ import app
from data.catalogue.reading import read_areas

LIST = """id,gss,homepage_url
1,E08000025,https://www.birmingham.gov.uk
2,E10000023,http://www.northyorks.gov.uk/
3,X99,https://nowhere.example
4,E09000001,
"""


def test_a_list_stands_in_place_of_the_sites_at_hand_and_retired_councils_for_those_of_today(
    tmp_path: Path,
) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    result = CliRunner().invoke(app, ["import-councils", f"{tmp_path}/list.csv", f"{tmp_path}/areas.csv"])
    assert result.exit_code == 0
    told = ["stands for no area: X99 https://nowhere.example", "stands for no area: E09000001"]
    assert [line for line in result.output.splitlines() if line.startswith("stands")] == told
    tree = read_areas(tmp_path / "areas.csv")
    sites = {"E08000025": "https://www.birmingham.gov.uk", "E06000065": "http://www.northyorks.gov.uk/"}
    assert tree.websites == sites
    assert tree.parents["E08000025"] == "E12000005"


def test_a_list_of_other_columns_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("code,url\nE08000025,https://x.example\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["import-councils", f"{tmp_path}/list.csv", f"{tmp_path}/areas.csv"])
    assert result.exit_code == 1
    assert "expected the columns gss,homepage_url" in result.output
