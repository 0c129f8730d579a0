"""The documents for contributors speak of files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md", "README.md"])
def test_every_file_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(r"`((?:data|features|models|training|serving|tests|docs)/[\w/.]+)`", text)
    named += re.findall(r"\]\(((?!http)[^)#]+)\)", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
