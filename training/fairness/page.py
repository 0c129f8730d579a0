"""A review as one HTML file: it opens offline, asks nobody for anything, and prints on A4."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from training.fairness.charts import diagonal, forest, over_time, stacked
from training.fairness.made_people import WHY
from training.fairness.measures import Kind
from training.fairness.review import in_unit
from training.fairness.verdicts import Verdict

HERE: Final = Path(__file__).with_name("templates")
TREND: Final = {"ndcg_at_10": "nDCG@10", "missed_good_grants": "good grants missed", "awarded": "awarded"}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under a caption; the first cell of each row is its head."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, what it says in a sentence, and the table with the same figures."""

    image: str
    alt: str
    table: Table


def page(told: Mapping[str, Any]) -> str:
    """Write a review as HTML."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unit"] = lambda value, kind: in_unit(Kind(kind), value)
    style = (HERE / "page.css").read_text("utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    lists, made = told["comparisons"], told["made"]["comparisons"]
    quality, honest, later = _parted(told["measures"])
    return environment.get_template("page.html").render(
        told=told,
        style=style,
        policy=policy,
        who=_who(told["who"]),
        made_who=_who(told["made"]["who"]),
        made=list(charts_of(told["made"]["measures"], made)),
        reasons=_reasons(told["made"]["reasons"]),
        quality=list(charts_of(quality, lists)),
        honest=list(charts_of(honest, lists)),
        later=list(charts_of(later, lists)),
        curve=_curve(told["reliability"]),
        bands=[*_bands(told["bands"]), *_bands(told["made"]["bands"], made=True)],
        trend=_trend(told["trend"]),
        verdicts=[str(one) for one in Verdict],
    )


def _parted(measures: Sequence[Mapping[str, Any]]) -> tuple[list[Any], list[Any], list[Any]]:
    """Part figures into those of the lists, of honest chances, and of what happened next."""
    first, honest = ("ndcg_at_10", "missed_good_grants", "unsure_lists"), ("observed_over_expected",)

    def honestly(key: str) -> bool:
        return key in honest or key.startswith("awarded_at")

    return (
        [one for one in measures if one["key"] in first],
        [one for one in measures if honestly(one["key"])],
        [one for one in measures if one["key"] not in first and not honestly(one["key"])],
    )


def charts_of(
    measures: Sequence[Mapping[str, Any]], comparisons: Sequence[Mapping[str, Any]]
) -> Iterator[Chart]:
    """Give each figure's forest plot over all attributes, with its table."""
    for measure in measures:
        own = [one for one in comparisons if one["measure"] == measure["key"]]
        kind = Kind(measure["kind"])
        title = f"{measure['title']}; everybody: {in_unit(kind, measure['value'])}"
        if own:
            image = forest(own, measure["title"], measure["value"], percent=kind is Kind.RATE)
            yield Chart(image, _alt(own, title), _compared(own, measure))


def _alt(comparisons: Sequence[Mapping[str, Any]], title: str) -> str:
    likely = [
        f"{one['attribute']} {cell['group']}"
        for one in comparisons
        for cell in one["groups"]
        if cell["verdict"] == Verdict.LIKELY
    ]
    said = (
        f"A difference is likely for {', '.join(likely)}"
        if likely
        else "No difference is likely in any group"
    )
    return f"{title}. {said}. The table below holds every figure."


def _compared(comparisons: Sequence[Mapping[str, Any]], measure: Mapping[str, Any]) -> Table:
    kind = Kind(measure["kind"])
    rows = []
    for one in comparisons:
        for cell in one["groups"]:
            value, rest, shows = cell["value"], cell["rest"], cell["could_show"]
            if value is None:
                rows.append((f"{one['attribute']}: {cell['group']}", cell["people"], *["withheld"] * 6))
                continue
            span = f"{in_unit(kind, cell['low'])} to {in_unit(kind, cell['high'])}"
            rows.append(
                (
                    f"{one['attribute']}: {cell['group']}",
                    cell["people"],
                    f"{_edge(kind, value, cell['people'])} ({span})",
                    in_unit(kind, rest),
                    _gap(kind, cell),
                    "" if cell["ratio"] is None else f"{cell['ratio']:.2f} times",
                    "" if shows is None else _size(kind, shows),
                    cell["verdict"],
                )
            )
    head = (
        "Group",
        "People",
        "Its figure",
        "Everybody else",
        "Difference",
        "Ratio",
        "Gap that could show",
        "Verdict",
    )
    return Table(
        f"{measure['title']}. {measure['about']} What matters: {measure['matters']}.", head, tuple(rows)
    )


def _edge(kind: Kind, value: float, people: str) -> str:
    """Tell a share of none or all of few people as such, and not as certain."""
    few = people in ("10–19", "20", "25")
    if kind is Kind.RATE and few and value in (0.0, 1.0):
        return "under 5 %" if value == 0.0 else "over 95 %"
    return in_unit(kind, value)


def _gap(kind: Kind, cell: Mapping[str, Any]) -> str:
    ends = cell["difference_low"], cell["difference_high"]
    if kind is Kind.RATE:
        low, high = (f"{100 * end:+.0f}" for end in ends)
        return f"{100 * cell['difference']:+.0f} points ({low} to {high})"
    return f"{cell['difference']:+.2f} ({ends[0]:+.2f} to {ends[1]:+.2f})"


def _size(kind: Kind, gap: float) -> str:
    return (
        f"{100 * gap:.0f} points"
        if kind is Kind.RATE
        else f"{100 * gap:.0f} %"
        if kind.as_ratio
        else f"{gap:.2f}"
    )


def _who(rows: Sequence[Mapping[str, str]]) -> Table:
    told = tuple((f"{row['attribute']}: {row['group']}", row["people"]) for row in rows)
    return Table("People in each group, rounded to 5", ("Group", "People"), told)


def _reasons(rows: Sequence[Mapping[str, Any]]) -> Chart | None:
    if not rows:
        return None
    head = ("Group", "People", *WHY.values())
    lines = tuple(
        (
            f"{row['attribute']}: {row['group']}",
            row["people"],
            *(f"{row['reasons'][why]:.0f}" if row["reasons"] else "withheld" for why in WHY),
        )
        for row in rows
    )
    title = "Why grants are ruled out, for each person"
    return Chart(stacked(rows, WHY, title), f"{title}, by group; the table below holds every figure.",
                 Table(title, head, lines))  # fmt: skip


def _curve(bins: Sequence[Mapping[str, Any]]) -> Chart | None:
    if not bins:
        return None
    rows = tuple(
        (f"{100 * one['told']:.0f} %", f"{100 * one['seen']:.0f} %", one["decisions"]) for one in bins
    )
    title = "Told chances and what came of them"
    image = diagonal([("", one["told"], one["seen"]) for one in bins], title, "told chance", "share awarded")
    return Chart(image, f"{title}; on the line they agree. The table below holds every figure.",
                 Table(title, ("Told, on average", "Awarded", "Decisions"), rows))  # fmt: skip


def _bands(bands: Mapping[str, Any], *, made: bool = False) -> Iterator[Chart]:
    of = "made-up people" if made else "these lists"
    for kind, rows in bands.items():
        points = [(row["band"], row["merit"], row["exposure"]) for row in rows if row["exposure"] is not None]
        title = f"Attention beside merit, by {kind} ({of})"
        image = diagonal(points, title, "share of merit", "share of attention")
        yield Chart(image, f"{title}; on the line they are even. The table below holds every figure.",
                    Table(title, ("Band", "Grants", "People who saw one", "Attention", "Merit", "Ratio, 1 is even",
                                  "Opened", "Applied for"), tuple(map(_band, rows))))  # fmt: skip


def _band(row: Mapping[str, Any]) -> tuple[str, ...]:
    if row["exposure"] is None:
        return (row["band"], str(row["grants"]), row["people"], *["withheld"] * 5)
    ratio = (
        ""
        if row["ratio"] is None
        else f"{row['ratio']:.2f} ({row['ratio_low']:.2f} to {row['ratio_high']:.2f})"
    )
    shares = ("" if row[name] is None else f"{100 * row[name]:.0f} %" for name in ("exposure", "merit"))
    after = (
        "not known" if row[name] is None else f"{100 * row[name]:.0f} %" for name in ("opened", "applied")
    )
    return (row["band"], str(row["grants"]), row["people"], *shares, ratio, *after)


def _trend(steps: Sequence[Mapping[str, Any]]) -> Chart | None:
    keys = {key: name for key, name in TREND.items() if any(key in one["values"] for one in steps)}
    if not keys:
        return None
    rows = tuple(
        (one["period"], one["bundle"], *("" if one["values"].get(key) is None else f"{one['values'][key]:.2f}"
                                         for key in keys))
        for one in steps
    )  # fmt: skip
    title = "Figures of everybody over the periods"
    return Chart(over_time(steps, keys, title), f"{title}; the table below holds every figure.",
                 Table(title, ("Period", "Version", *keys.values()), rows))  # fmt: skip
