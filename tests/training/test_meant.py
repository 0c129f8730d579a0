"""Which grant a need was written for is learned from needs, and where it stands in a list is found."""

from __future__ import annotations

from collections import Counter

import numpy as np

from data.catalogue.reading import Catalogue
from data.people.base_rates import no_rates
from features.meant import CLOSENESS
from models.pairing import Pairing
from models.recommender import Recommender
from tests.training.small_world import TODAY, SharedWords, small_catalogue
from training.meant import APART, SOUGHT, Sought, learn_meant, places_of, read_sought


def world() -> Pairing:
    catalogue = small_catalogue()
    return Pairing.build(catalogue, no_rates(TODAY), SharedWords())


def written_for(pairing: Pairing) -> list[Sought]:
    """Give a need for each grant, in the words of its summary."""
    return [Sought(id=grant.id, text=grant.summary or grant.title) for grant in pairing.catalogue.grants]


def test_words_that_speak_for_a_grant_are_learned_to() -> None:
    pairing = world()
    learned = learn_meant(written_for(pairing), pairing, on=TODAY)
    assert learned.embedder == pairing.embedder.name
    assert learned.closeness[CLOSENESS.index("meaning_text")] > 0
    applicant, need = written_for(pairing)[0].asked(pairing)
    described = pairing.describe(pairing.context(applicant, on=TODAY), need)
    chances = learned.chances(learned.close(described.need.fit.matrix), described.chances)
    assert int(np.argmax(chances)) == 0


def test_the_place_of_the_sought_grant_is_that_of_the_list_and_none_where_it_is_ruled_out() -> None:
    pairing = world()
    recommender = Recommender.unlearned(pairing.catalogue, no_rates(TODAY), SharedWords(), why="not_trained")
    sought = written_for(pairing)
    for one, place in zip(sought, places_of(sought, recommender, on=TODAY), strict=True):
        applicant, need = one.asked(pairing)
        rows = recommender.order_of(applicant, need, on=TODAY).tolist()
        ids = [pairing.catalogue.grants[row].id for row in rows]
        assert place == (ids.index(one.id) + 1 if one.id in ids else None)


def test_every_sought_grant_is_in_the_sample_and_no_need_stands_in_both_files(catalogue: Catalogue) -> None:
    both = [read_sought(path) for path in (SOUGHT, APART)]
    ids = {grant.id for grant in catalogue.grants}
    for sought in both:
        assert {one.id for one in sought} <= ids
        assert max(Counter(one.id for one in sought).values()) == 1
        assert len(sought) >= 0.95 * len(ids)
    texts = [{one.text.lower() for one in sought} for sought in both]
    assert not texts[0] & texts[1]
