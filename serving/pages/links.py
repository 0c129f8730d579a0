"""Addresses that may be linked to; grant text is hostile until shown otherwise."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_link(source: str | None) -> str | None:
    """The address, if it is a plain web address."""
    if not source:
        return None
    try:
        parts = urlsplit(source)
    except ValueError:
        return None
    return source if parts.scheme in ("https", "http") and parts.hostname else None
