"""Which groups applicants belong to, so that a ranking that fails one of them is seen; no column ever reads this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from data.catalogue.reading import Catalogue
from data.people.outcomes import Application
from data.places.areas import UK, AreaTree
from data.synthetic.world import World

GroupsOf = Callable[[Application], Mapping[str, str]]
"""Kind of group → the applicant's own, such as `area` → `Wales`; a kind that is not known is left out."""

NATIONS: Final = {code: name for code, (name, _) in UK.items() if not code.startswith("K")}
FACTS: Final = ("sex", "disabled", "ethnicity")
"""Facts of made people by which they are grouped. A store keeps no facts, and ranking reads none."""


def told_groups(catalogue: Catalogue) -> GroupsOf:
    """Groups that any application tells of itself: the part of the country, and what the money is for."""
    areas, purposes = catalogue.areas, catalogue.facts.purpose_texts
    known = places_by_group(areas)

    def groups(application: Application) -> dict[str, str]:
        found = {}
        around = (wider for code in application.areas for wider in (code, *areas.ancestors(code)))
        group = next((known[code] for code in around if code in known), None)
        if group is not None:
            found["nation" if group in NATIONS.values() else "area"] = group
        asked = [purposes[code] for code in application.need.purposes if code in purposes]
        if asked:
            found["purpose"] = asked[0]
        return found

    return groups


def places_by_group(areas: AreaTree) -> dict[str, str]:
    """Give the name of the group that each area belongs to: the nations, or the parts right under an area file's tops.

    A file with a single level groups by its areas themselves; one that lists nothing of the UK has no nations.
    """
    own = [code for code in areas.names if not set(UK) & {code, *areas.ancestors(code)}]
    elsewhere = areas.listed and len(own) == len(areas.names)
    found = {} if elsewhere else dict(NATIONS)
    nested = {areas.parents[code] for code in own if code in areas.parents}
    for code in own:
        chain = [*reversed(areas.ancestors(code)), code]
        if len(chain) > 1 or code not in nested:
            found[code] = areas.name(chain[min(1, len(chain) - 1)])
    for code in set(areas.names) - set(own):
        wider = (code, *areas.ancestors(code))
        nation = next((NATIONS[one] for one in wider if one in NATIONS), None)
        if nation is not None:
            found[code] = nation
    return found


def made_groups(world: World, catalogue: Catalogue) -> GroupsOf:
    """Groups of made people: those too that a real deployment would know only from its audit store."""
    told = told_groups(catalogue)

    def groups(application: Application) -> dict[str, str]:
        person = world.searches[world.of_application[application.id]].person
        facts = {name: person.applicant.facts.get(name) for name in FACTS}
        known = {name: _in_words(value) for name, value in facts.items() if isinstance(value, bool | str)}
        return {**told(application), "situation": person.profile.name, **known}

    return groups


def _in_words(value: bool | str) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value.replace("_", " ")
