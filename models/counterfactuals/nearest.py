"""What is nearest to a yes in a condition that is a no: of "any of", the branch that was meant."""

from __future__ import annotations

from typing import Final, TypeAlias

from models.counterfactuals.residual import Leaf, Tree
from models.eligibility.kleene import Answer

_FAR: Final = 1_000
"""More leaves than any condition has: what nobody can meet, such as "your child is …" of who has none."""
_Distance: TypeAlias = tuple[int, int]


def nearest(tree: Tree) -> list[Leaf]:
    """Give the leaves that make a tree a no, of its nearest branch; of all branches that are equally near.

    Nearest is where the fewest leaves are a no, and of those where the most are met already. Empty where the tree is
    no "no", or nobody can meet it.
    """
    if isinstance(tree, Leaf):
        return [tree] if tree.answer is Answer.NO else []
    failing = [part for part in tree.parts if part.answer is Answer.NO]
    needed = tree.count - (len(tree.parts) - len(failing))
    if not 0 < needed <= len(failing):
        return []
    limit = sorted(map(_distance, failing))[needed - 1]
    return [leaf for part in failing if _distance(part) <= limit for leaf in nearest(part)]


def _distance(tree: Tree) -> _Distance:
    return _still_to_change(tree), -_met(tree)


def _still_to_change(tree: Tree) -> int:
    """Count the leaves that would have to change, on the shortest way to what is no "no"."""
    if isinstance(tree, Leaf):
        return int(tree.answer is Answer.NO)
    if tree.count > len(tree.parts):
        return _FAR
    return sum(sorted(map(_still_to_change, tree.parts))[: max(tree.count, 0)])


def _met(tree: Tree) -> int:
    if isinstance(tree, Leaf):
        return int(tree.answer is Answer.YES)
    return sum(map(_met, tree.parts))
