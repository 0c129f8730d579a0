"""For whom help is sought, and of whom the page then asks: the forms speak to "you" alone."""

from __future__ import annotations

from typing import Final

from data.catalogue.facts import SELF
from data.catalogue.reading import Catalogue
from serving.pages.forms import ANOTHER
from serving.pages.letter import first_person

FOR_HOME: Final = "Me, or all of us at home"
FOR_ANOTHER: Final = "Another adult, such as my mum or my partner"
OF_ANOTHER: Final = "You ask for another adult. Answer as they would. “You” means the adult who needs help."
OF_CHILD: Final = "You ask for a child. Answer for yourself. Where we ask about the child, we say so."
LETTER_OF_ANOTHER: Final = "The letter speaks for the adult who needs help. Ask them before you send it."


def choices(catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """For whom help may be sought, as (code, words): one's home, relations that some grant is for, another adult.

    The relations are those whose people the forms ask about one by one, such as children: for them somebody applies
    who tells of themselves; every other adult is asked as an applicant.
    """
    asked = {
        relation
        for fact in catalogue.facts.facts.values()
        if fact.derived is not None and fact.derived.over is not None
        for relation in fact.derived.over
    }
    named = {relation for grant in catalogue.grants for relation in grant.whom} & asked
    told = ((name, relation.text) for name, relation in catalogue.facts.relations.items() if name in named)
    return (
        ("", FOR_HOME),
        *((name, first_person(text).removesuffix(".")) for name, text in told),
        (ANOTHER, FOR_ANOTHER),
    )


def judged_for(whom: str) -> tuple[str, ...]:
    """Whom the rules look at, as the API names them; empty where it is everyone that a grant is for."""
    return () if not whom else (SELF,) if whom == ANOTHER else (whom,)


def of_whom(whom: str) -> str:
    """Say of whom the page asks; empty where it is plain."""
    return "" if not whom else OF_ANOTHER if whom == ANOTHER else OF_CHILD
