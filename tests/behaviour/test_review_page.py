"""The page of a fairness review opens without a network, asks nobody for anything, and is free of barriers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.behaviour.test_page import too_wide, violations
from tests.training.fairness.reviewed import written

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a review, with every part that one may have."""
    folder = tmp_path_factory.mktemp("review")
    written(folder)
    return folder / "review.html"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window without a network."""
    context = browser.new_context(offline=True, bypass_csp=True, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_it_opens_offline_with_all_its_pictures_and_asks_for_nothing(page: Page, review: Path) -> None:
    asked, complaints = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(review.as_uri())
    drawn = page.evaluate("() => [...document.images].map(image => image.naturalWidth)")
    assert len(drawn) >= 6 and min(drawn) > 200
    assert [url for url in asked if not url.startswith("data:")] == [review.as_uri()]
    assert complaints == []


def test_axe_finds_nothing_to_complain_of(page: Page, axe: str, review: Path) -> None:
    page.goto(review.as_uri())
    assert violations(page, axe) == []


def test_on_paper_no_line_and_no_picture_sticks_out_of_the_sheet(page: Page, review: Path) -> None:
    page.goto(review.as_uri())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 in pixels, 10 mm of margin
    assert too_wide(page) == []
    assert page.pdf(format="A4").startswith(b"%PDF")
