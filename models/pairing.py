"""A catalogue made ready: a person and a need described against every grant, the same way in training and serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from data.catalogue.reading import Catalogue
from data.people.applicants import Applicant, Need
from data.people.base_rates import BaseRates
from data.places.areas import NATIONS, AreaTree
from features.embedding import Embedder, Vectors
from features.fit import Asked, fit_features
from features.grant_index import GrantIndex
from features.pairs import PairFeatures
from models.compiled.judge import CompiledJudge
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.needs.language import in_latin_letters
from models.needs.need_model import NeedModel
from models.needs.suggested_facts import implied, suggest
from models.needs.supposed import supposed
from models.qualifying.chances import Estimate, Qualifying

MOST_DAYS: Final = 64
"""Days for which the chances of somebody unknown are held."""


@dataclass(frozen=True)
class Described:
    """A person and a need against every grant of the catalogue."""

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
        """Make a catalogue ready, once; texts whose vectors stand in `vectors` are not embedded again."""
        purposes = catalogue.facts.purpose_texts
        index = GrantIndex.build(catalogue.grants, embedder, known=vectors, purposes=purposes)
        judge, qualifying = CompiledJudge.build(catalogue), Qualifying.build(catalogue, rates)
        needs = None if needs is None else needs.of_codes(catalogue.facts.codes)
        return cls(catalogue, embedder, index, judge, qualifying, needs)

    def context(self, applicant: Applicant, *, on: date) -> EvaluationContext:
        """Give the one context in which everything about a request is asked."""
        return evaluation_context(applicant, self.catalogue.facts, self.catalogue.areas, on=on)

    def describe(
        self, context: EvaluationContext, need: Need, statuses: NDArray[Any] | None = None
    ) -> Described:
        """Judge every grant, unless (grants,) `statuses` are at hand, and describe each beside the need."""
        statuses = self.judge.statuses_in(context) if statuses is None else statuses
        estimate = self.qualifying.estimate(self._supposing(context, need), statuses)
        usual = self._usual(context.on)
        vector = self.vector(need)
        about, purposes = self.about(need, vector), len(self.catalogue.facts.purposes)
        asked = Asked(
            need,
            vector,
            need.text if self.needs is None else self.needs.lay_words.explained(need.text),
            about[:purposes],
            about[purposes:],
            self.nearest_first(context.applicant),
            estimate.chances,
            usual,
        )
        return Described(statuses, estimate, usual, fit_features(asked, self.index))

    def _supposing(self, context: EvaluationContext, need: Need) -> EvaluationContext:
        """Give the context as if what the words suggest were told too: for chances alone, never for a status."""
        return context.memo.memoised("supposing", need.text, lambda: self._supposed(context, need))

    def _supposed(self, context: EvaluationContext, need: Need) -> EvaluationContext:
        book = self.catalogue.facts
        words, on = need.text, context.on
        applicant = supposed(context, suggest(words, book), implied(words, book, on))
        return context if applicant is context.applicant else self.context(applicant, on=context.on)

    def vector(self, need: Need) -> Vectors | None:
        """Give the meaning of a need's words; None where there are none, or none in an alphabet that was learned."""
        read = need.text.strip() and in_latin_letters(need.text)
        return self.embedder.embed([need.text])[0] if read else None

    def nearest_first(self, applicant: Applicant) -> tuple[str, ...]:
        """List where an applicant lives from the smallest area to the widest, with all that contains it."""
        return nearest_first(applicant.areas or (), self.catalogue.areas)

    def nation_of(self, areas: Sequence[str]) -> str | None:
        """Give the code of the nation in which areas lie; None where there are none."""
        return next((code for code in nearest_first(areas, self.catalogue.areas) if code in NATIONS), None)

    def about(self, need: Need, vector: Vectors | None) -> NDArray[np.float64]:
        """Give (codes,) how likely a need with the meaning `vector` is about each code of the fact file."""
        if self.needs is not None:
            return self.needs.about(need, vector)
        return np.isin(self.catalogue.facts.codes, [*need.purposes, *need.reasons]).astype(np.float64)

    def _usual(self, on: date) -> NDArray[np.float64]:
        """Give (grants,) how likely somebody qualifies of whom nothing is known."""
        found = self._usual_on.get(on)
        if found is None:
            if len(self._usual_on) >= MOST_DAYS:
                self._usual_on.clear()
            nobody = self.context(Applicant(), on=on)
            found = self._usual_on[on] = self.qualifying.chances(nobody, self.judge.statuses_in(nobody))
        return found

    @cached_property
    def _usual_on(self) -> dict[date, NDArray[np.float64]]:
        return {}


def nearest_first(codes: Sequence[str], areas: AreaTree) -> tuple[str, ...]:
    """List where a person lives from the smallest area to the widest, with all that contains it."""
    all_codes = {code: None for given in codes for code in (given, *areas.ancestors(given))}
    return tuple(sorted(all_codes, key=lambda code: -len(areas.ancestors(code))))
