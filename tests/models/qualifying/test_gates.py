"""Gates: and, or, not and at-least over independent slots give the chances that counting all worlds gives."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.qualifying.gates import FALSE, TRUE, Builder, Gates

SLOTS = 4
trees = st.recursive(
    st.tuples(st.just("slot"), st.integers(0, SLOTS - 1)),
    lambda inner: st.tuples(
        st.sampled_from(["all", "any", "not", "two"]), st.lists(inner, min_size=2, max_size=3)
    ),
    max_leaves=4,
)


def built(builder: Builder, tree: tuple[str, object]) -> int:
    kind, parts = tree
    if kind == "slot":
        return builder.slot(("slot", parts))
    assert isinstance(parts, list)
    edges = [built(builder, part) for part in parts]
    match kind:
        case "all":
            return builder.all_of(edges)
        case "any":
            return builder.any_of(edges)
        case "two":
            return builder.at_least(2, edges)
        case _:
            return edges[0] ^ 1


def holds(tree: tuple[str, object], world: tuple[bool, ...]) -> bool:
    kind, parts = tree
    if kind == "slot":
        assert isinstance(parts, int)
        return world[parts]
    assert isinstance(parts, list)
    found = [holds(part, world) for part in parts]
    return {"all": all(found), "any": any(found), "two": sum(found) >= 2, "not": not found[0]}[kind]


def slots_of(tree: tuple[str, object]) -> list[int]:
    kind, parts = tree
    if kind == "slot":
        assert isinstance(parts, int)
        return [parts]
    assert isinstance(parts, list)
    return [slot for part in (parts[:1] if kind == "not" else parts) for slot in slots_of(part)]


@given(trees)
def test_gates_give_what_counting_worlds_gives_where_no_slot_is_asked_twice(tree: tuple[str, object]) -> None:
    asked = slots_of(tree)
    if len(set(asked)) < len(asked):
        return
    builder = Builder(lambda fact, masks: list(masks))
    edge = built(builder, tree)
    gates = Gates.of(builder)
    shares = np.array([0.1, 0.35, 0.6, 0.9])
    given = np.array([[shares[slot[1]]] for slot in gates.slots])  # type: ignore[index]
    found = gates.evaluate(given.reshape(-1, 1), {})[gates.places[edge]][0]
    expected = sum(
        float(np.prod(np.where(world, shares, 1 - shares)))
        for world in product([False, True], repeat=SLOTS)
        if holds(tree, world)
    )
    assert found == pytest.approx(expected)


def test_what_contradicts_itself_never_holds_and_its_opposite_always_does() -> None:
    builder = Builder(lambda fact, masks: list(masks))
    one = builder.slot("one")
    assert builder.all_of([one, one ^ 1]) == FALSE
    assert builder.any_of([one, one ^ 1]) == TRUE
    assert builder.all_of([]) == TRUE


def test_what_gates_of_any_of_these_have_in_common_is_asked_once() -> None:
    builder = Builder(lambda fact, masks: list(masks))
    a, b, c = (builder.slot(name) for name in "abc")
    both = builder.all_of([builder.any_of([a, b]), builder.any_of([a, c])])
    assert both == builder.any_of([a, builder.all_of([b, c])])
    assert builder.all_of([builder.any_of([a, b]), builder.any_of([a, b, c])]) == builder.any_of([a, b])
