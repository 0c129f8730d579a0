"""The own sites of councils, from a public list of them: which area each stands for, and what is odd."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace

from data.errors import BadData, Problem
from data.places.areas import AreaTree

COLUMNS = ("gss", "homepage_url")
"""Columns that GOV.UK's list of local authorities has: the ONS code, and the front page."""


def with_sites(tree: AreaTree, listed: str, odd: list[str]) -> AreaTree:
    """Give areas the sites of a list (CSV), and put under `odd` what stands for none of them; raises BadData.

    The list stands in place of the sites that the areas had. A retired code stands for the one area that took its
    place.
    """
    reader = csv.DictReader(listed.splitlines())
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise BadData([Problem(f"expected the columns {','.join(COLUMNS)}", line=1)])
    found: dict[str, str] = {}
    for code, site in ((row["gss"].strip(), row["homepage_url"].strip()) for row in reader):
        now = tree.today([code])
        if len(now) == 1 and now[0] in tree.names and site:
            found[now[0]] = site
        else:
            odd.append(f"{code} {site}".strip())
    return replace(tree, websites=found)


def rows(tree: AreaTree) -> Iterator[Mapping[str, str]]:
    """Yield the rows of an areas file."""
    for code, name in tree.names.items():
        site = tree.websites.get(code, "")
        yield {"code": code, "name": name, "parent": tree.parents.get(code, ""), "website": site}
