"""Which places a charity's own words name as those of the people whom it helps.

A name counts only where the words around it speak of where people live ("resident in the parish of Selby",
"the Borough of Calderdale", "poor of Woking"): a school, a church, a club or a road of that name does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from data.register.place_names import Place, PlaceNames, tokens_of

AREA: Final = frozenset(
    """area areas borough boroughs city cities county counties district districts town towns township parish parishes
    village villages ward wards hamlet community communities region neighbourhood locality inhabitants residents
    people poor persons citizens parishioners""".split()  # noqa: SIM905
)
"""Words that say that a place is meant, or its people."""
BETWEEN: Final = frozenset(
    """the city county borough town district metropolitan royal london former ancient old civil ecclesiastical rural
    urban administrative parish parishes village villages counties boroughs of said greater neighbouring township
    municipal unitary council councils ward wards""".split()  # noqa: SIM905
)
"""Words that may stand between a preposition and the name."""
LIVES: Final = frozenset(
    "in within throughout across around near surrounding serving covering inside under".split()  # noqa: SIM905
)
"""Prepositions after which a name is where people are."""
NOT_HOME: Final = frozenset(
    """based founded established situated located registered held born office offices headquarters incorporated
    erected built trading meeting meetings house houses university""".split()  # noqa: SIM905
)
"""Words that make the place after a preposition one of the charity, not of its people."""
INSTITUTIONS: Final = frozenset(
    """school schools college university academy hospital hospitals infirmary cathedral club clubs lodge fc football
    rotary lions church churches chapel abbey road street lane avenue house hall theatre museum library institute
    foundation diocese archdeaconry deanery bishop circuit synod regiment grammar high primary junior infant
    comprehensive secondary prison association society band choir estate trust partnership nhs medical parochial
    pcc mission ministries fellowship cricket meeting""".split()  # noqa: SIM905
)
"""What is named after a place and is not the place."""
ORDINARY: Final = frozenset(
    """reading rugby bath hart sandwich ware rye stone leek wells barnes flint hyde thorne nelson barry stanley holt
    battle settle march crook hook mere sandy eye sale deal street poplar bow clare bray shirley buckley moulton
    norton chard bourne boston hythe swale arun wyre rother""".split()  # noqa: SIM905
)
"""Names that are words or names of people too; they count only where a place or its people are spoken of."""
GOES_ON: Final = frozenset(
    """park hill green end heath moor common wood grove bay abbas magna parva canon regis bridge gate cross lane
    road street st cum""".split()  # noqa: SIM905
)
"""Words that after a name make it another place's."""
BEGINS: Final = frozenset("east west north south great little upper lower much high long nether over".split())  # noqa: SIM905
"""Words that before a name make it another place's."""
LOCAL: Final = re.compile(
    r"relief in need|alms|poor|united charit|parish|parochial charit|welfare|consolidated|municipal|charities\b"
    r"|relief in sickness|sick|non educational|nursing|coal|fuel|bread|feoffee|town lands|apprentic"
)
"""What charities of a place call themselves."""
IN_TITLES: Final = frozenset(
    """relief almshouse almshouses alms united parochial parish poor poor's poors welfare consolidated municipal
    charities charity and sick non trust town educational aid fund combined general in nursing coal fuel bread
    feoffee apprenticing""".split()  # noqa: SIM905
)
"""Words that may follow the place in the name of such a charity."""
ANYWHERE: Final = re.compile(
    r"\b(?:or|and|to) elsewhere\b|\banywhere\b|\bother parts? of the (?:united kingdom|uk|world|british isles)"
    r"|\bparts? of the (?:united kingdom|world)\b|\bworldwide\b|\bthroughout the (?:united kingdom|uk|world)"
    r"|\bin any part of\b|\ball over the (?:country|world)|\bglobal(?:ly)?\b|\bacross the world"
)
"""Words after which no place that is named is a limit."""
NOT_ONLY: Final = re.compile(
    r"particular|particularly|preference|primarily|priority|especially|mainly|preferably"
)
STOPS: Final = frozenset(".,;:()/")
NEAR: Final = 12
"""Words within which "in particular" speaks of a place."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that is named as one of the people who are helped."""

    place: Place
    not_only: bool
    """Whether it is named as one above others, not as a limit."""


def places_in(text: str, names: PlaceNames) -> list[Mention]:
    """Find the places of the people whom a charity helps in its own words."""
    if ANYWHERE.search(" ".join(text.lower().split())):
        return []
    found: list[Mention] = []
    tokens, at, listed = tokens_of(text), 0, -1
    while at < len(tokens):
        named = names.at(tokens, at)
        if named is None:
            at += 1
            continue
        place, end = named
        goes_on = listed >= 0 and _only_joins(tokens[listed:at])
        if place.is_parish and (listed == at or all(token in AREA | BETWEEN for token in tokens[at:end])):
            at = end  # a part of a longer name, or a word such as "Town" that some place bears as its name
            continue
        if goes_on and tokens[listed:at] == [","] and found[-1].place.is_town and not place.is_town:
            listed = at = end  # an address: the town, then what lies around it
            continue
        named_so = not _is_institution(tokens, at, end) and not _is_other_place(tokens, at, end)
        if named_so and (goes_on or _is_home(tokens, at, end, place)):
            before = tokens[max(0, at - NEAR) : at]
            found.append(Mention(place, any(NOT_ONLY.fullmatch(word) for word in before)))
            listed = end
        at = end
    return found


def places_in_title(title: str, names: PlaceNames) -> list[Mention]:
    """Find the places in the name of a charity that calls itself as charities of a place do."""
    tokens = tokens_of(title)
    if not LOCAL.search(" ".join(tokens)):
        return []
    found, at = [], 0
    while at < len(tokens):
        named = names.at(tokens, at)
        if named is None:
            at += 1
            continue
        place, end = named
        begins = [token for token in tokens[:at] if token not in BETWEEN and token not in STOPS] == []
        of = at > 0 and tokens[at - 1] in ("of", "in", "for", "at")
        follows = tokens[end] if end < len(tokens) else ""
        fits = not follows or follows in STOPS or follows in IN_TITLES
        if (begins or of) and fits and not _is_other_place(tokens, at, end):
            found.append(Mention(place, not_only=False))
        at = end
    return found


def places_told(text: str, names: PlaceNames) -> list[Mention]:
    """Find the places in a text that says nothing but where: every name of it counts."""
    tokens, found, at = tokens_of(text), [], 0
    while at < len(tokens):
        named = names.at(tokens, at)
        if named is not None and not _is_institution(tokens, at, named[1]):
            found.append(Mention(named[0], not_only=False))
        at = at + 1 if named is None else named[1]
    return found


def _is_home(tokens: Sequence[str], start: int, end: int, place: Place) -> bool:
    """Tell whether the words around a name speak of where people live."""
    at, says_area = start, False
    while at > 0 and tokens[at - 1] in BETWEEN:
        at -= 1
        says_area = says_area or tokens[at] in AREA
    before = list(tokens[max(0, at - 2) : at])
    last, one_more = (before[-1] if before else ""), (before[-2] if len(before) > 1 else "")
    if last in NOT_HOME or (last in LIVES and one_more in NOT_HOME):
        return False
    after = tokens[end : end + 3]
    if (
        says_area
        or last in AREA
        or (last in LIVES and one_more in ("resident", "residing", "live", "living"))
    ):
        return True
    if place.is_parish or " ".join(tokens[start:end]) in ORDINARY:
        return False
    if last in LIVES:
        return True
    if last in ("from", "for", "at", "to") and one_more in (
        *AREA,
        "resident",
        "residing",
        "live",
        "living",
        "lived",
    ):
        return True
    if after[:1] and after[0] in AREA:
        return True
    if after[:2] in (["and", "district"], ["and", "surrounding"], ["and", "its"], ["and", "neighbourhood"]):
        return True
    if not place.is_county or set(tokens[max(0, start - NEAR) : start]) & INSTITUTIONS:
        return False
    return last in STOPS or last == "of" or not last


def _is_other_place(tokens: Sequence[str], start: int, end: int) -> bool:
    """Tell whether a name is only a part of another place's, as in Leigh Park and East Wickham."""
    follows = tokens[end] if end < len(tokens) else ""
    return follows in GOES_ON or (start > 0 and tokens[start - 1] in BEGINS)


def _only_joins(between: Sequence[str]) -> bool:
    joins = {",", "and", "or", "/", "(", "including", "with", *BETWEEN}
    return len(between) <= LONGEST_JOIN and all(token in joins for token in between)


LONGEST_JOIN: Final = 5
"""Words and stops between two names of one list."""


def _is_institution(tokens: Sequence[str], start: int, end: int) -> bool:
    """Tell whether a name is part of the name of a school, a church, a club and the like."""
    for token in tokens[end : end + 3]:
        if token in STOPS or token in ("and", "or", "who", "in", "for", "is", "are", "by", "to", "with"):
            break
        if token in INSTITUTIONS:
            return True
    before = [token for token in tokens[max(0, start - 4) : start] if token not in ("the", "city", "saint")]
    return (
        bool(before)
        and before[-1] in ("of", "at", "in", ",")
        and before[-2:-1] != []
        and before[-2] in _NAMED_AFTER
    )


_NAMED_AFTER: Final = INSTITUTIONS - {"estate", "trust", "foundation", "street", "association", "society"}

_PARISH: Final = re.compile(
    r"\b(?:ancient |civil |ecclesiastical |former )?(parish(?:es)?|villages?|townships?|towns?|hamlets?)"
    r" of (?:the )?",
    re.I,
)
_LINKS: Final = frozenset("and with cum next upon on le the by under super in".split())  # noqa: SIM905
_ENDS: Final = frozenset(
    """who which are is was were have has had for generally or resident residents residing living being to from any
    all that as at by such whose where shall may grants grant we our if its it without within aged over under a an
    this these those including his her their particularly especially of county near so""".split()  # noqa: SIM905
)
_WORD: Final = re.compile(r"[A-Za-z'’.-]+|[,;:()]")
MOST_WORDS: Final = 7
"""Words of the names of parishes that are kept."""


def parishes_in(texts: Iterable[str], *, besides: PlaceNames) -> str:
    """Give the parish, village or township that is named first, as people write it; empty where none is.

    A name that is an area's own is none: the area says it already.

    >>> from data.places.areas import AreaTree
    >>> parishes_in(["THE POOR OF THE PARISH OF LAUNCELLS"], besides=PlaceNames.of(AreaTree()))
    'Launcells'
    """
    for text in texts:
        for match in _PARISH.finditer(text):
            words = _name_after(text[match.end() :])
            held = besides.places.get(" ".join(tokens_of(" ".join(words)))) if words else None
            if words and (held is None or held.is_parish):
                return _as_written(words)
    return ""


def _name_after(text: str) -> list[str]:
    words: list[str] = []
    for word in _WORD.findall(text[:120]):
        small = word.lower().rstrip(".")
        ends = small in _ENDS or small in AREA or (small == "the" and "St" not in words[-2:])
        if not small.isascii() or word in ",;:()" or ends or len(words) == MOST_WORDS:
            break
        words.append(word.rstrip(".") if small != "st" else "St")
        if word.endswith(".") and small != "st":
            break
    while words and words[-1].lower() in _LINKS:
        words.pop()
    lower = [word.lower() for word in words]
    return words[: lower.index("in")] if "in" in lower else words


def _as_written(words: Sequence[str]) -> str:
    return " ".join(
        word.lower()
        if at and word.lower() in _LINKS
        else "-".join(part.capitalize() for part in word.split("-"))
        for at, word in enumerate(words)
    )
