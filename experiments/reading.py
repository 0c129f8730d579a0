"""How easily what people are told is read: the school grade of every distinct sentence, over simulated people.

The grade is that of Kincaid, Fishburne, Rogers and Chissom (1975): 0.39 words a sentence + 11.8 syllables a word
- 15.59. An official name counts as one short word, for nobody can choose another; a list counts as its bullets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import numpy as np

from data.catalogue.facts import FactBook
from data.catalogue.reading import Catalogue, sample_catalogue
from data.people.applicants import read_applicant
from data.synthetic.random_people import PersonMaker
from models.counterfactuals.causes import causes
from models.eligibility.conditions import evaluation_context
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import Status, judge_in
from models.explanations.in_the_way import cause_in_words
from models.explanations.near_miss import near_miss
from models.explanations.reasons import reasons

ON: Final = date(2026, 11, 23)
SEED: Final = 11
EVERY: Final = 8
"""Each person is told of one grant in so many; another one for each person."""
_NAME: Final = re.compile(r"\b(?!You\b)[A-Z][\w’'-]*(?: (?:(?:of|and|the|for|in) )?[A-Z][\w’'-]*)+")
_MONEY: Final = re.compile(r"£?\d[\d,.]*\b")
_SENTENCE: Final = re.compile(r"[.!?;:]+(?:\s|”|$)")
_LIST: Final = re.compile(r"^[^,]*(?:,[^,]*){2,}$")
"""Two commas or more make a list; one only sets a clause apart."""


def grade(text: str, names: Iterable[str] = ()) -> float:
    """Give the school grade of a text; `names` are official ones.

    >>> round(grade("You must live in Leeds."), 1)
    -1.8
    """
    for name in names:
        text = text.replace(name, "it")
    text = _MONEY.sub("one", _NAME.sub("it", text))
    sentences = [
        part for whole in _SENTENCE.split(text) for part in _bullets(whole) if re.search(r"\w", part)
    ]
    words = re.findall(r"[a-z’']+", text.lower())
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def run(people: int) -> dict[str, Any]:
    """Give the median and the 95th percentile of the grades of all distinct sentences, and the hardest ones."""
    sample = sample_catalogue()
    names = official_names(sample.facts)
    grades = {text: grade(text, names) for text in sorted(sentences(sample, people))}
    median, high = np.percentile(list(grades.values()), [50, 95])
    hardest = sorted(grades, key=lambda text: -grades[text])[:10]
    return {"sentences": len(grades), "median": round(median, 1), "p95": round(high, 1), "hardest": hardest}


def official_names(book: FactBook) -> list[str]:
    """List what funds, benefits and bodies are called, longest first."""
    values = (text for fact in book.facts.values() for text in fact.values.values())
    return sorted((text for text in values if re.search(r"[A-Z]", text)), key=len, reverse=True)


def sentences(sample: Catalogue, people: int) -> set[str]:
    """Collect what simulated people are told: findings, causes and near misses."""
    maker = PersonMaker(sample.facts, sample.areas, np.random.default_rng(SEED), ON)
    found: set[str] = set()
    for at in range(people):
        person = read_applicant(maker.applicant(), sample.facts, sample.areas)
        found |= set(_told(evaluation_context(person, sample.facts, sample.areas, on=ON), sample, at % EVERY))
    return found


def _told(context: EvaluationContext, sample: Catalogue, first: int) -> Iterator[str]:
    for grant in sample.grants[first::EVERY]:
        verdict = judge_in(context, grant)
        yield from (reason.text for reason in reasons(verdict, grant, context))
        nearly = near_miss(context, grant, verdict)
        if nearly is not None:
            yield nearly.text
        if verdict.status is Status.NOT_ELIGIBLE:
            yield from (cause_in_words(cause, grant, context) for cause in causes(context, grant)[:1])


def _bullets(sentence: str) -> list[str]:
    return sentence.split(",") if _LIST.match(sentence) else [sentence]


def _syllables(word: str) -> int:
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<![aeiouyl])e$", "", word))))
