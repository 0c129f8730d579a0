"""The page as a person in need meets it: without scripts, on a phone, by keyboard, at 200 % zoom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest

from data.catalogue.reading import sample_catalogue
from models.qualifying.grouping import helps_tonight
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
    page.fill("#place", area)
    press(page, "Show me grants")


def answers(page: Page, *pairs: tuple[str, str]) -> None:
    """Send answers from the page itself, as its own forms do; without scripts nothing else could."""
    fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in pairs)
    page.set_content(f'<form method="post" action="{page.url}">{fields}<button>Send</button></form>')
    press(page, "Send")


def test_a_person_finds_grants_without_any_script(page: Page) -> None:
    search(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Help for you"
    cards = page.locator("li.card")
    assert cards.count() == 10
    for card in cards.all():
        assert set(card.locator(".status").all_inner_texts()) <= {
            "You fit every rule we can check", "A person at the fund decides",
            "You very likely qualify", "You may qualify", "Only for few people", "Not reviewed by us",
        }  # fmt: skip
        assert re.search("apply|refer|by itself", card.locator(".route").inner_text())
        assert re.search(r"^(Read on \d|From |We )", card.locator(".checked").inner_text())
    assert not re.search(r"\d+ grants could help", page.locator("main").inner_text())


def test_the_first_grant_stands_within_the_first_screen_of_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    search(page)
    box = page.locator("li.card h3").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844


def test_nothing_about_the_person_is_in_the_address(page: Page, server: Server) -> None:
    search(page)
    assert page.url == server.url + "/"


def test_links_lead_to_the_schemes_own_pages_and_tell_them_nothing(page: Page) -> None:
    search(page)
    for link in page.locator("li.card a.apply").all():
        assert str(link.get_attribute("href")).startswith(("https://", "http://"))
        assert "noreferrer" in str(link.get_attribute("rel"))


def test_the_start_asks_four_things_and_the_next_question_can_be_skipped(page: Page) -> None:
    assert page.locator("label.big, legend").all_inner_texts() == [
        "What do you need help with?", "Where do you live?", "Who is it for?",
        "Is a support worker, adviser, nurse, teacher or social worker helping you?",
    ]  # fmt: skip
    search(page, need="bills")
    asked = page.locator("section.next legend").inner_text()
    group = page.locator("section.next fieldset")
    assert group.get_by_label("Prefer not to say").count() == 1
    assert group.get_by_text("Why we ask").count() == 1
    press(page, "Skip this question")
    assert asked not in page.locator("section.next legend").all_inner_texts()


def test_someone_who_says_nothing_is_told_no_nowhere(page: Page) -> None:
    press(page, "Show me grants")
    text = page.locator("main").inner_text().lower()
    assert "not eligible" not in text
    assert page.locator("li.card").count() == 10


def test_what_the_words_suggest_is_asked_and_used_only_after_a_yes(page: Page) -> None:
    search(page)
    asked = page.locator("section.next .asked").inner_text()
    assert "2 children" in asked
    press(page, "Yes")
    assert asked not in page.locator("section.next .asked").all_inner_texts()
    press(page, "Change my answers")
    assert page.locator("#fact-number_of_children input.number").input_value() == "2"


def test_the_next_question_is_answered_in_place_and_earlier_answers_stay(page: Page) -> None:
    search(page, need="bills")
    asked = page.locator("section.next legend").inner_text()
    for folded in page.locator("section.next summary", has_text="Show the").all():
        folded.click()
    page.locator("section.next input[type=radio], section.next input[type=checkbox]").first.check()
    press(page, "Look again")
    assert page.locator("section.next legend").all_inner_texts() != [asked]
    press(page, "Change my answers")
    assert page.locator("#need").input_value() == "bills"
    assert page.locator("#place").input_value() == "Birmingham"
    assert asked in page.locator("legend").all_inner_texts()


def test_a_wrong_answer_is_pointed_out_beside_its_question_and_nothing_is_lost(page: Page) -> None:
    answers(page, ("need", "a bed"), ("fact-savings", "many"))
    assert page.title().startswith("Problem")
    alert = page.get_by_role("alert")
    assert "number" in alert.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.locator("#need").input_value() == "a bed"
    assert page.locator("input.number").first.input_value() == "many"
    assert page.locator(str(alert.get_by_role("link").first.get_attribute("href"))).count() == 1


def test_money_can_be_told_for_a_month_and_stays_so(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    answers(page, ("need", "a bed"), ("fact-weekly_income", "much"), ("fact-weekly_income-per", "four_weeks"))
    alert = page.get_by_role("alert").inner_text()
    assert "How much money comes in" in alert
    assert page.get_by_label("How often").input_value() == "four_weeks"
    page.get_by_label("Amount in pounds").fill("1250")
    page.get_by_label("How often").select_option("a month")
    assert too_wide(page) == []
    press(page, "Show me grants")
    page.locator("summary", has_text="What you told us").click()
    assert "£1,250 a month" in page.locator("dl.told").inner_text()
    press(page, "Change my answers")
    assert page.get_by_label("Amount in pounds").input_value() == "1250"
    assert page.get_by_label("How often").input_value() == "month"


def test_what_is_told_of_another_adult_is_asked_and_said_of_them(page: Page) -> None:
    page.get_by_label("Another adult").check()
    page.get_by_role("radio", name="Yes", exact=True).check()
    search(page, need="help with the bills")
    assert "“You” means the adult who needs help" in page.locator("section.next").inner_text()
    press(page, "Change my answers")
    assert page.get_by_label("Another adult").is_checked()
    assert page.get_by_role("radio", name="Yes", exact=True).is_checked()


def test_a_place_that_is_written_wrong_is_offered_again(page: Page) -> None:
    search(page, area="Birmingam")
    page.get_by_role("radio", name="Birmingham", exact=True).check()
    press(page, "Show me grants")
    press(page, "Change my answers")
    assert page.locator("#place").input_value() == "Birmingham"


def test_why_a_fund_is_not_here_can_be_looked_up(page: Page) -> None:
    search(page)
    page.fill("#name", "Discretionary Assistance Fund")
    press(page, "Look it up")
    found = page.locator("main").inner_text()
    assert "What stands in the way" in found
    assert "Wales" in found
    press(page, "Back to my list")
    assert page.locator("li.card").count() == 10


def test_help_to_apply_has_papers_and_a_letter_in_ones_own_words(page: Page) -> None:
    search(page)
    title = page.locator("li.card h3").first.inner_text()
    with page.expect_navigation():
        page.locator("button.link").first.click()
    assert title in page.locator("main").inner_text()
    assert page.locator("main li").count() > 3
    assert "broken cooker, two children" in page.locator("#letter").input_value()


def test_the_list_can_be_taken_along_as_text(page: Page) -> None:
    search(page)
    titles = page.locator("li.card h3").all_inner_texts()
    press(page, "Take it with you")
    text = page.locator("#text").input_value()
    assert [title for title in titles if title not in text] == []
    assert "https://" in text


def test_starting_again_forgets(page: Page) -> None:
    search(page)
    page.get_by_role("link", name="Start again").click()
    assert page.locator("#need").input_value() == page.locator("#place").input_value() == ""


def test_help_stands_above_the_list_for_somebody_in_danger_or_without_food(page: Page) -> None:
    for need, number in (
        ("I want to kill myself", "116 123"),
        ("no food, baby has no milk tonight", "0808 208 2138"),
    ):
        page.goto(page.url)
        search(page, need=need, area="Leeds")
        panel, first = page.locator("section.now").first, page.locator("li.card").first
        assert number in panel.inner_text()
        above, below = panel.bounding_box(), first.bounding_box()
        assert above is not None and below is not None
        assert above["y"] < below["y"]


def test_what_can_help_tonight_comes_first(page: Page) -> None:
    search(page, need="no food, baby has no milk tonight")
    first = page.locator("li.card h3").first.inner_text()
    catalogue = sample_catalogue()
    grant = next(grant for grant in catalogue.grants if grant.title == first)
    assert helps_tonight([grant], ["no_food"], catalogue.facts.purposes).all()


def test_a_turn_of_speech_brings_no_panel(page: Page) -> None:
    search(page, need="I could murder a curry, these bills are killing me")
    assert page.locator("section.now").count() == 0
    assert page.locator("a.exit").count() == 0


def test_who_fled_can_leave_at_any_place_of_the_page_and_never_comes_back(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    search(page, need="he hit me, I fled with my kids", area="Manchester")
    button = page.locator("a.exit")
    for _ in range(6):
        page.mouse.wheel(0, 2500)
        at = page.evaluate(
            "() => { const b = document.getElementById('leave').getBoundingClientRect();"
            " return document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2).id }"
        )
        assert at == "leave"
    assert page.locator("form").first.get_attribute("autocomplete") == "off"
    assert "0808 2000 247" in page.locator("section.now").first.inner_text()
    where = str(button.get_attribute("href"))
    visit = page.locator("input[name=visit]").first.get_attribute("value")
    left = httpx.get(server.url + where)
    assert (left.status_code, left.headers["clear-site-data"]) == (303, '"cache"')
    again = httpx.post(server.url, data={"need": "he hit me", "visit": str(visit)})
    assert (again.status_code, again.headers["location"]) == (303, "/")
    assert "he hit me" not in again.text


def test_no_browser_keeps_a_page_with_danger_in_view(server: Server) -> None:
    kept = {
        need: httpx.post(server.url, data={"need": need}, timeout=60).headers["cache-control"]
        for need in ("he hit me", "broken cooker")
    }
    assert kept == {"he hit me": "no-store", "broken cooker": "private, no-cache"}


def test_shift_three_times_leaves_where_scripts_run(browser: Browser, server: Server) -> None:
    opened = browser.new_context().new_page()
    opened.route("**/leave/*", lambda route: route.fulfill(body="the weather"))
    opened.goto(server.url)
    search(opened, need="he hit me", area="Manchester")
    before = opened.evaluate("history.length")
    for _ in range(3):
        opened.keyboard.press("Shift")
    opened.wait_for_url("**/leave/*")
    assert opened.locator("body").inner_text() == "the weather"
    assert opened.evaluate("history.length") == before
    opened.context.close()


def test_an_address_without_a_page_is_told_as_a_page(page: Page, server: Server) -> None:
    page.goto(server.url + "/nothing-here")
    assert page.get_by_role("heading", level=1).inner_text() == "Page not found"
    assert httpx.get(server.url + "/nothing-here").json()["error"]["code"] == "NOT_FOUND"


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
    assert page.locator("#place").input_value() == "Birmingham"
    press(page, "Show me grants")
    assert "Crisis and Resilience Fund: Birmingham" in "".join(page.locator("li.card").all_inner_texts())


def test_more_grants_follow_on_the_next_page(page: Page) -> None:
    search(page)
    first = page.locator("li.card h3").all_inner_texts()
    press(page, "Show more grants")
    second = page.locator("li.card h3").all_inner_texts()
    assert second
    assert page.locator("ol.cards").first.get_attribute("start") == "11"
    assert not set(first) & set(second)


def test_the_way_back_from_a_funds_own_page_leads_to_the_list(page: Page, server: Server) -> None:
    search(page)
    titles = page.locator("li.card h3").all_inner_texts()
    page.goto(server.url + "/style.css")
    page.go_back()
    assert page.locator("li.card h3").all_inner_texts() == titles


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
    search(page)
    for target in page.locator("input[type=radio], input[type=checkbox], button, a.exit, a.call").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


def violations(page: Page, axe: str) -> list[Any]:
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing_to_complain_of(
    browser: Browser, server: Server, axe: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        bypass_csp=True, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(server.url)
    assert violations(page, axe) == []
    search(page, need="he hit me, no food, broken cooker, two children")
    assert violations(page, axe) == []
    for step in ("Change my answers", "Show me grants", "Take it with you", "Back to my list", "Look it up"):
        press(page, step)
        assert violations(page, axe) == [], step
    press(page, "Back to my list")
    page.locator("button.link").first.click()
    page.wait_for_selector("#letter")
    assert violations(page, axe) == []
    page.goto(server.url + "/safety")
    assert violations(page, axe) == []
    page.goto(server.url)
    answers(page, ("step", "answers"), ("fact-weekly_income", "1250"), ("fact-weekly_income-per", "month"))
    assert violations(page, axe) == []
    page.goto(server.url)
    search(page, area="Birmingam")
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
    assert set(re.findall(r'(?:src|href|action)="([^"]*)"', html)) <= {
        "/", "/style.css", "#main", "/safety", *re.findall(r'"(/leave/[\w-]+)"', html),
    }  # fmt: skip
    danger = httpx.post(server.url, data={"need": "he hit me"}, timeout=60).text
    assert re.findall(r"<script[^>]*>", danger) == ['<script src="/leave.js" defer>']
    assert not re.search(r"\son\w+=|\sstyle=", danger)
