"""Groups of applicants come from the deployment's own area file."""

from __future__ import annotations

from datetime import date

from data.catalogue.facts import FactBook
from data.catalogue.reading import Catalogue, sample_catalogue
from data.people.applicants import Need
from data.people.outcomes import Application
from data.places.areas import AreaTree
from training.groups import places_by_group, told_groups

ZUBROWKA = AreaTree(
    {"ZU": "Zubrowka", "ZU-N": "Northmark", "ZU-S": "Southmark", "ZU-N1": "Lutz"},
    {"ZU-N": "ZU", "ZU-S": "ZU", "ZU-N1": "ZU-N"},
    listed=True,
)


def catalogue(**book: object) -> Catalogue:
    return Catalogue((), FactBook.model_validate({"facts": {}, **book}), ZUBROWKA, "by hand")


def asked(*areas: str) -> Application:
    return Application("a", "p", "g", date(2026, 1, 1), Need(purposes=("GTIP050",)), areas)


def test_another_country_is_grouped_by_the_parts_right_under_its_top() -> None:
    groups = told_groups(catalogue())
    assert groups(asked("ZU-N1")) == {"area": "Northmark", "purpose": "Utilities"}
    assert groups(asked("ZU-S")) == {"area": "Southmark", "purpose": "Utilities"}
    assert groups(asked("ZU")) == groups(asked()) == {"purpose": "Utilities"}


def test_purposes_of_a_deployments_own_are_groups_under_their_own_words() -> None:
    groups = told_groups(catalogue(purposes={"heat": "Heating"}))
    heat = Application("a", "p", "g", date(2026, 1, 1), Need(purposes=("heat",)))
    assert groups(heat) == {"purpose": "Heating"}
    assert groups(asked()) == {}


def test_another_country_is_not_told_that_nobody_came_from_the_nations_of_the_united_kingdom() -> None:
    assert set(places_by_group(ZUBROWKA).values()) == {"Northmark", "Southmark"}
    assert "Wales" in places_by_group(AreaTree()).values()


def test_the_united_kingdom_is_grouped_by_its_nations() -> None:
    known = places_by_group(sample_catalogue().areas)
    assert set(known.values()) == {"England", "Wales", "Scotland", "Northern Ireland"}
    groups = told_groups(sample_catalogue())
    assert groups(asked("E08000025"))["nation"] == "England"
    assert groups(asked("S12000033"))["nation"] == "Scotland"


def test_a_file_of_one_level_groups_by_its_areas() -> None:
    flat = AreaTree({"A": "East", "B": "West"}, {}, listed=True)
    assert places_by_group(flat)["A"] == "East"
