"""The page as a person in need meets it: without scripts, on a phone, by keyboard, at 200 % zoom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.behaviour.browsing import press
from tests.serving.running import MADE_UP_POSTCODE, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE = {"width": 320, "height": 640}


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The first page, with scripts switched off."""
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(server.url)
    yield opened
    context.close()


def search(page: Page, need: str = "broken cooker, two children", area: str = "Birmingham") -> None:
    page.fill("#need", need)
    page.select_option("#area", label=area)
    press(page, "Show me grants")


def test_a_person_finds_grants_without_any_script(page: Page) -> None:
    search(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Grants for you"
    cards = page.locator("li.card")
    assert cards.count() == 10
    for card in cards.all():
        assert card.locator(".status").inner_text() in {
            "You fit every rule we can check", "A person at the fund decides", "We need to know more",
        }  # fmt: skip
        assert re.search("apply|refer", card.locator(".route").inner_text())
        assert "checked" in card.locator(".checked").inner_text()


def test_nothing_about_the_person_is_in_the_address(page: Page, server: Server) -> None:
    search(page)
    assert page.url == server.url + "/"


def test_links_lead_to_the_schemes_own_pages_and_tell_them_nothing(page: Page) -> None:
    search(page)
    for link in page.locator("li.card h2 a").all():
        assert str(link.get_attribute("href")).startswith(("https://", "http://"))
        assert "noreferrer" in str(link.get_attribute("rel"))


def test_every_question_says_why_and_takes_no_for_an_answer(page: Page) -> None:
    groups = page.locator("fieldset.question")
    assert 3 <= groups.count() <= 8
    for group in groups.all():
        silences = (
            group.get_by_label("Prefer not to say"),
            group.get_by_role("option", name="Prefer not to say"),
        )
        assert sum(silence.count() for silence in silences) == 1
        assert group.locator("details.why").count() == 1


def test_someone_who_says_nothing_is_told_no_nowhere(page: Page) -> None:
    press(page, "Show me grants")
    text = page.locator("main").inner_text().lower()
    assert "not eligible" not in text
    assert page.locator("li.card").count() == 10


def test_the_next_question_is_answered_in_place_and_earlier_answers_stay(page: Page) -> None:
    search(page)
    asked = page.locator("section.next legend").inner_text()
    page.locator("section.next input[type=radio], section.next input[type=checkbox]").first.check()
    press(page, "Look again")
    assert page.locator("section.next legend").all_inner_texts() != [asked]
    press(page, "Change my answers")
    assert page.locator("#need").input_value() == "broken cooker, two children"
    assert page.locator("#area option:checked").inner_text() == "Birmingham"
    assert asked in page.locator("legend").all_inner_texts()


def test_a_wrong_answer_is_pointed_out_beside_its_question_and_nothing_is_lost(page: Page) -> None:
    page.fill("#need", "a bed")
    field = page.locator("input.number").first
    field.fill("many")
    press(page, "Show me grants")
    assert page.title().startswith("Problem")
    assert "number" in page.get_by_role("alert").inner_text()
    assert page.locator("#need").input_value() == "a bed"
    assert page.locator("input.number").first.input_value() == "many"
    target = page.get_by_role("alert").get_by_role("link").first.get_attribute("href")
    assert page.locator(str(target)).count() == 1


def test_a_postcode_is_enough_to_say_where_one_lives(page: Page) -> None:
    page.fill("#need", "no money for food")
    page.get_by_label("Your postcode").fill("ZZ9 9ZZ")
    press(page, "Show me grants")
    assert "We do not know this postcode" in page.locator(".problem").inner_text()
    page.get_by_label("Your postcode").fill(MADE_UP_POSTCODE)
    press(page, "Show me grants")
    assert "Crisis and Resilience Fund: Birmingham" in "".join(page.locator("li.card").all_inner_texts())
    assert MADE_UP_POSTCODE not in page.content()
    press(page, "Change my answers")
    assert page.locator("#area option:checked").inner_text() == "As you told us: Birmingham"
    press(page, "Show me grants")
    assert "Crisis and Resilience Fund: Birmingham" in "".join(page.locator("li.card").all_inner_texts())


def test_more_grants_follow_on_the_next_page(page: Page) -> None:
    search(page)
    first = page.locator("li.card h2").all_inner_texts()
    press(page, "Show more grants")
    second = page.locator("li.card h2").all_inner_texts()
    assert second
    assert page.locator("ol.cards").get_attribute("start") == "11"
    assert not set(first) & set(second)


def test_the_way_back_from_a_funds_own_page_leads_to_the_list(page: Page, server: Server) -> None:
    search(page)
    titles = page.locator("li.card h2").all_inner_texts()
    page.goto(server.url + "/style.css")
    page.go_back()
    assert page.locator("li.card h2").all_inner_texts() == titles


def test_it_works_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#need").focus()
    page.keyboard.type("a cooker")
    page.keyboard.press("Tab")
    page.locator("button[type=submit]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("li.card")


def too_wide(page: Page) -> list[str]:
    """Elements that stick out of the window to the right."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .filter(e => !e.classList.contains('unseen'))
            .map(e => e.tagName + ' ' + e.className)"""
    )
    return found


@pytest.mark.parametrize("width", [320, 640])
def test_it_fits_a_phone_and_a_window_at_200_percent(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    assert too_wide(page) == []
    search(page)
    assert too_wide(page) == []


def test_what_is_tapped_is_large_enough_for_a_finger(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for target in page.locator("input[type=radio], input[type=checkbox], button, select").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


def violations(page: Page, axe: str) -> list[Any]:
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]]


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_to_complain_of(browser: Browser, server: Server, axe: str, width: int) -> None:
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(server.url)
    assert violations(page, axe) == []
    search(page)
    assert violations(page, axe) == []
    press(page, "Change my answers")
    page.locator("input.number").first.fill("many")
    press(page, "Show me grants")
    assert violations(page, axe) == []
    context.close()


def test_a_form_from_another_site_is_refused(server: Server) -> None:
    form = {"need": "a bed"}
    foreign: list[dict[str, str]] = [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
    ]  # fmt: skip
    for headers in foreign:
        response = httpx.post(server.url, data=form, headers=headers)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "OTHER_ORIGIN")
    assert httpx.post(server.url, data=form, headers={"origin": server.url}).status_code == 200


def test_the_page_asks_for_nothing_from_elsewhere_and_runs_no_script(server: Server) -> None:
    html = httpx.get(server.url).text
    assert not re.search(r"<script|\son\w+=|\sstyle=", html)
    assert set(re.findall(r'(?:src|href|action)="([^"]*)"', html)) <= {"/", "/style.css", "#main"}
