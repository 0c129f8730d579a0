"""Texts of the register made fit to be shown: names in plain letters, nothing of a person, quoted and cut at a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

LEFT_OUT: Final = "(left out)"
_CONTACT: Final = re.compile(
    r"\S+@\S+|\+?\b(?:0|44)[\d ()-]{8,13}\d\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE
)
"""E-mail addresses, telephone numbers and postcodes: they may be a trustee's own."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufffd]")
_SMALL: Final = frozenset("a an and at by for from in of on or the to upon with le en cum next".split())  # noqa: SIM905
_COMMON: Final = frozenset(
    """the charity charities trust fund foundation relief need poor united educational benevolent society land
    almshouse almshouses welfare association school church old""".split()  # noqa: SIM905
)
"""Words of charities' names that are no names of places or people."""
_NO_VOWEL: Final = re.compile(r"[^AEIOUY]{2,5}|RNLI|RSPCA|NHS|WRVS|RAF|YMCA|YWCA|BMA|CIO|UK")


def without_contacts(text: str) -> str:
    """Leave out what may lead to a person, and what cannot be seen.

    >>> without_contacts("Write to ann@example.org or 01234 567890.")
    'Write to (left out) or (left out).'
    """
    return " ".join(_CONTACT.sub(LEFT_OUT, _CONTROL.sub(" ", text)).split())


def in_plain_letters(name: str) -> str:
    """Write a name in capitals as people do; one that is not in capitals stays as it is.

    >>> in_plain_letters("THE POOR'S LAND OF ST MARY-LE-BOW (RNLI)")
    "The Poor's Land of St Mary-le-Bow (RNLI)"
    """
    if name != name.upper():
        return name
    return " ".join(_word(word, first=not at) for at, word in enumerate(name.split()))


def _word(word: str, *, first: bool) -> str:
    parts = word.split("-")
    return "-".join(_part(part, first=first and not at, inside=bool(at)) for at, part in enumerate(parts))


def _part(part: str, *, first: bool, inside: bool) -> str:
    bare = re.sub(r"[^A-Z]", "", part)
    if bare.lower() in _SMALL and not first and (inside or bare == part):
        return part.lower()
    if _NO_VOWEL.fullmatch(bare) and bare not in (
        "ST",
        "ND",
        "RD",
        "TH",
        "MR",
        "MRS",
        "DR",
        "LTD",
        "STS",
        "SS",
    ):
        return part
    return re.sub(r"[A-Z]+('[A-Z]+)?", lambda found: found[0].capitalize(), part)


def in_sentence_case(text: str, names: str = "") -> str:
    """Write a text in capitals with small letters, but for the words of `names`; any other stays as it is.

    >>> in_sentence_case("THE POOR OF ELY. FUEL.", names="Ely United Charities")
    'The poor of Ely. Fuel.'
    """
    if not text or sum(letter.isupper() for letter in text) * 2 < sum(letter.isalpha() for letter in text):
        return text
    named = {word.lower(): word for word in re.findall(r"[A-Z][\w'’]*", names) if word.lower() not in _COMMON}
    small = re.sub(r"[\w'’]+", lambda found: named.get(found[0], found[0]), text.lower())
    return re.sub(r"(?:^|[.!?] )[a-z]", lambda found: found[0].upper(), small)


def quoted(text: str, longest: int) -> str:
    """Put a text in quotation marks, cut at a word where it is longer."""
    if len(text) > longest:
        text = text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:-") + " …"
    return f"“{text}”" if text else ""


def joined(names: Sequence[str], last: str) -> str:
    """Join names in a sentence: `a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def website(told: str) -> str | None:
    """Give a web address that can be opened, or None: the register holds e-mail addresses and "none" as well.

    >>> website("www.example.org")
    'https://www.example.org'
    >>> website("n/a") is None
    True
    """
    told = _CONTROL.sub("", told).strip().strip("/")
    if not told or "@" in told or any(letter.isspace() for letter in told):
        return None
    address = told if "://" in told else f"https://{told}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    host = parts.hostname or ""
    sound = parts.scheme.lower() in ("http", "https") and re.fullmatch(r"(?:[\w-]+\.)+[A-Za-z]{2,}", host)
    return address if sound else None
