"""The same plain rules for other rule engines, which know only yes and no and people of whom everything is known."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import numpy as np

from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.rules import EligibilityRule
from data.places.areas import AreaTree

Json = dict[str, Any]
Person = Mapping[str, Any]
FACTS: Final = 24
RULES: Final = 12
DISTINCT: Final = 2000
PEOPLE: Final = 55


@dataclass(frozen=True)
class Leaf:
    """One plain rule: a number at least or at most so much, or a choice that is one value."""

    fact: str
    operator: str
    value: int | str


@dataclass(frozen=True)
class PeerCatalogue:
    """The same catalogue in our words and as leaves, with people of whom everything is known."""

    ours: Catalogue
    leaves: tuple[Leaf, ...]
    grants: tuple[tuple[int, ...], ...]
    people: tuple[Json, ...]


def peer_catalogue(size: int, rng: np.random.Generator) -> PeerCatalogue:
    """Draw a catalogue with 12 plain rules a grant, and people of whom everything is known."""
    facts = [_fact(number) for number in range(FACTS)]
    book = FactBook.model_validate({"facts": keyed_by_id(facts)})
    leaves = tuple(_leaf(facts[int(rng.integers(FACTS))], rng) for _ in range(DISTINCT))
    rules = np.empty(DISTINCT, dtype=object)
    rules[:] = [
        EligibilityRule.model_validate({"id": f"r{at}", "condition": _ours(leaf)})
        for at, leaf in enumerate(leaves)
    ]
    drawn = rng.integers(0, DISTINCT, (size, RULES))
    grants = tuple(
        Grant.model_construct(id=f"g{at}", title="simulated", rules=tuple(rules[row]), _fields_set=_FIELDS)
        for at, row in enumerate(drawn)
    )
    people = tuple({"facts": {fact["id"]: _said(fact, rng) for fact in facts}} for _ in range(PEOPLE))
    catalogue = Catalogue(grants, book, AreaTree(), "simulated")
    return PeerCatalogue(catalogue, leaves, tuple(map(tuple, drawn.tolist())), people)


_FIELDS: Final = {"id", "title", "rules"}


def _fact(number: int) -> Json:
    if number % 4 == 1:
        return {"id": f"choice_{number}", "kind": "choice", "values": list(_CHOICES)}
    return {"id": f"number_{number}", "kind": "number", "min": 0, "max": 1000}


def _leaf(fact: Json, rng: np.random.Generator) -> Leaf:
    if fact["kind"] == "choice":
        return Leaf(fact["id"], "==", str(rng.choice(fact["values"])))
    wide = int(rng.integers(0, 31)) * 10
    return Leaf(fact["id"], ">=", wide) if rng.random() < 0.5 else Leaf(fact["id"], "<=", 1000 - wide)


def _ours(leaf: Leaf) -> Json:
    key = {"==": "is", ">=": "at_least", "<=": "at_most"}[leaf.operator]
    return {"fact": leaf.fact, key: leaf.value}


def _said(fact: Json, rng: np.random.Generator) -> Any:
    return str(rng.choice(fact["values"])) if fact["kind"] == "choice" else int(rng.integers(0, 1001))


def _python_loop(catalogue: PeerCatalogue) -> Callable[[Json], object]:
    compare = {"==": operator.eq, ">=": operator.ge, "<=": operator.le}
    rules = [(compare[leaf.operator], leaf.fact, leaf.value) for leaf in catalogue.leaves]
    grants = [[rules[at] for at in grant] for grant in catalogue.grants]

    def judge(person: Json) -> list[bool]:
        facts, found = person["facts"], []
        for grant in grants:
            for compared, fact, value in grant:
                if not compared(facts[fact], value):
                    found.append(False)
                    break
            else:
                found.append(True)
        return found

    return judge


def _written(catalogue: PeerCatalogue, grant: Sequence[int], equal: str = "==", quote: str = '"') -> str:
    def one(leaf: Leaf) -> str:
        value = f"{quote}{leaf.value}{quote}" if isinstance(leaf.value, str) else leaf.value
        return f"{leaf.fact} {equal if leaf.operator == '==' else leaf.operator} {value}"

    return " and ".join(one(catalogue.leaves[at]) for at in grant)


def _zen(catalogue: PeerCatalogue) -> Callable[[Json], object]:
    zen = import_module("zen")

    grants = [zen.compile_expression(_written(catalogue, grant)) for grant in catalogue.grants]
    return lambda person: [grant.evaluate(person["facts"]) for grant in grants]


def _json_logic(catalogue: PeerCatalogue) -> Callable[[Json], object]:
    json_logic = import_module("json_logic").jsonLogic

    rules = [{leaf.operator: [{"var": leaf.fact}, leaf.value]} for leaf in catalogue.leaves]
    grants = [{"and": [rules[at] for at in grant]} for grant in catalogue.grants]
    return lambda person: [json_logic(grant, person["facts"]) for grant in grants]


def _rule_engine(catalogue: PeerCatalogue) -> Callable[[Json], object]:
    rule_engine = import_module("rule_engine")

    grants = [rule_engine.Rule(_written(catalogue, grant)) for grant in catalogue.grants]
    return lambda person: [grant.matches(person["facts"]) for grant in grants]


def _duckdb(catalogue: PeerCatalogue) -> Callable[[Json], object]:
    """One column for the least and one for the greatest number, one for each choice; null asks nothing."""
    duckdb = import_module("duckdb")

    columns = _bounds(catalogue)
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    words = [f"{name} {'VARCHAR' if name.startswith('choice') else 'SMALLINT'}" for name in columns]
    connection.execute(f"CREATE TABLE grants ({', '.join(words)})")
    connection.from_arrow(import_module("pyarrow").table(columns)).insert_into("grants")
    asked = " AND ".join(_asked(name) for name in columns)
    query = f"SELECT {asked} AS ok FROM grants"  # noqa: S608 - the names are ours

    def judge(person: Json) -> object:
        return connection.execute(query, dict(person["facts"])).fetchnumpy()

    return judge


def _asked(name: str) -> str:
    fact, _, end = name.rpartition("__")
    sign = {"low": ">=", "high": "<=", "is": "="}[end]
    return f"({name} IS NULL OR ${fact} {sign} {name})"


def _bounds(catalogue: PeerCatalogue) -> dict[str, Any]:
    """Give for each column what every grant asks: the tightest bound on a number, or the choice."""
    arrow, drawn = import_module("pyarrow"), np.array(catalogue.grants, dtype=np.int32)
    found = dict[str, Any]()
    for fact in sorted({leaf.fact for leaf in catalogue.leaves}):
        for sign, end in _ENDS.items():
            mine = [
                leaf if leaf.fact == fact and leaf.operator == sign else None for leaf in catalogue.leaves
            ]
            if any(mine):
                values = np.array(
                    [-1 if leaf is None else _number(leaf.value) for leaf in mine], dtype=np.int32
                )
                asked = values[drawn]
                least = np.where(asked < 0, _MOST, asked).min(axis=1)
                most = asked.max(axis=1)
                column = least if sign == "<=" else most
                if sign == "==":
                    both = (most >= 0) & (least != most)
                    column = np.array([*_CHOICES, "nothing is both"])[np.where(both, len(_CHOICES), most)]
                found[f"{fact}__{end}"] = arrow.array(column, mask=most < 0)
    return found


_ENDS: Final = {"==": "is", ">=": "low", "<=": "high"}
_CHOICES: Final = ("a", "b")
_MOST: Final = 10**6
"""More than any bound."""


def _number(value: int | str) -> int:
    return _CHOICES.index(value) if isinstance(value, str) else value


PEERS: Final[Mapping[str, Callable[[PeerCatalogue], Callable[[Json], object]]]] = {
    "Python loop": _python_loop,
    "zen-engine": _zen,
    "json-logic": _json_logic,
    "rule-engine": _rule_engine,
    "DuckDB": _duckdb,
}
