"""What a person does on a page, each step waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def press(page: Page, name: str) -> None:
    """Press a button that leads to another page, and wait until that is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()
