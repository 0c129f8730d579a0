"""Where a charity gives: rows and words together; a school, a road or a "particularly" is no limit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.catalogue.reading import SAMPLE, read_areas
from data.register.area_of_benefit import AreaOfBenefit, area_of_benefit
from data.register.charity import Charity
from data.register.place_names import PlaceNames

NAMES = PlaceNames.of(read_areas(SAMPLE / "areas.csv"))


def where(
    objects: str = "", *, rows: tuple[str, ...] = (), name: str = "A CHARITY", benefit: str = ""
) -> AreaOfBenefit:
    areas = [("Local Authority", row) for row in rows]
    charity = Charity(1, name, date(2026, 11, 28), objects=objects, area_of_benefit=benefit, areas=areas)
    return area_of_benefit(charity, NAMES)


def names(*told: str, **more: object) -> set[str]:
    return {NAMES.areas.name(code) for code in where(*told, **more).codes}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ("For the poor of the borough of Calderdale.", {"Calderdale"}),
        ("PERSONS RESIDENT IN THE CITY OF NORWICH WHO ARE IN NEED", {"Norwich"}),
        ("People living in Nottingham and Nottinghamshire", {"Nottingham", "Nottinghamshire"}),
        ("the boroughs of Colchester and Tendring", {"Colchester", "Tendring"}),
        ("residents of Todmorden", {"Calderdale"}),
        ("the inhabitants of Bury St Edmunds", {"West Suffolk"}),
        ("Persons who live in Dunmow, Essex", {"Uttlesford"}),
        ("residents of Merseyside", {"Knowsley", "Liverpool", "Sefton", "St. Helens", "Wirral"}),
        ("the former borough of Gravesend", {"Gravesham"}),
        ("people of Ynys Mon", {"Isle of Anglesey"}),
    ],
)
def test_places_of_the_people_who_are_helped_are_found(objects: str, expected: set[str]) -> None:
    assert names(objects) == expected


@pytest.mark.parametrize(
    "objects",
    [
        "To advance the education of the pupils of Bury Grammar School",
        "Students of the University of Nottingham",
        "Clergy of the Diocese of Lincoln",
        "The charity is based in Manchester",
        "the maintenance of a hall in Reading Road",
        "improving children's skills in reading and writing",
        "the poor of Leigh Park",
        "the poor of Norwich or elsewhere",
        "in London and in such other parts of the world as the trustees think fit",
        "residents of Wellington",
    ],
)
def test_schools_offices_words_and_places_that_share_a_name_are_no_area(objects: str) -> None:
    assert names(objects) == set()


def test_a_place_that_two_councils_have_counts_where_a_row_says_in_which() -> None:
    assert names("residents of Wellington", rows=("Somerset",)) == {"Somerset"}
    assert names("residents of Newport", rows=("Isle Of Wight",)) == {"Isle of Wight"}
    assert names("residents of Newport") == set()


def test_words_narrow_a_row_and_leave_the_other_rows_as_they_are() -> None:
    assert names("the poor of the borough of Woking", rows=("Surrey", "Kent")) == {"Woking", "Kent"}


def test_a_row_is_not_narrowed_by_what_is_only_preferred() -> None:
    assert names("people in need, with a preference for residents of Woking", rows=("Surrey",)) == {"Surrey"}


def test_what_rows_and_words_say_apart_is_both_kept() -> None:
    assert names("the poor of the borough of Bexley", rows=("Kent",)) == {"Kent", "Bexley"}


def test_a_charity_of_a_place_says_where_in_its_name() -> None:
    assert names(name="SELBY RELIEF IN NEED CHARITY") == {"North Yorkshire"}
    assert names(name="THE LINCOLN CHARITABLE TRUST") == set()
    assert names(name="THE NORTON CANON PAROCHIAL CHARITIES") == {"Herefordshire, County of"}


def test_a_parish_stays_words_beside_its_council() -> None:
    found = where("THE POOR OF THE PARISH OF ST AGNES IN CORNWALL", rows=("Cornwall",))
    assert (found.parish, found.codes) == ("St Agnes", ("E06000052",))
    assert where("the parishes of Cressage and Cound, which").parish == "Cressage and Cound"
    assert where("poor of the parish").parish == ""


def test_two_parishes_of_one_name_count_where_a_row_says_which_with_and_without_a_stop() -> None:
    assert where("the poor of the parish of St. Agnes").codes == ()
    assert where("the poor of the parish of St Agnes", rows=("Isles of Scilly",)).codes == ("E06000053",)


def test_a_town_stays_words_beside_its_council_unless_the_whole_council_is_named() -> None:
    assert where("the poor of Tavistock").parish == "Tavistock"
    assert where("the poor of Kidderminster and of the district of Wyre Forest").parish == ""
    assert where("the poor of Kidderminster and Bewdley").parish == ""


def test_a_charity_that_names_other_countries_alone_gives_abroad_only() -> None:
    charity = Charity(1, "A CHARITY", date(2026, 11, 28), areas=[("Country", "Kenya"), ("Continent", "Asia")])
    assert area_of_benefit(charity, NAMES) == AreaOfBenefit((), "", abroad_only=True)


def test_throughout_england_and_wales_is_both_nations() -> None:
    charity = Charity(1, "A CHARITY", date(2026, 11, 28), areas=[("Region", "Throughout England And Wales")])
    assert area_of_benefit(charity, NAMES).codes == ("E92000001", "W92000004")


def test_with_a_list_of_parishes_a_charity_is_where_its_village_is(tmp_path: Path) -> None:
    listed = "PAR19NM,LAD19CD\nLittle Wick,E07000147\nNewham Cross,E07000147\nNewham Cross,E07000080\nTown,E06000052\n"
    (tmp_path / "parishes.csv").write_text(listed, encoding="utf-8")
    names = PlaceNames.of(read_areas(SAMPLE / "areas.csv"), parishes=tmp_path / "parishes.csv")

    def read(objects: str) -> tuple[tuple[str, ...], str]:
        found = area_of_benefit(Charity(1, "A CHARITY", date(2026, 11, 1), objects=objects), names)
        return found.codes, found.parish

    assert read("THE POOR OF THE PARISH OF LITTLE WICK") == (("E07000147",), "Little Wick")
    assert read("THE POOR OF THE VILLAGE OF NEWHAM CROSS")[0] == ()  # two places bear the name
    assert read("THE POOR OF NEWHAM CROSS IN THE COUNTY OF NORFOLK")[0] != ("E07000080",)
    assert read("PEOPLE OF THE TOWN")[0] == ()
    assert read("TO HELP LITTLE WICK SCHOOL")[0] == ()
