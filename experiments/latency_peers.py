"""What the service is timed beside: an endpoint that gives nothing, and what somebody writes with the usual libraries.

The second embeds the need with sentence-transformers, holds the plain rules of the same catalogue as numpy tables,
scores what is left with a model of scikit-learn, and gives a page of ten with what was met. Its model is fitted on
noise: it costs what it costs. Run by `uvicorn`; `GRANTS_TIMED` names the catalogues, parted by colons.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI
from numpy.typing import NDArray

Json = dict[str, Any]
TREES = 100
"""Of the gradient boosting, scikit-learn's own number."""
COLUMNS = 6

echo = FastAPI()
"""Reads a question and gives nothing."""


@echo.post("/rank")
async def nothing(question: Json) -> Json:
    """Give a part of the question back."""
    return {"need": question.get("need")}


class Tables:
    """The catalogue as somebody would keep it: bounds, wanted values and places as tables."""

    def __init__(self, lines: list[Json], areas: dict[str, str]) -> None:
        self.grants, self.areas = lines, areas
        self.facts = sorted({leaf["fact"] for grant in lines for leaf in _leaves(grant) if "fact" in leaf})
        at = {fact: place for place, fact in enumerate(self.facts)}
        shape = (len(lines), len(self.facts))
        self.low, self.high = np.full(shape, -np.inf), np.full(shape, np.inf)
        self.asked = np.zeros(shape, dtype=bool)
        self.wanted: list[list[tuple[int, frozenset[str]]]] = [[] for _ in self.facts]
        named = sorted(
            {code for grant in lines for leaf in _leaves(grant) for code in leaf.get("lives_in", ())}
        )
        self.place = {code: place for place, code in enumerate(named)}
        self.lives = np.zeros((len(lines), len(named)), dtype=bool)
        for row, grant in enumerate(lines):
            for leaf in _leaves(grant):
                for code in leaf.get("lives_in", ()):
                    self.lives[row, self.place[code]] = True
                if "fact" not in leaf:
                    continue
                column = at[leaf["fact"]]
                self.asked[row, column] = True
                for name, bound in (("at_least", self.low), ("above", self.low), ("at_most", self.high)):
                    if isinstance(leaf.get(name), int | float):
                        bound[row, column] = leaf[name]
                values = leaf.get("one_of", [leaf["is"]] if "is" in leaf else [])
                if values:
                    self.wanted[column].append((row, frozenset(map(str, values))))
        self.anywhere: NDArray[np.bool_] = np.logical_not(self.lives.any(axis=1))

    def met(self, applicant: Json) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Give (grants,) which are not ruled out, and (grants,) how many facts are still open."""
        possible = np.ones(len(self.grants), dtype=bool)
        known = np.zeros(len(self.facts), dtype=bool)
        for column, fact in enumerate(self.facts):
            said = applicant.get("facts", {}).get(fact)
            if said is None:
                continue
            known[column] = True
            if isinstance(said, int | float) and not isinstance(said, bool):
                possible &= (said >= self.low[:, column]) & (said <= self.high[:, column])
            told = frozenset(map(str, said if isinstance(said, list) else [said]))
            for row, values in self.wanted[column]:
                possible[row] &= not told.isdisjoint(values)
        home = [self.place[code] for code in self._around(applicant.get("areas", ())) if code in self.place]
        if applicant.get("areas"):
            possible &= self.anywhere | self.lives[:, home].any(axis=1)
        return possible, (self.asked & ~known).sum(axis=1)

    def _around(self, codes: list[str]) -> set[str]:
        found = set(codes)
        for code in codes:
            while (code := self.areas.get(code, "")) and code not in found:
                found.add(code)
        return found


def _leaves(grant: Json) -> list[Json]:
    conditions = [rule.get("condition", {}) for rule in grant.get("rules", ())]
    return [part for one in conditions for part in (one, *one.get("all_of", ()), *one.get("any_of", ()))]


class Usual:
    """The whole pipeline."""

    def __init__(self, files: list[Path], areas: dict[str, str]) -> None:
        from sentence_transformers import SentenceTransformer
        from sklearn.ensemble import HistGradientBoostingClassifier

        from features.embedding import packaged_weights

        lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
        self.tables, self.rng = Tables(lines, areas), np.random.default_rng(7)
        self.model = SentenceTransformer(str(packaged_weights()), device="cpu", local_files_only=True)
        meant = self.rng.normal(size=(len(lines), 384)).astype(np.float32)
        self.meanings = meant / np.linalg.norm(meant, axis=1, keepdims=True)
        self.purposes = np.array([len(line.get("purposes", ())) for line in lines])
        self.most = np.array([(line.get("amount") or {}).get("max") or np.nan for line in lines], dtype=float)
        noise = self.rng.normal(size=(5000, COLUMNS))
        self.ranker = HistGradientBoostingClassifier(max_iter=TREES).fit(noise, noise[:, 0] > 0)
        self.meaning = lru_cache(maxsize=4096)(self._meaning)

    def _meaning(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.model.encode([text], normalize_embeddings=True, show_progress_bar=False)[0])

    def rank(self, question: Json) -> Json:
        """Embed, rule out, score, sort, and tell a page of ten."""
        applicant, need = question.get("applicant", {}), question["need"]["text"]
        possible, missing = self.tables.met(applicant)
        rows = np.flatnonzero(possible)
        close = self.meanings[rows] @ self.meaning(need)
        table = np.column_stack(
            [close, missing[rows], self.purposes[rows], self.most[rows], self.tables.anywhere[rows], close**2]
        )
        scores = self.ranker.predict_proba(table)[:, 1] if len(rows) else np.zeros(0)
        best = np.argsort(-scores, kind="stable")[:10]
        return {
            "results": [self._card(int(rows[at]), float(scores[at]), applicant) for at in best],
            "total": len(rows),
        }

    def _card(self, row: int, score: float, applicant: Json) -> Json:
        grant, told = self.tables.grants[row], applicant.get("facts", {})
        asked = [fact for fact, one in zip(self.tables.facts, self.tables.asked[row], strict=True) if one]
        shown = {name: grant.get(name) for name in ("id", "title", "summary", "funder", "apply", "amount")}
        met, missing = [f for f in asked if f in told], [f for f in asked if f not in told]
        return {**shown, "score": score, "met": met, "missing": missing}


usual = FastAPI()
"""What somebody would write."""


@lru_cache(maxsize=1)
def _usual() -> Usual:
    from data.catalogue.reading import sample_catalogue

    files = [Path(name) for name in os.environ["GRANTS_TIMED"].split(":")]
    return Usual(files, dict(sample_catalogue().areas.parents))


@usual.get("/readyz")
def ready() -> Json:
    """Load everything, and then say so."""
    return {"ready": bool(_usual().tables.grants)}


@usual.post("/rank")
def rank(question: Json) -> Json:
    """Rank as `POST /v1/rank` does, in small."""
    return _usual().rank(question)
