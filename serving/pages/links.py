"""Addresses that may be linked to; grant text is hostile until shown otherwise."""

from __future__ import annotations

from urllib.parse import urlsplit


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
