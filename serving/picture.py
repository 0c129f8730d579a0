"""Takes the picture of the page that the README shows, in a real browser without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

NEED: Final = "broken cooker, two children"
AREA: Final = "Birmingham"
ANSWERS: Final = (
    ("#fact-number_of_children-number", "2"),
    ("#fact-lives_with_partner-no", None),
    ("input[name=fact-benefits][value=universal_credit]", None),
)
"""What a lone parent on Universal Credit says, where the page asks it: a field, and its text or a tick."""
WIDTH: Final = 900
HEIGHT: Final = 1400


def take_picture(out: Path, *, url: str, chromium: Path) -> None:
    """Fill the form as that parent would, and keep what comes back as a PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, java_script_enabled=False)
        page.goto(url)
        page.fill("#need", NEED)
        page.select_option("#area", label=AREA)
        for field, text in ANSWERS:
            if page.locator(field).count() == 0:
                continue
            if text is None:
                page.check(field)
            else:
                page.fill(field, text)
        page.get_by_role("button", name="Show me grants").click()
        out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=out)
        browser.close()
