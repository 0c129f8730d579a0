"""Staff read a fairness review in a browser; who may sign does so, and the signature is in the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.store.signatures import SignaturesShelf
from data.store.store import Store
from serving.access import Scope
from tests.behaviour.browsing import press
from tests.behaviour.test_page import too_wide, violations
from tests.data.people.test_reviews import made
from tests.serving.running import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HTML = "<style>p{color:#0a0}</style><p>The whole review</p><script>document.title='ran'</script>"


@pytest.fixture
def reviews(server: Server) -> Path:
    """One review in the folder in which the server looks."""
    home = server.folder / "reviews"
    if not home.exists():
        made(
            home,
            "one",
            summary=["Lists in Wales seem worse.", "Of others we cannot tell yet."],
            made_on="2026-11-29",
        )
        (home / "one" / "review.html").write_text(HTML, "utf-8")
    return home


def signed_in(browser: Browser, server: Server, scope: Scope, *, scripts: bool = False) -> Page:
    context = browser.new_context(
        java_script_enabled=scripts, bypass_csp=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(server.url + "/review")
    page.fill("#key", server.keys[scope])
    press(page, "Sign in")
    return page


@pytest.fixture
def page(browser: Browser, server: Server, reviews: Path) -> Iterator[Page]:
    """The list of reviews, for somebody who may sign."""
    opened = signed_in(browser, server, Scope.SIGN)
    yield opened
    opened.context.close()


def test_a_review_is_read_signed_and_kept_with_its_answers(page: Page, server: Server) -> None:
    page.get_by_role("link", name="Bundle v1, 2026-Q3").click()
    assert "Lists in Wales seem worse" in page.locator(".lead").inner_text()
    page.get_by_label("Yes, I approve it").check()
    page.fill("#reason", "Read it with two colleagues.")
    press(page, "Sign as sign")
    assert page.title().startswith("Problem")
    assert page.locator("#reason").input_value() == "Read it with two colleagues."
    page.get_by_label("Lists in Wales are worse.").fill("We add Welsh funds this month.")
    press(page, "Sign as sign")
    assert "Your signature is kept" in page.get_by_role("status").inner_text()
    assert "Approved by sign" in page.locator(".people").inner_text()
    store = Store.open(f"sqlite:///{server.folder}/store.db")
    (signature,) = SignaturesShelf(store).of()
    store.close()
    assert signature.answers == {"ndcg:nation:wales": "We add Welsh funds this month."}
    page.get_by_role("link", name="Bundle v1, 2026-Q3").click()
    assert "We add Welsh funds this month." in page.locator("main").inner_text()


def test_staff_read_and_cannot_sign(browser: Browser, server: Server, reviews: Path) -> None:
    page = signed_in(browser, server, Scope.STAFF)
    page.get_by_role("link", name="Bundle v1").click()
    assert page.get_by_role("button", name="Sign as").count() == 0
    with server.client(Scope.STAFF) as client:
        sent = client.post(page.url, data={"decision": "approved", "reason": "x", "answer-0": "x"})
    assert sent.status_code == 403
    page.context.close()


def test_a_partner_opens_no_review_and_is_told_so_in_a_page(browser: Browser, server: Server) -> None:
    page = signed_in(browser, server, Scope.PARTNER)
    assert page.url == server.url + "/partners"
    page.goto(server.url + "/review")
    assert page.get_by_role("heading", level=1).inner_text() == "This key is for something else"
    page.context.close()


def test_a_reviews_own_page_shows_itself_and_runs_nothing(
    browser: Browser, server: Server, reviews: Path
) -> None:
    page = signed_in(browser, server, Scope.SIGN, scripts=True)
    page.get_by_role("link", name="Bundle v1").click()
    page.get_by_role("link", name="Read the whole review").click()
    assert page.locator("p").inner_text() == "The whole review"
    assert page.locator("p").evaluate("e => getComputedStyle(e).color") == "rgb(0, 170, 0)"
    assert page.title() != "ran"
    page.context.close()


def test_a_digest_that_names_no_review_is_nothing(server: Server) -> None:
    with server.client(Scope.SIGN) as client:
        for path in ("/review/" + "0" * 64, "/review/..%2f..%2fstore.db", "/review/" + "0" * 64 + "/page"):
            assert client.get(path).status_code == 404


def test_it_fits_a_phone_and_is_free_of_barriers(
    page: Page, axe: str, browser: Browser, server: Server
) -> None:
    assert too_wide(page) == []
    page.get_by_role("link", name="Bundle v1").click()
    assert too_wide(page) == []
    context = browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 844})
    seen = context.new_page()
    seen.goto(server.url + "/review")
    seen.fill("#key", server.keys[Scope.SIGN])
    press(seen, "Sign in")
    assert violations(seen, axe) == []
    seen.get_by_role("link", name="Bundle v1").click()
    assert violations(seen, axe) == []
    context.close()
