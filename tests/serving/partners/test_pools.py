"""What partners grade is a mix, the same for the same partner, and nothing that is ruled out."""

from __future__ import annotations

from datetime import date
from functools import cache

from data.people.situations import read_situations
from serving.loading import (
    Loaded,
    WithoutMeaning,
    load_catalogue,
    load_rates,
    load_situations,
    without_bundle,
)
from serving.partners.pools import ALIKE, DRAWN, LEARNED, listed, pool, two_orders
from serving.settings import Settings

ON = date(2026, 11, 29)
KELLY = read_situations()["a03"]


@cache
def loaded() -> Loaded:
    settings = Settings()
    catalogue = load_catalogue(settings)
    return without_bundle(catalogue, load_rates(settings, catalogue), WithoutMeaning(), why="bundle_missing")


def test_a_pool_is_a_mix_of_the_list_and_of_what_stands_far_down_it() -> None:
    whole = listed(loaded().recommender, KELLY, on=ON)
    found = pool(loaded(), KELLY, "ana", on=ON)
    assert len(set(found)) == len(found) == LEARNED + ALIKE + DRAWN
    assert set(whole[:LEARNED]) <= set(found) <= set(whole)
    assert max(whole.index(grant) for grant in found) >= LEARNED + ALIKE
    assert found != tuple(sorted(found, key=whole.index))


def test_a_partner_sees_the_same_again_and_another_partner_something_else() -> None:
    assert pool(loaded(), KELLY, "ana", on=ON) == pool(loaded(), KELLY, "ana", on=ON)
    assert pool(loaded(), KELLY, "ana", on=ON) != pool(loaded(), KELLY, "ben", on=ON)


def test_which_of_two_orders_stands_first_is_not_to_be_guessed() -> None:
    names = {two_orders(loaded(), KELLY, f"partner {n}", on=ON).names for n in range(12)}
    assert names == {("learned", "likeness"), ("likeness", "learned")}


def test_every_situation_that_comes_with_the_project_can_be_judged() -> None:
    situations = load_situations(Settings(), loaded().catalogue)
    assert all(pool(loaded(), one, "ana", on=ON) for one in list(situations.values())[:4])
