"""The model card and the algorithmic transparency record, written from a review, so that the three cannot disagree.

The record follows the two tiers of the UK's Algorithmic Transparency Recording Standard by their subjects; its template
numbers fields anew from time to time, so no numbers are written. What only the organisation knows is left to fill in.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.rankers.bundle import About
from training.fairness.measures import Kind
from training.fairness.review import in_unit
from training.limits import limits_in_words

TEMPLATES: Final = Path(__file__).with_name("templates")


def model_card(told: Mapping[str, Any], about: About) -> str:
    """Write the model card as Markdown."""
    return _written("model_card.md", told, about)


def transparency_record(told: Mapping[str, Any], about: About) -> str:
    """Write the transparency record as Markdown."""
    return _written("transparency_record.md", told, about)


def _written(template: str, told: Mapping[str, Any], about: About) -> str:
    plain = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined)  # noqa: S701 - Markdown, no HTML
    learned, figures, differences = _learned(about), _figures(told), _differences(told)
    return plain.get_template(template).render(
        told=told,
        about=about,
        learned=learned,
        figures=figures,
        differences=differences,
        unknown=_unknown(about.limits),
    )


def _learned(about: About) -> str:
    made = " Outcomes were simulated by a program; no real person's are in it." if about.simulated else ""
    return f"Past outcomes until {about.trained_until}, and situations that were graded.{made}"


def _unknown(limits: dict[str, Any]) -> str:
    """Say what a model does not know, and name every grant and purpose that no decision was about."""
    if not limits:
        return "It was made by an earlier version, which kept no list of it."
    named = {
        "Grants without a decision": limits["grants_without_outcomes"],
        "Purposes never asked for": limits["purposes_never_asked"],
    }
    lists = [f"{title}: {', '.join(names)}." for title, names in named.items() if names]
    return "\n".join(f"- {line}" for line in (*limits_in_words(limits), *lists))


def _figures(told: Mapping[str, Any]) -> str:
    lines = [
        f"- {one['title']}: {in_unit(Kind(one['kind']), one['value'])} ({one['people']} people)"
        for one in told["measures"]
    ]
    where = "as shown to people" if told["shown"] else "on its test period, never shown to people"
    return "\n".join([f"In {told['period']}, {where}:", "", *lines])


def _differences(told: Mapping[str, Any]) -> str:
    found = [f"- {one['text']}" for one in told["differences"]]
    return "\n".join(
        found or ["No difference is likely in any group looked at; this does not show that there is none."]
    )
