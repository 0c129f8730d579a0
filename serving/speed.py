"""Times rankings over HTTP as a client sees them, so that the figures can be made again anywhere."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, Final

import httpx
import numpy as np

WARM: Final = 50
"""Requests before the clock counts."""
QUESTION: Final[dict[str, Any]] = {
    "applicant": {
        "facts": {"number_of_children": 2, "lives_with_partner": False, "benefits": ["universal_credit"]},
        "areas": ["E08000025"],
    },
    "need": {"text": "broken cooker, two children"},
}
WORDS: Final = (
    "bed",
    "cooker",
    "fridge",
    "school uniform",
    "rent",
    "gas",
    "electric",
    "debt",
    "funeral",
    "carpet",
    "shoes",
)


def measure_speed(url: str, token: str, requests: int) -> Iterator[str]:
    """Give one line a kind of request: p50, p95 and p99 in milliseconds, and requests a second."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
        for name, new_need in (("need seen before", False), ("new need each time", True)):
            for turn in range(WARM):
                _ask(client, new_need, turn)
            times = np.array([_ask(client, new_need, WARM + turn) for turn in range(requests)])
            p50, p95, p99 = np.percentile(times * 1000, [50, 95, 99])
            yield (
                f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, "
                f"{len(times) / times.sum():.0f}/s ({requests} requests, one after the other)"
            )


def _ask(client: httpx.Client, new_need: bool, turn: int) -> float:
    question = QUESTION
    if new_need:
        words = [WORDS[(turn * step) % len(WORDS)] for step in (1, 3, 5)]
        question = {**QUESTION, "need": {"text": f"{' '.join(words)} number {turn}"}}
    body = json.dumps(question).encode()
    since = time.perf_counter()
    client.post("/v1/rank", content=body).raise_for_status()
    return time.perf_counter() - since
