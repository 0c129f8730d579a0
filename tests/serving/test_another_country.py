"""A deployment of another country tells its own people where to turn, and nobody a number of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from data.people.urgent_help import NOBODY, own_help
from serving.loading import load_urgent_help
from serving.settings import Settings
from tests.serving.running import Server, start

GRANT = {"id": "stove", "title": "Stove fund", "summary": "It pays for a stove.", "rules": []}
FACTS = {
    "facts": [
        {
            "id": "children", "kind": "number", "unit": "children", "min": 0, "max": 15, "burden": 1,
            "question": "How many children live with you?", "why": "Some funds are for families.",
            "special_category": False, "mutable": "either",
        }
    ]
}  # fmt: skip
AREAS = "code,name,parent\nZU,Zubrowka,\nZU-1,Lutz,ZU\nZU-2,Nebelsbad,ZU\n"
HELP = {
    "in_danger": "In danger now? Call 1-1-2.",
    "headings": {"no_food": "Bread today"},
    "lines": [
        {
            "id": "kitchen", "name": "Lutz kitchen", "says": "It gives warm food.", "phone": "77 01",
            "kinds": ["no_food"], "nations": ["ZU"], "source": "https://kitchen.example",
        }
    ],
}  # fmt: skip
NO_FOOD = {"need": "we have no food at all today", "place": "Lutz"}


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demo of another country."""
    folder = tmp_path_factory.mktemp("elsewhere")
    files = {
        "catalogue.jsonl": json.dumps(GRANT), "facts.json": json.dumps(FACTS), "areas.csv": AREAS,
        "urgent_help.json": json.dumps(HELP),
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    names = {"GRANTS_" + name.split(".")[0].upper(): str(folder / name) for name in files}
    running = start(folder, None, **names)
    yield running
    running.stop()


def test_its_own_place_to_turn_to_stands_above_the_list(elsewhere: Server) -> None:
    html = httpx.post(elsewhere.url, data=NO_FOOD).text
    assert html.index("Bread today") < html.index("77 01") < html.index("Stove fund")


def test_no_page_names_a_number_or_a_place_of_ours(elsewhere: Server) -> None:
    pages = [
        httpx.get(elsewhere.url).text,
        httpx.post(elsewhere.url, data=NO_FOOD).text,
        httpx.post(elsewhere.url, data={**NO_FOOD, "need": "i want to kill myself"}).text,
        httpx.get(elsewhere.url + "/safety").text,
        httpx.get(elsewhere.url + "/no-such-page", headers={"accept": "text/html"}).text,
    ]
    ours = [line.phone for line in own_help().lines if line.phone] + ["Leeds", "Samaritans"]
    assert [(word, html) for html in pages for word in ours if f" {word}" in html or f">{word}" in html] == []
    assert "such as Lutz or Nebelsbad" in pages[0]
    assert "In danger now? Call 1-1-2." in pages[4]


def test_without_a_file_another_countrys_areas_name_nobody_and_the_samples_name_ours(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text(AREAS, "utf-8")
    assert load_urgent_help(Settings(areas=tmp_path / "areas.csv")) is NOBODY
    assert load_urgent_help(Settings()) == own_help()
