"""Finds the later days on which nothing about a grant is a no, where bits alone do not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.rules import Condition
from models.bits import Numbers
from models.layout import spread
from models.lexicon import SWAYED, Lexicon
from models.literals import Literal
from models.rows import Answered
from models.scan import Run, condition_of, not_no_and_not_yes
from models.scene import Scene
from models.states import Reader
from models.timed import NEVER, Days, Spans, Timed

if TYPE_CHECKING:
    from models.compiled import Judgement

Scanned = dict[Condition, tuple[Run, Run]]
"""Condition → when it may hold, and when it need not."""


@dataclass(frozen=True)
class Lookout:
    """What is needed to look at later days."""

    timed: Timed
    lexicon: Lexicon
    reader: Reader

    def spans(self, judgement: Judgement, places: Numbers) -> Spans:
        """Give the days on which no rule of these grants is a no.

        What must be asked day by day is asked only for grants that all else leaves open.
        """
        found = self._spans(judgement, places, ask=False)
        open_ = np.flatnonzero(np.maximum(found.first, judgement.scene.on.toordinal() + 1) <= found.last)
        if len(open_):
            found.put(open_, self._spans(judgement, places[open_], ask=True))
        return found

    def _spans(self, judgement: Judgement, places: Numbers, *, ask: bool) -> Spans:
        uses, formulas = judgement.judge.uses, len(self.lexicon.formulas)
        known, scene = judgement.known, judgement.scene
        open_anyway = judgement.movement.open_anyway
        grants = judgement.count
        days = Days.still(len(self.lexicon.literals))
        tomorrow = dict(known.tomorrow)
        if judgement.swayed is not None and judgement.swayed.moving:
            tomorrow[SWAYED] = judgement.swayed
        for subject in tomorrow:
            if subject in known.turns and subject in self.timed.of_subject:
                self.timed.count(days, subject, known.turns[subject])
        moving = np.flatnonzero(judgement.movement.moves)
        needed = np.unique(uses.formulas[spread(uses.starts, uses.held, places)[1]]) if formulas else moving
        needed = self._with_inner(needed[judgement.movement.moves[needed]], judgement.movement.moves)
        owners = np.concatenate([places, grants + needed])
        moving_subjects = {
            subject: state for subject, state in tomorrow.items() if subject not in known.turns
        }
        self._scan(days, moving_subjects, scene, self.timed.literals_of(owners), {} if ask else None)
        of_formulas = Spans.always(formulas)
        still_no = (judgement.answers.codes == 0) & ~judgement.movement.moves
        of_formulas.first[still_no], of_formulas.last[still_no] = NEVER, -NEVER
        levels = self._levels
        for level in range(1, 1 + int(levels.max(initial=0))):
            mine = needed[levels[needed] == level]
            if len(mine):
                of_formulas.put(mine, self.timed.spans(days, grants + mine, open_anyway))
                for at in mine.tolist():
                    literal = self._literal_of.get(at)
                    if literal is not None:
                        days.moves[literal] = True
                        days.may.put(np.array([literal]), of_formulas.take(np.array([at])))
        found = self.timed.spans(days, places, open_anyway)
        of_uses = uses.spans(judgement.answers.codes, of_formulas, scene.on)
        owner, held = spread(uses.starts, uses.held, places)
        found.narrow(owner, of_uses.take(held))
        return found

    def _with_inner(self, formulas: Numbers, moves: NDArray[np.bool_]) -> Numbers:
        found, waiting = set[int](), formulas.tolist()
        while waiting:
            at = waiting.pop()
            if at not in found and moves[at]:
                found.add(at)
                waiting += self._inner[at]
        return np.array(sorted(found), dtype=np.int64)

    def _scan(
        self, days: Days, moving: Mapping[Any, Any], scene: Scene, literals: Numbers, of: Scanned | None
    ) -> None:
        for at in literals.tolist():
            literal = self.lexicon.literals[at]
            if literal.subject not in moving:
                continue
            may, need_not = self._runs(literal, moving[literal.subject], scene, of)
            days.moves[at] = True
            for spans, run in ((days.may, may), (days.need_not, need_not)):
                spans.first[at], spans.last[at], spans.broken[at] = run

    def _runs(self, literal: Literal, state: Any, scene: Scene, of: Scanned | None) -> tuple[Run, Run]:
        """Give when a literal may hold, and when it need not."""
        always, never = Run(-NEVER, NEVER, broken=False), Run(NEVER, -NEVER, broken=False)
        subject = literal.subject
        if subject.kind in ("line", "choice", "months", "days"):
            condition = self.reader.book.facts[str(subject.about)].applies_if
            if condition is None:
                return always, always
            applies = self._scanned(condition, scene, of)[0]
            return (always, applies) if literal.if_not_applicable else (applies, always)
        if subject.kind == "odd":
            number = int(str(literal.what))
            place = self.reader.vocabulary.places[subject][number]
            holds = literal.sense == "yes"
            if isinstance(state, Answered) and place not in state.moving:
                code = int(state.codes[place]) if holds else 2 - int(state.codes[place])
                return (always if code > 0 else never), (always if code < 2 else never)
            condition = self._asked[number]
        else:
            condition, holds = condition_of(literal, self.lexicon.rewriter.sums)
        not_no, not_yes = self._scanned(condition, scene, of)
        return (not_no, not_yes) if holds else (not_yes, not_no)

    def _scanned(self, condition: Condition, scene: Scene, of: Scanned | None) -> tuple[Run, Run]:
        if of is None:
            return Run(-NEVER, NEVER, broken=False), Run(-NEVER, NEVER, broken=False)
        if condition not in of:
            of[condition] = not_no_and_not_yes(condition, scene)
        return of[condition]

    @cached_property
    def _levels(self) -> Numbers:
        return np.array([formula.level for formula in self.lexicon.formulas], dtype=np.int64)

    @cached_property
    def _asked(self) -> list[Condition]:
        return list(self.lexicon.rewriter.asked)

    @cached_property
    def _literal_of(self) -> dict[int, int]:
        literals = enumerate(self.lexicon.literals)
        return {int(str(one.what)): at for at, one in literals if one.subject.kind == "formula"}

    @cached_property
    def _inner(self) -> list[list[int]]:
        lexicon = self.lexicon
        return [
            [
                int(str(lexicon.literals[at].what))
                for clause in formula.clauses
                for at in lexicon.clauses[clause]
                if lexicon.literals[at].subject.kind == "formula"
            ]
            for formula in lexicon.formulas
        ]
