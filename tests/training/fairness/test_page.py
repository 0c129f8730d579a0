"""A review's page says what its data say, withholds what they withhold, and takes no name for markup."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from data.people.reviews import read_review
from tests.training.fairness.reviewed import told, written
from training.fairness.page import page
from training.fairness.verdicts import Verdict

HOSTILE = "<script>alert(1)</script>"


class Elements(HTMLParser):
    """Every element with its attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def html() -> str:
    return page(told())


def test_every_section_is_there_and_every_picture_has_words_and_a_table(html: str) -> None:
    elements = Elements(html)
    assert [f"s{number}" for number in range(1, 12)] == [
        one["id"] for one in elements.of("h2") if "id" in one
    ]
    pictures = elements.of("img")
    assert len(pictures) >= 6
    assert all(len(one["alt"] or "") > 20 for one in pictures)
    assert all((one["src"] or "").startswith("data:image/") for one in pictures)
    assert len(elements.of("table")) >= len(pictures)


def test_a_name_is_never_taken_for_markup(html: str) -> None:
    elements = Elements(html)
    assert elements.of("script") == [] and elements.of("b") == []
    assert "&lt;script&gt;" in html and "&lt;b&gt;2 to 4" in html


def test_the_planted_difference_is_likely_and_has_to_be_answered(html: str) -> None:
    (awarded,) = (one for one in told()["comparisons"] if one["measure"] == "awarded")
    verdicts = {cell["group"]: cell["verdict"] for cell in awarded["groups"]}
    assert verdicts["female"] == verdicts["male"] == Verdict.LIKELY
    assert verdicts[HOSTILE] == Verdict.WITHHELD
    assert "lists/awarded/sex/female" in [one["id"] for one in told()["differences"]]
    assert "<code>lists/awarded/sex/female</code>" in html


def test_a_small_group_is_named_and_no_figure_of_it_stands_anywhere(html: str, tmp_path: Path) -> None:
    row = re.search(r"<th scope=\"row\">sex: &lt;script&gt;.*?</tr>", html, re.DOTALL)
    assert row is not None and not re.search(r">\d", row[0])
    written(tmp_path)
    with (tmp_path / "comparisons.csv").open(encoding="utf-8", newline="") as file:
        rows = [one for one in csv.DictReader(file) if one["group"] == HOSTILE]
    assert rows and all(one["people"] == "fewer than 10" for one in rows)
    assert all(not one[name] for one in rows for name in ("value", "low", "high", "rest", "could_show"))


def test_the_folder_is_read_back_with_its_tables_and_names_the_same_digest(tmp_path: Path) -> None:
    digest = written(tmp_path)
    found = read_review(tmp_path)
    found.check_tables()
    assert found.digest == digest
    assert found.review.differences and found.review.summary
    assert {path.name for path in tmp_path.iterdir()} == {"review.json", "review.html", *found.review.tables}
