"""What is known beside any person: the catalogue's grants, facts and places, and what is live by whose decision."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from data.people.situations import Situation
from data.places.areas import UK
from serving.answers import Area, AreasAnswer, FactsAnswer, GrantAnswer, Ledger, Live, SituationsAnswer
from serving.ledger import read_record
from serving.loading import Loaded
from serving.refusals import Refusal


def live(loaded: Loaded, ledger: Path) -> Live:
    """Tell what is live now, and the decision that made it so."""
    if loaded.bundle is None:
        return Live(**loaded.signed(), bundle=None, decision=None)
    decision = read_record(ledger).decision_on(str(loaded.versions.model))
    about = loaded.bundle.about.model_dump(mode="json", exclude={"config"})
    return Live(**loaded.signed(), bundle=about, decision=decision)


def history(loaded: Loaded, ledger: Path) -> Ledger:
    """Tell what was live, since when, approved by whom."""
    record = read_record(ledger)
    return Ledger(**loaded.signed(), entries=record.entries, whole=record.whole)


def facts(loaded: Loaded) -> FactsAnswer:
    """Tell what can be asked of a person, and why."""
    book = loaded.catalogue.facts
    return FactsAnswer(
        **loaded.signed(),
        facts=tuple(fact.model_dump(mode="json", by_alias=True) for fact in book.facts.values()),
        relations={name: relation.model_dump() for name, relation in book.relations.items()},
        trades=dict(book.trades),
    )


def areas(loaded: Loaded) -> AreasAnswer:
    """Tell the places that may be told, and what retired codes stand for."""
    tree = loaded.catalogue.areas
    listed = {**{code: name for code, (name, _) in UK.items()}, **tree.names}
    parents = {**{code: parent for code, (_, parent) in UK.items()}, **tree.parents}
    told = tuple(Area(code=code, name=name, parent=parents.get(code)) for code, name in listed.items())
    return AreasAnswer(**loaded.signed(), areas=told, retired=dict(tree.retired))


def situations(loaded: Loaded, people: Iterable[Situation]) -> SituationsAnswer:
    """Tell of made-up people whose lists partners grade."""
    told = (one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in people)
    return SituationsAnswer(**loaded.signed(), situations=tuple(told))


def grant(loaded: Loaded, grant_id: str) -> GrantAnswer:
    """Tell of one grant; raises Refusal 404."""
    found = loaded.grant(grant_id)
    if found is None:
        raise Refusal(404, "There is no grant of this id.", code="UNKNOWN_GRANT")
    return GrantAnswer(**loaded.signed(), grant=found.model_dump(mode="json", by_alias=True))
