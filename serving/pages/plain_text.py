"""The list as plain text, to copy, print or send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from serving.pages.cards import Card
from serving.pages.help_now import Panel
from serving.pages.views import Section


def as_text(
    told: Iterable[tuple[str, str, str]], panels: Iterable[Panel], sections: Iterable[Section]
) -> str:
    """Write what was told, where to turn at once, and each grant with what to do."""
    lines: list[str] = []
    for _, question, answer in told:
        lines.append(f"{question} {answer}")
    for panel in panels:
        lines += ["", panel.heading]
        lines += [
            f"- {place.name}: {place.phone or place.sms or place.link or ''}"
            for place in (*panel.first, *panel.more)
        ]
    for section in sections:
        lines += ["", section.heading.upper()]
        for at, one in enumerate(section.cards):
            lines += ["", *_of(section.first + at, one)]
    return "\n".join(lines).strip()


def _of(rank: int, one: Card) -> Iterator[str]:
    yield f"{rank}. {one.title}"
    yield from filter(None, (one.summary, one.amount, one.time, one.status + ".", one.route, *one.steps))
    how = one.apply
    yield from filter(
        None, (how.link, how.council, how.phone and f"Phone: {how.phone}", how.email, how.address)
    )
