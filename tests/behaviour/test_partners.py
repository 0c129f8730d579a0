"""A partner signs in on a phone without scripts, grades, keeps drafts, changes their mind and takes it all back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from serving.access import Scope
from serving.sessions import COOKIE
from tests.behaviour.browsing import press
from tests.behaviour.test_page import too_wide, violations
from tests.serving.running import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The partners' first page, after signing in."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    opened = context.new_page()
    opened.goto(server.url + "/partners")
    opened.fill("#key", server.keys[Scope.PARTNER])
    press(opened, "Sign in")
    yield opened
    opened.goto(server.url + "/partners/withdraw")
    if opened.locator("#take-all").count():
        opened.check("#take-all")
        press(opened, "Take it back")
    context.close()


def grade(page: Page, name: str, words: str, count: int = 3) -> None:
    page.get_by_role("link", name=name).click()
    for label in page.get_by_label(words).all()[:count]:
        label.check()


def state_of(page: Page, name: str) -> str:
    return page.locator(".people li", has_text=name).locator(".status").inner_text()


def test_grades_are_sent_kept_shown_again_and_changed(page: Page) -> None:
    grade(page, "Kelly", "3: just right")
    first = page.locator("fieldset.grade").first
    first.locator("summary").click()
    first.locator("textarea").fill("It came in two days.")
    page.fill("#missing", "A top-up at night.")
    press(page, "Send my grades")
    assert "Your grades are kept" in page.get_by_role("status").inner_text()
    assert page.get_by_role("link", name="Read about Samina").count() == 1
    assert state_of(page, "Kelly") == "Sent"
    page.get_by_role("link", name="Kelly").click()
    assert page.get_by_label("3: just right").first.is_checked()
    assert page.locator("fieldset.grade textarea").first.input_value() == "It came in two days."
    assert page.locator("#missing").input_value() == "A top-up at night."


def test_a_draft_is_kept_and_a_person_may_be_skipped(page: Page) -> None:
    grade(page, "Sue", "1: helps a little", 1)
    press(page, "Keep as a draft")
    assert state_of(page, "Sue") == "Draft"
    page.get_by_role("link", name="Sue").click()
    assert page.get_by_label("1: helps a little").first.is_checked()
    press(page, "Skip Sue")
    assert state_of(page, "Sue") == "Skipped"


def test_sending_nothing_is_pointed_out_beside_the_first_grant(page: Page) -> None:
    page.get_by_role("link", name="Dave").click()
    press(page, "Send my grades")
    assert page.title().startswith("Problem")
    target = page.get_by_role("alert").get_by_role("link").get_attribute("href")
    assert page.locator(str(target)).count() == 1


def test_everything_can_be_taken_back(page: Page) -> None:
    grade(page, "Grace", "2: helps well")
    press(page, "Send my grades")
    page.get_by_role("link", name="Take back what I told you").click()
    page.get_by_label("Everything that I ever told you").check()
    press(page, "Take it back")
    assert page.get_by_role("status").inner_text() == "It is deleted."
    assert state_of(page, "Grace") == "Not done yet"


def test_ties_to_funds_can_be_declared(page: Page) -> None:
    page.fill("#interests", "I am a trustee of the bread fund.")
    press(page, "Keep this")
    assert page.locator("#interests").input_value() == "I am a trustee of the bread fund."


def test_signing_out_ends_the_session_though_somebody_kept_the_cookie(page: Page, server: Server) -> None:
    kept = next(one for one in page.context.cookies() if one.get("name") == COOKIE)
    cookie = {"Cookie": f"{COOKIE}={kept.get('value')}"}
    assert httpx.get(server.url + "/partners", headers=cookie).status_code == 200
    press(page, "Sign out")
    assert page.get_by_role("heading", level=1).inner_text() == "You are signed out"
    assert httpx.get(server.url + "/partners", headers=cookie).status_code == 401
    page.goto(server.url + "/partners")
    assert page.url.startswith(server.url + "/sign-in")
    page.fill("#key", server.keys[Scope.PARTNER])
    press(page, "Sign in")


def test_a_cookie_opens_nothing_but_the_desks(page: Page, server: Server) -> None:
    kept = next(one for one in page.context.cookies() if one.get("name") == COOKIE)
    assert kept.get("httpOnly") and kept.get("secure") and kept.get("sameSite") == "Strict"
    cookie = {"Cookie": f"{COOKIE}={kept.get('value')}"}
    for path in ("/v1/facts", "/metrics", "/v1/models/live"):
        assert httpx.get(server.url + path, headers=cookie).status_code == 401


def test_a_form_from_another_site_is_refused(page: Page, server: Server) -> None:
    kept = next(one for one in page.context.cookies() if one.get("name") == COOKIE)
    headers = {"Cookie": f"{COOKIE}={kept.get('value')}", "Origin": "https://evil.example"}
    sent = httpx.post(server.url + "/partners", headers=headers, data={"interests": "x"})
    assert sent.status_code == 403


def test_a_wrong_key_is_told_and_a_key_for_something_else_opens_no_desk(
    browser: Browser, server: Server
) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    for key in ("nonsense", server.keys[Scope.RANK]):
        opened.goto(server.url + "/sign-in?to=/partners")
        opened.fill("#key", key)
        press(opened, "Sign in")
        assert "not right" in opened.get_by_role("alert").inner_text()
        assert context.cookies() == []
    context.close()


def test_every_page_has_a_support_line_a_way_to_take_back_and_a_way_out(page: Page) -> None:
    page.get_by_role("link", name="Kelly").click()
    address = re.sub(r"\?.*", "", page.url)
    for path in (address, address + "/orders"):
        page.goto(path)
        assert page.locator('a[href="tel:116123"]').count() == 1
        assert page.get_by_role("link", name="Take back what I told you").count() == 1
        assert page.get_by_role("button", name="Sign out").count() == 1


def test_it_fits_a_phone_and_is_free_of_barriers(
    page: Page, axe: str, browser: Browser, server: Server
) -> None:
    assert too_wide(page) == []
    page.get_by_role("link", name="Kelly").click()
    assert too_wide(page) == []
    context = browser.new_context(bypass_csp=True)
    seen = context.new_page()
    seen.goto(server.url + "/partners")
    assert violations(seen, axe) == []
    seen.fill("#key", server.keys[Scope.PARTNER])
    press(seen, "Sign in")
    assert violations(seen, axe) == []
    seen.get_by_role("link", name="Kelly").click()
    assert violations(seen, axe) == []
    context.close()
