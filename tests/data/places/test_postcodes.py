"""Postcodes: read as ONS publishes them, kept small, and what is odd is told. All rows are made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.__main__ import app
from data.errors import BadData
from data.places.postcodes import Oddities, Postcodes, read_directory, written

AS_IN_2023 = (
    "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,oshlthau,nhser,"
    "ctry,rgn,statsward,lsoa01,msoa01,oa11,lsoa11,msoa11,lat,long,oa21,lsoa21,msoa21"
)
AS_IN_2025 = (
    "PCD7,PCD8,PCDS,DOINTR,DOTERM,CTY25CD,LAD25CD,WD25CD,CTRY25CD,RGN25CD,LSOA11CD,MSOA11CD,LSOA21CD,MSOA21CD"
)
BIRMINGHAM = ("E01033620", "E02006899", "E05011151", "E08000025", "E12000005", "E92000001")


def row_of_2023(
    postcode: str, authority: str = "E08000025", *, ended: str = "", ward: str = "E05011151"
) -> str:
    """Write a made-up row as it stood in the directory of 2023."""
    return (
        f"{postcode},{postcode},{postcode},198001,{ended},E99999999,E99999999,{authority},{ward},E43000250,0,"
        "0406000,0287000,1,E18000005,E40000011,E92000001,E12000005,99ZZ99,E01009317,E02001834,E00175594,E01033615,"
        "E02006896,52.48,-1.9,E00175594,E01033620,E02006899"
    )


def imported(folder: Path, *lines: str) -> tuple[Postcodes, Oddities]:
    """Write a directory to a folder, read it, and keep its postcodes."""
    (folder / "directory.csv").write_text("\ufeff" + "\r\n".join(lines) + "\r\n", encoding="utf-8")
    odd = Oddities()
    return Postcodes.write(read_directory(folder / "directory.csv", odd), folder / "postcodes", odd), odd


def test_a_postcode_lies_in_all_its_areas_the_smallest_first(tmp_path: Path) -> None:
    postcodes, odd = imported(
        tmp_path, AS_IN_2023, row_of_2023("B1 1AA"), row_of_2023("LS1 4DY", "E08000035")
    )
    assert postcodes.areas_of("b11aa") == BIRMINGHAM
    assert "E08000035" in (postcodes.areas_of(" LS1  4dy ") or ())
    assert (odd.rows, odd.kept, dict(odd.counts)) == (2, 2, {})


def test_columns_are_found_by_the_names_of_later_years_too_and_the_latest_census_is_taken(
    tmp_path: Path,
) -> None:
    row = (
        "B1  1AA,B1   1AA,B1 1AA,198001,,E99999999,E08000025,E05011151,E92000001,E12000005,"
        "E01033615,E02006896,E01033620,E02006899"
    )
    postcodes, _ = imported(tmp_path, AS_IN_2025, row)
    assert postcodes.areas_of("B1 1AA") == BIRMINGHAM


def test_a_postcode_that_is_not_in_the_directory_has_no_known_place(tmp_path: Path) -> None:
    postcodes, _ = imported(tmp_path, AS_IN_2023, row_of_2023("B1 1AA"))
    assert postcodes.areas_of("B1 1AB") is None
    assert postcodes.areas_of("Birmingham") is None


def test_what_is_odd_is_counted_and_named_with_the_first_line(tmp_path: Path) -> None:
    _, odd = imported(
        tmp_path,
        AS_IN_2023,
        row_of_2023("B1 1AA"),
        row_of_2023("B1 1AA"),
        row_of_2023("B1 1AA", "E08000026"),
        row_of_2023("nowhere"),
        row_of_2023("JE2 3AB", "L99999999"),
        row_of_2023("ZZ1 1ZZ", ""),
        row_of_2023("ZZ1 1ZY", "Leeds"),
        row_of_2023("B1 1AC", ward="unknown"),
        row_of_2023("B1 1AD", ended="200005"),
        "B1 1AE,short",
    )
    assert dict(odd.counts) == {
        "stands twice": 1,
        "stands twice, in two places; the first is kept": 1,
        "not a postcode": 1,
        "in the Channel Islands or the Isle of Man": 1,
        "no local authority": 1,
        "not a code of a local authority": 1,
        "not an area code": 1,
        "a row that is too short": 1,
    }
    assert odd.first["not a postcode"].line == 5
    assert (odd.rows, odd.kept, odd.ended) == (10, 3, 1)


def test_a_file_of_something_else_is_refused_and_what_stood_there_before_stays(tmp_path: Path) -> None:
    postcodes, _ = imported(tmp_path, AS_IN_2023, row_of_2023("B1 1AA"))
    with pytest.raises(BadData, match="oslaua"):
        imported(tmp_path, "pcds,town", "B1 1AA,Birmingham")
    assert postcodes.areas_of("B1 1AA") == BIRMINGHAM
    assert sorted(file.name for file in tmp_path.iterdir()) == ["directory.csv", "postcodes"]


def test_a_lookup_that_is_no_lookup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postcodes").write_text("B1 1AA", encoding="utf-8")
    with pytest.raises(BadData):
        Postcodes(tmp_path / "postcodes").areas_of("B1 1AA")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("sw1a 1aa", "SW1A1AA"),
        ("M1 1AE", "M11AE"),
        ("GIR 0AA", "GIR0AA"),
        ("E1", None),
        ("", None),
        ("B1 1A", None),
    ],
)
def test_a_postcode_is_kept_in_one_way_of_writing(said: str, kept: str | None) -> None:
    assert written(said) == kept


def test_the_command_prints_what_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "ONSPD.csv"
    file.write_text("\n".join([AS_IN_2023, row_of_2023("B1 1AA"), row_of_2023("x")]), encoding="utf-8")
    arguments = ["import-postcodes", str(file), str(tmp_path / "postcodes")]
    result = CliRunner().invoke(app, [*arguments, "--json"])
    found = {"rows": 2, "postcodes": 1, "ended": 0, "odd": {"not a postcode": 1}}
    assert (result.exit_code, json.loads(result.stdout)) == (0, found)
    assert "not a postcode" in CliRunner().invoke(app, arguments).stdout


def test_the_command_fails_when_there_is_no_postcode(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(AS_IN_2023 + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["import-postcodes", str(tmp_path / "d.csv"), str(tmp_path / "out")])
    assert result.exit_code == 1
