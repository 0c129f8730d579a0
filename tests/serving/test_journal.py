"""The journal writes known fields only, and exceptions come into logs without their messages."""

from __future__ import annotations

import io
import json
import logging

import pytest

from serving.journal import WithoutValues, journal


def test_only_known_fields_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    journal().info("request", route="rank", status=200, need="planted-need", applicant={"age": "planted-age"})
    written = json.loads(capsys.readouterr().out)
    assert written["route"] == "rank"
    assert set(written) == {"event", "level", "at", "route", "status"}


def test_an_exception_is_logged_by_type_and_place_and_not_by_message() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutValues())
    logger = logging.Logger("planted")
    logger.addHandler(handler)
    try:
        json.loads("{}")["planted-value"]
    except KeyError:
        logger.exception("Exception on %s", "/planted-path")
    assert "KeyError at " in stream.getvalue()
    assert "test_journal.py" in stream.getvalue()
    assert "planted-" not in stream.getvalue()


def test_a_plain_line_is_logged_as_it_is() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutValues())
    logger = logging.Logger("plain")
    logger.addHandler(handler)
    logger.warning("bundle %s", "refused")
    assert stream.getvalue() == "bundle refused\n"
