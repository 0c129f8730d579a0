"""Addresses that may be linked to; grant text is hostile until shown otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from data.catalogue.grants import Apply


def safe_link(address: str | None) -> str | None:
    """The address, if it is a plain web address; grant text is hostile until shown otherwise.

    >>> safe_link("https://example.org/apply")
    'https://example.org/apply'
    >>> safe_link("javascript:alert(1)") is safe_link("//elsewhere.example") is None
    True
    """
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    return address if parts.scheme in ("https", "http") and parts.hostname else None


def pages_of(apply: Apply | None, places: Iterable[str]) -> tuple[str | None, str | None]:
    """Give the page where people of these places (nearest first) apply, and the front page of their council's site.

    A council's front page is not where people apply: it stands beside the page for everybody, and only where no page of
    the council's own is known.
    """
    if apply is None:
        return None, None
    own = next((apply.by_area[place] for place in places if place in apply.by_area), None)
    link = safe_link(own)
    if link is not None and urlsplit(link).path in ("", "/"):
        return safe_link(apply.url), link
    return (safe_link(apply.url) if own is None else link), None
