"""All the ways in which an answer can come about: which things must be learned or changed, and to which values."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import product
from math import prod
from typing import Any, Final, TypeAlias

from data.catalogue.dependencies import with_preconditions
from data.catalogue.rules import Discretion as FundDecides
from data.catalogue.rules import Related, Sum
from data.catalogue.traversal import facts_named
from models.counterfactuals.candidate_values import CandidateValues
from models.counterfactuals.cubes import Cube, Space, Support
from models.counterfactuals.reads import reads_of
from models.counterfactuals.residual import Leaf, Tree, leaves_of, open_variables, read_by
from models.counterfactuals.variables import Variable, person_of, with_values
from models.eligibility.conditions import ask
from models.eligibility.context import EvaluationContext
from models.eligibility.kleene import Answer

MOST_TRIED: Final = 1_000
"""Combinations of values tried for one leaf; beyond, only one thing is varied at a time."""

YES: Final = frozenset({Answer.YES})
NO: Final = frozenset({Answer.NO})
NOT_NO: Final = frozenset({Answer.YES, Answer.UNKNOWN})
_MIRRORED: Final = {
    YES: NO,
    NO: YES,
    NOT_NO: frozenset({Answer.NO, Answer.UNKNOWN}),
    frozenset({Answer.NO, Answer.UNKNOWN}): NOT_NO,
}

Reads: TypeAlias = Callable[[Leaf], tuple[Variable, ...]]
"""Which of the numbered variables a leaf's answer hangs on."""
Partial: TypeAlias = tuple[int, ...]
"""Masks for the variables of one leaf, in the order in which it reads them."""


@dataclass(frozen=True)
class Implicants:
    """Numbered variables with values to try, and the ways to an answer as boxes over them."""

    context: EvaluationContext
    variables_in_order: tuple[Variable, ...]
    values_of: Callable[[Variable], tuple[Any, ...]]
    """Value n of a variable is bit n + 1 of a mask, and bit 0 is "left as it is"."""
    reads: Reads
    possible: CandidateValues | None = None
    """Where the values come from, if things are to be learned."""

    @cached_property
    def values(self) -> dict[Variable, tuple[Any, ...]]:
        """Each variable with the values to try."""
        return {variable: self._values(variable) for variable in self.variables_in_order}

    def _values(self, variable: Variable) -> tuple[Any, ...]:
        if variable not in self._listed:
            self._listed[variable] = self.values_of(variable)
        return self._listed[variable]

    @cached_property
    def _listed(self) -> dict[Variable, tuple[Any, ...]]:
        return {}

    def lasts(self, leaf: Leaf) -> bool:
        """Tell whether what a leaf allows follows from the catalogue and the day alone, and may be kept for others."""
        if self.possible is None or leaf.holder:
            return False
        reads = self.reads(leaf)
        return all(self._lasting[variable] for variable in reads) and all(
            variable in reads for variable in read_by(leaf.condition, 0, self.context)
        )

    @cached_property
    def _lasting(self) -> dict[Variable, bool]:
        possible = self.possible
        return {
            variable: possible is not None and possible.lasting(variable, self.context)
            for variable in self.variables_in_order
        }

    def pattern(self, trees: Sequence[Tree]) -> Hashable | None:
        """Tell what the ways follow from, where that is no more than which answers are known; else None."""
        found: list[Hashable] = [self.context.on]
        for tree in trees:
            for leaf in leaves_of(tree):
                reads = self.reads(leaf)
                if leaf.holder:
                    return None
                beside = b"" if not reads or self.lasts(leaf) else self._told_beside(leaf)
                found.append((reads, beside) if reads else leaf.answer)
        return tuple(found)

    def _told_beside(self, leaf: Leaf) -> bytes:
        """Give a digest of all that was told on which the answers of a leaf about the applicant may hang.

        Two people who tell the same of that have the same ways; what they told is not kept.
        """
        if leaf not in self._beside:
            context, condition = self.context, leaf.condition
            reads = context.catalogue_memo.memoised(
                condition, "reads", lambda: reads_of(with_preconditions((condition,), context.book), context)
            )
            applicant = context.applicant
            told = (
                [
                    sorted((fact, repr(said)) for fact, said in one.facts.items() if fact in reads.facts)
                    for one in context.everyone
                ],
                [getattr(applicant, name) for name in sorted(reads.lists)],
                applicant.whom and sorted(applicant.whom),
                [self._values(variable) for variable in self.reads(leaf)],
                (context.stated, context.discretion, context.bound_choice),
            )
            self._beside[leaf] = sha256(repr(told).encode()).digest()
        return self._beside[leaf]

    @cached_property
    def _beside(self) -> dict[Leaf, bytes]:
        return {}

    @cached_property
    def space(self) -> Space:
        """The bits of a box."""
        return Space(tuple(len(values) for values in self.values.values()))

    @cached_property
    def _places(self) -> dict[Variable, int]:
        return {variable: place for place, variable in enumerate(self.variables_in_order)}

    def to(
        self,
        wanted: frozenset[Answer],
        tree: Tree,
        *,
        fund: Answer = Answer.UNKNOWN,
        banned: Sequence[Support] = (),
    ) -> list[Cube]:
        """Give every way to a wanted answer; `fund` is what people at the funds are taken to decide."""
        if isinstance(tree, Leaf):
            return self.space.allowed(self._of_leaf(wanted, tree, fund), banned)
        count = tree.count if Answer.YES in wanted else len(tree.parts) - tree.count + 1
        unions: list[list[Cube]] = []
        for done, part in enumerate(tree.parts):
            unions.append(self.to(wanted, part, fund=fund, banned=banned))
            if sum(map(bool, unions)) + len(tree.parts) - done - 1 < count:
                return []
        return self.space.several(count, unions, banned) if count <= len(unions) else []

    def assignment(self, cube: Cube) -> dict[Variable, Any]:
        """Give values that lie in a box, for those variables that cannot stay as they are."""
        found = {}
        for (variable, values), first, bits in zip(
            self.values.items(), self.space.firsts, self.space.fields, strict=True
        ):
            mask = (cube & bits) >> first
            if not mask & 1:
                found[variable] = values[(mask & -mask).bit_length() - 2]
        return found

    def variables(self, needed: Support) -> tuple[Variable, ...]:
        """Name the variables that stand for bits."""
        firsts = zip(self.variables_in_order, self.space.firsts, strict=True)
        return tuple(variable for variable, first in firsts if needed >> first & 1)

    def _of_leaf(self, wanted: frozenset[Answer], leaf: Leaf, fund: Answer) -> list[Cube]:
        if isinstance(leaf.condition, FundDecides):
            decided = fund if leaf.holds else fund.negated()
            return [self.space.whole] if decided in wanted else []
        reads = self.reads(leaf)
        if not reads:
            return [self.space.whole] if leaf.answer in wanted else []
        asked = wanted if leaf.holds else _MIRRORED[wanted]
        if self.possible is None or leaf.holder:
            table = self._table(asked, leaf, reads)
        else:
            beside = b"" if self.lasts(leaf) else self._told_beside(leaf)
            purpose = ("ways", leaf.condition, asked, reads, self.context.on, beside)
            memo = self.context.catalogue_memo
            table = memo.memoised(self.possible, purpose, lambda: self._table(asked, leaf, reads))
        places = [self._places[variable] for variable in reads]
        return [self.space.cube(zip(places, partial, strict=True)) for partial in table]

    def _table(self, wanted: frozenset[Answer], leaf: Leaf, reads: tuple[Variable, ...]) -> list[Partial]:
        """Cover every combination of values that is answered as wanted."""
        fact = _only_fact(leaf, reads)
        if fact is None or len(reads) == 1:
            return _covered(self._met(wanted, leaf, reads), len(reads))
        # A fact that is given stands, whatever else it might have followed from.
        place = reads.index(fact)
        others = tuple(variable for variable in reads if variable != fact)
        alone = _covered(self._met(wanted, leaf, (fact,), skip_first=True), 1)
        wholes = [(2 << len(self.values[variable])) - 1 for variable in others]
        given = [(*wholes[:place], mask, *wholes[place:]) for (mask,) in alone]
        derived = _covered(self._met(wanted, leaf, others), len(others))
        return [*given, *((*partial[:place], 1, *partial[place:]) for partial in derived)]

    def _met(
        self, wanted: frozenset[Answer], leaf: Leaf, reads: tuple[Variable, ...], *, skip_first: bool = False
    ) -> set[tuple[int, ...]]:
        """Find the combinations that are answered as wanted; in each, 0 stands for "as it is"."""
        key = (leaf.condition, leaf.holder, reads, skip_first)
        if key not in self._tried:
            tokens = [range(int(skip_first), len(self.values[variable]) + 1) for variable in reads]
            many = prod(len(one) for one in tokens) > MOST_TRIED
            combinations = _one_at_a_time(tokens) if many else product(*tokens)
            self._tried[key] = {one: self._answer(leaf, reads, one) for one in combinations}
        return {one for one, answer in self._tried[key].items() if answer in wanted}

    @cached_property
    def _tried(self) -> dict[Hashable, dict[tuple[int, ...], Answer]]:
        return {}

    def _answer(self, leaf: Leaf, reads: tuple[Variable, ...], combination: tuple[int, ...]) -> Answer:
        given = {
            variable: self.values[variable][token - 1]
            for variable, token in zip(reads, combination, strict=True)
            if token
        }
        context = with_values(self.context, given) if given else self.context
        return ask(leaf.condition, context, person_of(context.applicant, leaf.holder))


def to_learn(trees: Sequence[Tree], context: EvaluationContext, possible: CandidateValues) -> Implicants:
    """Number what the trees may still hang on, with the values that may turn out."""
    read: dict[Leaf, tuple[Variable, ...]] = {}
    for tree in trees:
        for leaf in leaves_of(tree):
            if leaf.answer is Answer.UNKNOWN and not isinstance(leaf.condition, FundDecides):
                read[leaf] = open_variables(leaf, context)
    variables = dict.fromkeys(variable for reads in read.values() for variable in reads)

    return Implicants(
        context,
        tuple(variables),
        lambda variable: possible.learnable(variable, context),
        lambda leaf: read.get(leaf, ()),
        possible,
    )


def _only_fact(leaf: Leaf, reads: tuple[Variable, ...]) -> Variable | None:
    """Give the one fact that a leaf reads itself; None where it reads several things, or a list."""
    if isinstance(leaf.condition, Sum | Related) or any(variable.is_list for variable in reads):
        return None
    named = facts_named(leaf.condition)
    direct = [variable for variable in reads if variable.of in named]
    return direct[0] if len(direct) == 1 and len(named) == 1 else None


def _one_at_a_time(tokens: Sequence[range]) -> Iterator[tuple[int, ...]]:
    start = tuple(one[0] for one in tokens)
    yield start
    for place, one in enumerate(tokens):
        for token in one[1:]:
            yield (*start[:place], token, *start[place + 1 :])


def _covered(met: set[tuple[int, ...]], depth: int) -> list[Partial]:
    """Cover combinations with boxes: rows that allow the same are taken together."""
    if not met:
        return []
    if depth == 1:
        return [(sum(1 << token for (token,) in met),)]
    rows: dict[int, set[tuple[int, ...]]] = {}
    for token, *rest in met:
        rows.setdefault(token, set()).add(tuple(rest))
    alike: dict[frozenset[tuple[int, ...]], int] = {}
    for token, row in rows.items():
        alike[frozenset(row)] = alike.get(frozenset(row), 0) | 1 << token
    found: list[Partial] = []
    for same, mask in alike.items():
        # Rows that allow this and more widen the box.
        for other, other_mask in alike.items():
            mask |= other_mask if same <= other else 0
        found += [(mask, *cube) for cube in _covered(set(same), depth - 1)]
    return found
