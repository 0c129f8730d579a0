"""Grant text is hostile until escaped: nothing in a catalogue or in a form runs or loads anything on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.behaviour.browsing import press
from tests.serving.running import Server, start

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAYLOADS = [
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg onload=window.ran=1>",
    "</title><script>window.ran=1</script>",
    '"><script>window.ran=1</script>',
    "' onmouseover='window.ran=1",
    "<a href=javascript:window.ran=1>x</a>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<style>body{background:url(//elsewhere.example/x)}</style>",
    "<link rel=stylesheet href=//elsewhere.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'>",
    "<base href=//elsewhere.example>",
    "<form action=//elsewhere.example><input name=q>",
    "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
    "\u202etxt.exe\u202c \u200b\u200d \x1b[31mred",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>",
    "<textarea></textarea><script>window.ran=1</script>",
]
LINKS = [
    "javascript:window.ran=1",
    "data:text/html,<script>parent.ran=1</script>",
    "//elsewhere.example",
    "vbscript:x",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo server whose catalogue is written by an enemy."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {
            "id": f"g{n}",
            "title": payload,
            "summary": payload,
            "funder": {"name": payload},
            "source": LINKS[n % len(LINKS)],
            "rules": [{"id": payload, "text": payload, "condition": {"fact": "age", "at_least": 18}}],
        }
        for n, payload in enumerate(PAYLOADS)
    ]
    catalogue = folder / "catalogue.jsonl"
    catalogue.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    running = start(folder, GRANTS_CATALOGUE=str(catalogue))
    yield running
    running.stop()


def test_hostile_text_runs_nothing_and_loads_nothing(browser: Browser, hostile: Server) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda _: pytest.fail("a dialog opened"))
    for payload in PAYLOADS:
        page.goto(hostile.url)
        page.fill("#need", payload)
        press(page, "Show me grants")
        assert page.evaluate("window.ran") is None
        press(page, "Change my answers")
        assert page.locator("#need").input_value().split() == payload.split()
        assert page.evaluate("window.ran") is None
    assert {url for url in asked if not url.startswith(hostile.url)} == set()
    page.close()


def test_a_hostile_title_is_shown_as_it_was_written(browser: Browser, hostile: Server) -> None:
    page = browser.new_page()
    page.goto(hostile.url)
    press(page, "Show me grants")
    for step in ("Take it with you", "Back to my list", "Look it up", "Back to my list"):
        press(page, step)
        assert page.evaluate("window.ran") is None
    with page.expect_navigation():
        page.locator("button.link").first.click()
    assert page.evaluate("window.ran") is None
    press(page, "Back to my list")
    titles = page.locator("li.card h3").all_inner_texts()
    press(page, "Show more grants")
    titles += page.locator("li.card h3").all_inner_texts()
    assert {" ".join(title.split()) for title in titles} == {
        " ".join(payload.split()) for payload in PAYLOADS
    }
    assert page.locator("li.card a.apply").count() == 0
    page.close()


def test_without_the_embedding_model_words_still_rank_and_it_says_so(hostile: Server) -> None:
    with hostile.client() as client:
        assert client.post("/", data={"need": "x"}).status_code == 200
    assert "Part of our service is resting" in hostile_page(hostile)


def hostile_page(server: Server) -> str:
    with server.client() as client:
        return client.post("/", data={"need": "x"}).text
