"""A catalogue made ready: a person and a need described against every grant, the same way in training and serving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant, Need
from data.people.base_rates import BaseRates
from data.places.areas import NATIONS, UK, AreaTree
from features.columns import check_columns
from features.embedding import Embedder, Vectors
from features.fit import Asked, FitOfNeed
from features.grant_index import GrantIndex
from features.meant import LEAST, own_meant
from features.pairs import PairFeatures
from features.remembering import Remembered
from models.compiled.judge import CompiledJudge
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import STATUSES, Status
from models.needs.language import in_latin_letters
from models.needs.named_values import named_values
from models.needs.need_model import NeedModel
from models.needs.suggested_facts import Suggestion, implied, suggest
from models.needs.supposed import supposed
from models.needs.urgent import Urgent, urgent_in
from models.qualifying.chances import Estimate, Qualifying

_NOT_NOW: Final = STATUSES.index(Status.NOT_NOW)
MOST_NEEDS: Final = 128
"""Needs of which it is held how every grant fits them, those beside a place too: a hundred bytes a grant and need."""
MEANT: Final = 0.5
"""How often what words name, or state, is so of whom a fund is looked for: our own estimate, not measured."""
MOST_DAYS: Final = 64
"""Days for which the chances of somebody unknown are held."""


@dataclass(frozen=True, eq=False)
class ReadNeed:
    """What a need is about, and how every grant fits it, whoever asks."""

    vector: Vectors | None
    """(dimension,) the meaning of its words; None where there are none, or none in an alphabet that was learned."""
    about: NDArray[np.float64]
    """(codes,) how likely it is about each code of the fact file."""
    named: frozenset[tuple[str, str]]
    """Facts and values of them, such as an illness, that its words name, whoever has them."""
    unconfirmed: tuple[Suggestion, ...]
    """What its words state of the person that counts only once it is confirmed: health, abuse, prison, status."""
    fit: FitOfNeed
    close: NDArray[np.float64] | None
    """(grants,) how much its words speak for each; None where nothing was learned that could tell."""
    urgent: tuple[Urgent, ...]
    """What cannot wait, by its words."""


@dataclass(frozen=True)
class Described:
    """A person and a need against every grant of the catalogue."""

    need: ReadNeed
    statuses: NDArray[Any]
    """(grants,) places in `STATUSES`."""
    estimate: Estimate
    """How likely the person qualifies, with what that was made of."""
    usual: NDArray[np.float64]
    """(grants,) how likely somebody qualifies of whom nothing is known."""
    pairs: PairFeatures

    @property
    def chances(self) -> NDArray[np.float64]:
        """(grants,) how likely the person qualifies."""
        return self.estimate.chances


@dataclass(frozen=True)
class Pairing:
    """What describes pairs of a catalogue: both judges, base rates, texts in arrays, what needs are about."""

    catalogue: Catalogue
    embedder: Embedder
    index: GrantIndex
    judge: CompiledJudge
    qualifying: Qualifying
    needs: NeedModel | None = None
    """None where nothing was learned about needs; then only what a need names itself is known."""
    homes: tuple[str, ...] = ()
    """Where everybody lives who is described against this catalogue, nearest first; none where that differs."""
    held: Remembered[ReadNeed] = field(default_factory=lambda: Remembered(MOST_NEEDS))
    """The needs that were read last; the words themselves are not held. Catalogues of places share it."""

    @classmethod
    def build(
        cls,
        catalogue: Catalogue,
        rates: BaseRates,
        embedder: Embedder,
        *,
        needs: NeedModel | None = None,
        vectors: dict[str, NDArray[Any]] | None = None,
    ) -> Self:
        """Make a catalogue ready, once; texts whose vectors stand in `vectors` are not embedded again.

        Raises BadColumn where a column reads what it must not of the catalogue's facts.
        """
        check_columns(catalogue.facts)
        purposes = catalogue.facts.purpose_texts
        index = GrantIndex.build(catalogue.grants, embedder, known=vectors, purposes=purposes)
        judge, qualifying = CompiledJudge.build(catalogue), Qualifying.build(catalogue, rates)
        needs = None if needs is None else needs.of_codes(catalogue.facts.codes)
        return cls(catalogue, embedder, index, judge, qualifying, needs)

    def context(self, applicant: Applicant, *, on: date) -> EvaluationContext:
        """Give the one context in which everything about a request is asked."""
        return evaluation_context(applicant, self.catalogue.facts, self.catalogue.areas, on=on)

    def describe(
        self,
        context: EvaluationContext,
        need: Need,
        statuses: NDArray[Any] | None = None,
        *,
        later: bool = True,
    ) -> Described:
        """Judge every grant, unless (grants,) `statuses` are at hand, and describe each beside the need.

        Without `later` what is ruled out today is not asked whether it opens later.
        """
        statuses = self.judge.statuses_in(context, later=later) if statuses is None else statuses
        supposing = self._supposing(context, need)
        estimate = self.qualifying.estimate(supposing, statuses)
        usual, read = self._usual(context.on), self.read(need)
        areas = self.nearest_first(context.applicant)
        likely = self._if_meant(estimate.chances, read, supposing, statuses)
        meant = self._meant(likely, usual, read, statuses)
        return Described(read, statuses, estimate, usual, read.fit.for_person(areas, likely, usual, meant))

    def _if_meant(
        self,
        chances: NDArray[np.float64],
        read: ReadNeed,
        context: EvaluationContext,
        statuses: NDArray[Any],
    ) -> NDArray[np.float64]:
        """Give (grants,) chances to order by: as if what words state, or an illness that they name, may be so.

        A named illness counts for the funds that ask for it alone, since it may be somebody else's. What is told of the
        chance stays as it is: such things count only once they are confirmed.
        """
        rows = sorted({row for one in read.named for row in self.index.asking_for.get(one, ())})
        named = [Suggestion(fact, (value,), "", sensitive=False) for fact, value in sorted(read.named)]
        stated = [replace(one, sensitive=False) for one in read.unconfirmed]
        likely = chances.copy()
        for some, which in ((stated, slice(None)), (named if rows else [], rows)):
            applicant = supposed(context, some, ())
            if applicant is not context.applicant:
                theirs = self.qualifying.estimate(self.context(applicant, on=context.on), statuses).chances
                mixed = (1 - MEANT) * chances[which] + MEANT * theirs[which]
                likely[which] = np.maximum(likely[which], mixed)
        return likely

    def _meant(
        self,
        chances: NDArray[np.float64],
        usual: NDArray[np.float64],
        read: ReadNeed,
        statuses: NDArray[Any],
    ) -> NDArray[np.float64] | None:
        """Give (grants,) how likely a need was written for each that may be got; None where nothing tells.

        Only of grants whose rules were read can that be known. What is told of a person counts before their words:
        where it makes a grant less likely than it is for anybody, so does it here.
        """
        meant, close = own_meant(), read.close
        if meant is None or close is None:
            return None
        rows, found = np.flatnonzero((statuses > _NOT_NOW) & self.reviewed), np.zeros(len(chances))
        found[rows] = meant.chances(close[rows], chances[rows])
        return found * np.minimum(1.0, chances / np.maximum(usual, LEAST))

    @cached_property
    def reviewed(self) -> NDArray[np.bool_]:
        """(grants,) whether somebody read the rules of each."""
        return np.array([grant.reviewed for grant in self.catalogue.grants], dtype=np.bool_)

    def read(self, need: Need) -> ReadNeed:
        """Read a need, or remember what was read."""
        beside = " ".join((self.embedder.name, *self.homes)).encode()
        return self.held.of(need.model_dump_json(), lambda: self._read_anew(need), beside=beside)

    def _read_anew(self, need: Need) -> ReadNeed:
        in_letters = need.text.strip() and in_latin_letters(need.text)
        vector = self.embedder.embed([need.text])[0] if in_letters else None
        book, words = self.catalogue.facts, need.text
        about = np.isin(book.codes, [*need.purposes, *need.reasons]).astype(np.float64)
        seldom: Mapping[str, float] = {}
        if self.needs is not None:
            words, about = self.needs.lay_words.explained(words), self.needs.about(need, vector)
            seldom = self.needs.seldom
        purposes = len(book.purposes)
        named = named_values(need.text, book)
        asked = Asked(vector, words, about[:purposes], about[purposes:], seldom, named)
        urgent = urgent_in(need.text, vector, self.embedder.name)
        unconfirmed = tuple(one for one in suggest(need.text, book) if one.sensitive)
        fit = FitOfNeed.of(asked, self.index)
        return ReadNeed(vector, about, named, unconfirmed, fit, self._close(vector, fit), urgent)

    def _close(self, vector: Vectors | None, fit: FitOfNeed) -> NDArray[np.float64] | None:
        meant = own_meant()
        if vector is None or self.needs is None or meant is None or meant.embedder != self.embedder.name:
            return None
        return meant.close(fit.matrix)

    def _supposing(self, context: EvaluationContext, need: Need) -> EvaluationContext:
        """Give the context as if what the words suggest were told too: for chances alone, never for a status."""
        return context.memo.memoised("supposing", need.text, lambda: self._supposed(context, need))

    def _supposed(self, context: EvaluationContext, need: Need) -> EvaluationContext:
        book = self.catalogue.facts
        words, on = need.text, context.on
        applicant = supposed(context, suggest(words, book), implied(words, book, on))
        return context if applicant is context.applicant else self.context(applicant, on=context.on)

    def nearest_first(self, applicant: Applicant) -> tuple[str, ...]:
        """List where an applicant lives from the smallest area to the widest, with all that contains it."""
        return nearest_first(applicant.areas or (), self.catalogue.areas)

    def nation_of(self, areas: Sequence[str]) -> str | None:
        """Give the code of the nation in which areas lie, elsewhere of the widest area; None where there are none."""
        tree = self.catalogue.areas
        around = nearest_first(areas, tree)
        return next(
            (code for code in around if code in NATIONS or not (code in UK or tree.ancestors(code))), None
        )

    def beside_anybody(self, read: ReadNeed, on: date) -> PairFeatures:
        """Describe a need beside somebody of whom only the home is known; who has none qualifies for nothing."""
        usual, home = self._usual(on), self.homes[:1]
        return read.fit.for_person(self.homes, self._usual(on, home) if home else np.zeros_like(usual), usual)

    def _usual(self, on: date, areas: tuple[str, ...] | None = None) -> NDArray[np.float64]:
        """Give (grants,) how likely somebody qualifies of whom nothing is known but where they live, if that."""
        found = self._usual_on.get((on, areas))
        if found is None:
            if len(self._usual_on) >= MOST_DAYS:
                self._usual_on.clear()
            one = self.context(Applicant(areas=areas), on=on)
            found = self._usual_on[on, areas] = self.qualifying.chances(one, self.judge.statuses_in(one))
        return found

    @cached_property
    def _usual_on(self) -> dict[tuple[date, tuple[str, ...] | None], NDArray[np.float64]]:
        return {}


def nearest_first(codes: Sequence[str], areas: AreaTree) -> tuple[str, ...]:
    """List where a person lives from the smallest area to the widest, with all that contains it."""
    all_codes = {code: None for given in codes for code in (given, *areas.ancestors(given))}
    return tuple(sorted(all_codes, key=lambda code: -len(areas.ancestors(code))))
