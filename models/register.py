"""Entries that nobody has reviewed, found by place: those of one place are a small catalogue beside the reviewed one.

Tens of thousands stand in a register, a few hundred of them in any one place. Only these are judged, ranked by the same
model and explained, so that the reviewed list stays as it is, and a request costs little more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from data.catalogue.grants import Grant
from data.catalogue.reading import Catalogue
from data.catalogue.rules import LivesIn
from data.errors import BadData, Problem
from data.people.base_rates import BaseRates
from data.register.importing import numbers_in
from features.embedding import Embedder, Vectors
from features.grant_index import GrantIndex, digest_of, texts_of
from models.compiled.judge import CompiledJudge
from models.pairing import Pairing, nearest_first
from models.qualifying.chances import Qualifying
from models.recommender import Recommender

MOST_PLACES: Final = 400
"""Places whose entries are held ready; England and Wales have fewer councils."""
AT_ONCE: Final = 256
"""Texts that are embedded at once."""

Arrays = dict[str, NDArray[Any]]


@dataclass
class _Near:
    """The entries of one place made ready, and the recommender that they were last ranked as."""

    pairing: Pairing
    like: Recommender | None = None
    ready: Recommender | None = None


@dataclass(frozen=True)
class Register:
    """The entries of a register, by where they give."""

    catalogue: Catalogue
    rates: BaseRates
    titles: Vectors
    """(entries, dimension) meaning of the titles."""
    texts: Vectors
    """(entries, dimension) meaning of all that an entry says."""
    _held: OrderedDict[frozenset[str], _Near] = field(default_factory=OrderedDict)

    @classmethod
    def build(
        cls,
        entries: Catalogue,
        reviewed: Catalogue,
        rates: BaseRates,
        vectors: Arrays | None,
        *,
        dimension: int,
    ) -> Self:
        """Take the entries of charities that are not in the reviewed catalogue.

        Without `vectors` no text has a meaning of `dimension` numbers. Raises BadData where some are missing.
        """
        known = numbers_in(reviewed)
        grants = tuple(grant for grant in entries.grants if grant.id not in known)
        found = np.zeros((2 * len(grants), dimension), dtype=np.float32)
        if vectors is not None and grants:
            at = {digest: row for row, digest in enumerate(vectors["digests"].tolist())}
            rows = [at.get(digest_of(text), -1) for text in texts_of(grants, reviewed.facts.purpose_texts)]
            if -1 in rows or vectors["vectors"].shape[1] != dimension:
                told = "texts without vectors of this model: run `python -m models embed` on the file first"
                raise BadData([Problem(f"{rows.count(-1) or len(rows)} {told}", file="the register")])
            found = vectors["vectors"][rows].astype(np.float32)
        catalogue = replace(entries, grants=grants, facts=reviewed.facts, areas=reviewed.areas)
        return cls(catalogue, rates, found[: len(grants)], found[len(grants) :])

    def near(self, areas: Iterable[str], like: Recommender) -> Recommender | None:
        """Give what ranks the entries of a place as `like` ranks its own catalogue; None where there are none."""
        tree = self.catalogue.areas
        codes = frozenset(
            code for area in areas for code in (area, *tree.ancestors(area)) if code in self._rows
        )
        if not codes:
            return None
        near = self._held.get(codes)
        if near is None:
            near = self._held[codes] = _Near(self._pairing(codes, like))
            if len(self._held) > MOST_PLACES:
                self._held.popitem(last=False)
        if near.ready is None or near.like is not like:
            model = like.pairing
            pairing = replace(near.pairing, embedder=like.embedder, needs=model.needs, held=model.held)
            near.ready, near.like = replace(like, pairing=pairing, awards=None, degraded=()), like
        return near.ready

    def _pairing(self, codes: frozenset[str], like: Recommender) -> Pairing:
        rows = np.unique(np.concatenate([self._rows[code] for code in sorted(codes)]))
        grants = tuple(self.catalogue.grants[row] for row in rows)
        few = Catalogue(grants, self.catalogue.facts, self.catalogue.areas, self.catalogue.digest)
        index = GrantIndex.of(grants, self.titles[rows], self.texts[rows], purposes=few.facts.purpose_texts)
        judge, qualifying = CompiledJudge.build(few), Qualifying.build(few, self.rates)
        homes = nearest_first(sorted(codes), few.areas)
        return Pairing(few, like.embedder, index, judge, qualifying, homes=homes)

    @cached_property
    def _rows(self) -> dict[str, NDArray[np.int64]]:
        """Area → rows of the entries that give there."""
        rows: dict[str, list[int]] = {}
        for row, grant in enumerate(self.catalogue.grants):
            for code in _places(grant):
                rows.setdefault(code, []).append(row)
        return {code: np.array(held, dtype=np.int64) for code, held in rows.items()}


def embedded(
    grants: Sequence[Grant], embedder: Embedder, known: Arrays | None, told: Callable[[int, int], None]
) -> Arrays:
    """Give the vectors of the grants' texts by digest; those in `known` are not made again.

    `told` hears how many of how many are made.
    """
    texts = {digest_of(text): text for text in texts_of(grants)}
    found = {} if known is None else dict(zip(known["digests"].tolist(), known["vectors"], strict=True))
    found = {digest: vector for digest, vector in found.items() if digest in texts}
    fresh = sorted((digest for digest in texts if digest not in found), key=lambda digest: len(texts[digest]))
    for start in range(0, len(fresh), AT_ONCE):
        told(start, len(fresh))
        piece = fresh[start : start + AT_ONCE]
        found.update(zip(piece, embedder.embed([texts[digest] for digest in piece]), strict=True))
    told(len(fresh), len(fresh))
    digests = sorted(found)
    vectors = [found[digest] for digest in digests]
    return {
        "digests": np.array(digests),
        "vectors": np.array(vectors, np.float16).reshape(-1, embedder.dimension),
    }


def read_vectors(entries: Path) -> Arrays:
    """Read the vectors that stand beside a file of entries; none where there is no such file. Raises BadData."""
    file = vectors_file(entries)
    if not file.exists():
        return {"digests": np.array([], dtype=np.str_), "vectors": np.zeros((0, 1), dtype=np.float16)}
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in ("digests", "vectors")}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise BadData([Problem(f"these are no vectors: {error}", file=file.name)]) from None


def vectors_file(entries: Path) -> Path:
    """Name the file that holds the vectors of a file of entries."""
    return entries.with_suffix(".npz")


def _places(grant: Grant) -> set[str]:
    return {
        code
        for rule in grant.rules
        if isinstance(rule.condition, LivesIn)
        for code in rule.condition.lives_in
    }
