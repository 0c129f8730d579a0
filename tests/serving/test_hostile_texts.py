"""Two hundred hostile texts in every field of a catalogue: no page has an element or an attribute that is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product

import httpx
import pytest

from tests.serving.running import Server, start

VECTORS = [
    "<script>window.ran=1</script>",
    "<script src=//elsewhere.example/x></script>",
    "<img src=x onerror=window.ran=1>",
    "<svg/onload=window.ran=1>",
    "<body onpageshow=window.ran=1>",
    "<details open ontoggle=window.ran=1>",
    "<input autofocus onfocus=window.ran=1>",
    "<a href=javascript:window.ran=1>x</a>",
    "<a href='java\tscript:window.ran=1'>x</a>",
    "<iframe src=javascript:parent.ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<object data=//elsewhere.example/x>",
    "<embed src=//elsewhere.example/x>",
    "<base href=//elsewhere.example>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'>",
    "<link rel=stylesheet href=//elsewhere.example/x>",
    "<style>*{background:url(//elsewhere.example/x)}</style>",
    "<form action=//elsewhere.example><button>x",
    "<button formaction=javascript:window.ran=1>x",
    "<math><a xlink:href=javascript:window.ran=1>x",
    "<video><source onerror=window.ran=1>",
    "<marquee onstart=window.ran=1>",
    "onmouseover=window.ran=1 ",
    "{{7*7}}{% include 'x' %}${7*7}",
    "\u202e\u200b\u2066<script>window.ran=1</script>",
]
WRAPPED = ["{}", '">{}', "'>{}", "</title>{}", "</textarea>{}", "--><!-- -->{}", "]]>{}", "`>{}"]
TEXTS = [wrap.replace("{}", vector) for vector, wrap in product(VECTORS, WRAPPED)]
LINKS = [
    "javascript:window.ran=1",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "//elsewhere.example",
    "\x01javascript:x",
]
NEVER = {"style", "iframe", "object", "embed", "base", "svg", "math", "video", "marquee", "img", "source"}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster", "background"}


class Elements(HTMLParser):
    """Collects what of a page is not ours."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += 1
        told = {name: value or "" for name, value in attrs}
        handlers = [name for name in told if name.startswith("on")]
        outside = {
            name: value
            for name, value in told.items()
            if name in ADDRESSES
            and not value.startswith(("/", "#"))
            and not (
                tag == "a" and name == "href" and value.startswith(("https://", "http://", "tel:", "mailto:"))
            )
        }
        elsewhere = [name for name, value in told.items() if name in ADDRESSES and value.startswith("//")]
        refresh = tag == "meta" and told.get("http-equiv", "").lower() == "refresh"
        inline = tag == "script" and "src" not in told
        if tag in NEVER or inline or handlers or outside or elsewhere or refresh:
            self.foreign.append(f"<{tag} {attrs}>")


def foreign_in(html: str) -> list[str]:
    """What of a page is not ours."""
    page = Elements()
    page.feed(html)
    assert page.seen > 10
    return page.foreign


def test_the_check_finds_each_of_them_where_it_is_not_escaped() -> None:
    missed = []
    for text in VECTORS:
        page = Elements()
        page.feed(f"<p>{text}</p>")
        missed += [] if page.foreign else [text]
    assert missed == [text for text in VECTORS if text.startswith(("onmouseover", "{{"))]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo server whose catalogue is written by an enemy, in every field that a page may show."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {
            "id": f"g{n}",
            "title": text,
            "summary": text,
            "read": {"what": text},
            "funder": {"name": text},
            "source": LINKS[n % len(LINKS)],
            "apply": {
                "url": LINKS[n % len(LINKS)],
                "phone": text,
                "email": text,
                "address": text,
                "needs": [text],
            },
            "rules": [{"id": f"r{n}", "text": text, "condition": {"fact": "age", "at_least": 18}}],
        }
        for n, text in enumerate(TEXTS)
    ]
    (folder / "catalogue.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    running = start(folder, GRANTS_CATALOGUE=str(folder / "catalogue.jsonl"), GRANTS_RATE="1000000")
    yield running
    running.stop()


def test_every_page_of_two_hundred_hostile_grants_holds_nothing_foreign(hostile: Server) -> None:
    assert len(TEXTS) >= 200
    shown = 0
    for offset in range(0, len(TEXTS), 10):
        page = httpx.post(hostile.url, data={"need": "x", "offset": str(offset)}, timeout=60).text
        shown += page.count("window.ran") > 0
        assert foreign_in(page) == []
    assert shown > 10


def test_a_hostile_need_holds_nothing_foreign_on_any_page(hostile: Server) -> None:
    for text in TEXTS[:: len(WRAPPED) + 1]:
        for step in ("", "edit"):
            page = httpx.post(
                hostile.url, data={"need": text, "step": step, "area": text, "fact-age": text}, timeout=60
            )
            assert foreign_in(page.text) == []


def test_the_api_tells_no_link_that_is_none(hostile: Server) -> None:
    key = hostile.written.partition("Demo key, shown once: ")[2].split()[0]
    asked = {"page": {"size": 100}, "explain": False}
    headers = {"Authorization": f"Bearer {key}"}
    results = httpx.post(hostile.url + "/v1/rank", json=asked, headers=headers, timeout=60).json()["results"]
    assert len(results) == 100
    assert {(one["link"], one["apply"]["url"]) for one in results} == {(None, None)}
