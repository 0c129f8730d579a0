"""What a charity pays for and why, inferred from its own words: phrases, each with how often it is right.

A code's certainty is that of the surest phrase that is found, 0 to 1. The certainties are estimates, made by reading
charities that are not among those by which the inference is measured.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from data.register.charity import Charity

FILE: Final = Path(__file__).parents[1] / "sample" / "register_words.json"
"""Code of a purpose or a reason → groups of regular expressions that are looked for in small letters, each with how
sure one of them makes it."""


def inferred(text: str) -> dict[str, float]:
    """Give the purposes and reasons that a charity's words speak of, with how sure each is.

    >>> inferred("To provide fuel for the poor of the parish.")["GTIP050"]
    0.9
    """
    words = " ".join(text.lower().split())
    found = {
        code: max((sure for sure, pattern in groups if pattern.search(words)), default=0.0)
        for code, groups in _phrases().items()
    }
    return {code: sure for code, sure in found.items() if sure}


def words_of(charity: Charity) -> str:
    """Join the words from which needs are inferred: what the charity does, what it is for, what it is called."""
    return ". ".join((charity.activities, charity.objects, charity.name))


@cache
def _phrases() -> dict[str, list[tuple[float, re.Pattern[str]]]]:
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        code: [(group["sure"], re.compile("|".join(group["phrases"]))) for group in groups]
        for code, groups in read.items()
    }
