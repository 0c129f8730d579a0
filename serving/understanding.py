"""What is told back of a need: what it is likely about, its language, and facts to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from data.catalogue.codelists import REASONS
from data.people.applicants import Need
from data.people.urgent_help import UrgentHelp as HelpBook
from models.needs.language import language_of
from models.needs.need_model import LIKELY
from models.needs.suggested_facts import suggest
from models.needs.urgent import Urgent
from models.pairing import Pairing
from serving.answers import About, Suggested, Understood, UrgentHelp


def understood(
    need: Need, pairing: Pairing, urgent: Iterable[Urgent], places: HelpBook, nation: str | None
) -> Understood:
    """Tell what a need is about, the likeliest first, which facts its words seem to state, and what cannot wait."""
    book = pairing.catalogue.facts
    about = dict(zip(book.codes, pairing.read(need).about.tolist(), strict=True))
    return Understood(
        purposes=_likely(about, book.purpose_texts),
        reasons=_likely(about, REASONS),
        language=language_of(need.text),
        suggestions=tuple(Suggested.model_validate(one) for one in suggest(need.text, book)),
        urgent=tuple(_help(urgent, places, nation)),
    )


def _help(urgent: Iterable[Urgent], places: HelpBook, nation: str | None) -> Iterator[UrgentHelp]:
    for one in urgent:
        for line in places.for_kind(one.kind, nation):
            yield UrgentHelp(
                kind=one.kind, sure=one.sure, name=line.name, text=line.says, phone=line.phone, sms=line.sms,
                url=line.url, hours=line.hours, checked_on=line.checked_on,
            )  # fmt: skip


def _likely(about: Mapping[str, float], texts: Mapping[str, str]) -> tuple[About, ...]:
    found = sorted((code for code in texts if about[code] >= LIKELY), key=lambda code: -about[code])
    return tuple(About(code=code, text=texts[code], likely=round(about[code], 3)) for code in found)
