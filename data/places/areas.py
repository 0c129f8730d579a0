"""Places by their codes and how they lie within each other; ONS codes unless a deployment brings others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

UK: Final = {
    "E92000001": ("England", "K04000001"),
    "W92000004": ("Wales", "K04000001"),
    "S92000003": ("Scotland", "K03000001"),
    "N92000002": ("Northern Ireland", "K02000001"),
    "K04000001": ("England and Wales", "K03000001"),
    "K03000001": ("Great Britain", "K02000001"),
    "K02000001": ("United Kingdom", None),
}
"""The nations and what they make up: code → name, parent. Source: ONS Register of Geographic Codes."""

NATIONS: Final = tuple(UK)[:4]
"""Codes of England, Wales, Scotland and Northern Ireland."""

ELSEWHERE: Final = "(elsewhere)"
"""A place apart from every area; no code of any area tree."""
_NATION_BY_LETTER: Final = {"E": "E92000001", "W": "W92000004", "S": "S92000003", "N": "N92000002"}
Tier = Literal["county", "district"]
"""Which of two councils over one place; a place with one council has it for both."""
_ONS_CODE: Final = re.compile(r"[EWSN]\d{8}")


@dataclass(frozen=True, eq=False)
class AreaTree:
    """Area codes with their names and parents; `listed` is False when no area file was given."""

    names: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    listed: bool = False
    retired: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Codes of places that are no more → those that took their place."""
    websites: Mapping[str, str] = field(default_factory=dict)
    """Area → the own site of its council."""

    def knows(self, code: str) -> bool:
        """Tell whether a rule may name this area: it is in the file, or any ONS code where there is no file."""
        return code in self.names or code in UK or (not self.listed and bool(_ONS_CODE.fullmatch(code)))

    def places(self, code: str) -> bool:
        """Tell whether a person may be said to live here: a known area, a retired one, or an ONS code.

        An ONS code of a kind of place that the file lists, such as a council, has to be in the file.
        """
        if self.knows(code) or code in self.retired:
            return True
        return bool(_ONS_CODE.fullmatch(code)) and code[:3] not in self._kinds

    def today(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Put what there is today in place of retired codes; of one that was divided, what all its parts lie in.

        >>> AreaTree({"E06000063": "Cumberland"}, {}, retired={"E07000026": ("E06000063",)}).today(["E07000026"])
        ('E06000063',)
        """
        found = (self.retired.get(code, (code,)) for code in codes)
        return tuple(dict.fromkeys(code for parts in found for code in self._together(parts)))

    def _together(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        if len(parts) == 1:
            return parts
        around = [(part, *self.ancestors(part)) for part in parts]
        return tuple(code for code in around[0] if all(code in other for other in around))[:1]

    def name(self, code: str) -> str:
        """Name an area in words; the code itself where no name is known."""
        return self.names.get(code) or UK.get(code, (code, None))[0]

    def ancestors(self, code: str) -> tuple[str, ...]:
        """List what contains an area, nearest first."""
        found = self._ancestors.get(code)
        if found is None:
            found = self._climb(code)
            self._ancestors[code] = found
        return found

    def council_sites(self, tier: Tier) -> Mapping[str, str]:
        """Give each area's council's own site, leaving out districts below a county or counties above a district.

        >>> sites = {"C": "kent.example", "D": "dover.example"}
        >>> tree = AreaTree({"C": "Kent", "D": "Dover"}, {"D": "C"}, websites=sites)
        >>> tree.council_sites("county"), tree.council_sites("district")
        ({'C': 'kent.example'}, {'D': 'dover.example'})
        """
        if tier not in self._council_sites:
            above = {outer for code in self.websites for outer in self.ancestors(code)}
            self._council_sites[tier] = {
                code: site
                for code, site in self.websites.items()
                if (
                    code not in above
                    if tier == "district"
                    else self.websites.keys().isdisjoint(self.ancestors(code))
                )
            }
        return self._council_sites[tier]

    def contains(self, outer: str, inner: str) -> bool:
        """Tell whether `inner` is `outer` or lies within it."""
        return outer == inner or outer in self.ancestors(inner)

    def apart(self, one: str, other: str) -> bool:
        """Tell whether two areas are known to share no ground; False where that cannot be told."""
        if ELSEWHERE in (one, other):
            return True
        around_one, around_other = {one, *self.ancestors(one)}, {other, *self.ancestors(other)}
        if one in around_other or other in around_one:
            return False
        only_one, only_other = around_one - around_other, around_other - around_one
        for chart in (self.names, UK):
            if not only_one.isdisjoint(chart) and not only_other.isdisjoint(chart):
                return True
        return one[:3] == other[:3] and bool(_ONS_CODE.fullmatch(one) and _ONS_CODE.fullmatch(other))

    @cached_property
    def _kinds(self) -> frozenset[str]:
        """The first letters of the ONS codes that an area file lists: E08 of metropolitan districts."""
        return (
            frozenset(code[:3] for code in self.names if _ONS_CODE.fullmatch(code))
            if self.listed
            else frozenset()
        )

    @cached_property
    def _council_sites(self) -> dict[Tier, Mapping[str, str]]:
        return {}

    @cached_property
    def _ancestors(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _climb(self, code: str) -> tuple[str, ...]:
        found: list[str] = []
        here = self._parent(code)
        while here is not None and here not in found:
            found.append(here)
            here = self._parent(here)
        return tuple(found)

    def _parent(self, code: str) -> str | None:
        if code in self.parents:
            return self.parents[code]
        if code in UK:
            return UK[code][1]
        if code not in self.names and _ONS_CODE.fullmatch(code):
            return _NATION_BY_LETTER[code[0]]
        return None
