"""Schemathesis makes up requests from our own description: whatever is sent, no answer is a 500."""

# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from serving.access import Scope
from serving.openapi import CALLS, openapi
from tests.serving.running import Server

schemathesis = pytest.importorskip("schemathesis")

TRIED = int(os.environ.get("FUZZ", "25"))
"""Requests made up for each call; `FUZZ=900` makes ten thousand in all."""
PATIENCE = 60
"""Seconds that an answer may take here: more than the server's own deadline in these tests, on a busy machine too."""
SCHEMA = schemathesis.openapi.from_dict(openapi("test"))
KEY_FOR = {"rank": Scope.RANK, "eligibility": Scope.RANK, "facts": Scope.RANK, "grant": Scope.RANK}
KEY_FOR |= {
    "events": Scope.INGEST,
    "outcomes": Scope.INGEST,
    "judgements": Scope.INGEST,
    "erase": Scope.PRIVACY,
}
KEY_FOR |= {"areas": Scope.RANK, "situations": Scope.RANK, "rerank": Scope.RANK}
KEY_FOR |= {"models_live": Scope.STAFF, "models_history": Scope.STAFF}


def test_every_call_that_is_described_has_a_key_here() -> None:
    assert {call.route for call in CALLS} == set(KEY_FOR)


def _fuzz() -> Callable[[Any, Server], None]:
    @SCHEMA.parametrize()
    @settings(
        max_examples=TRIED,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def fuzz(case: Any, server: Server) -> None:
        route = case.operation.definition.raw["operationId"]
        response = case.call(
            base_url=server.url,
            headers={"Authorization": f"Bearer {server.keys[KEY_FOR[route]]}"},
            timeout=PATIENCE,
        )
        case.validate_response(
            response, checks=[schemathesis.checks.not_a_server_error, response_fits_its_description()]
        )

    made: Callable[[Any, Server], None] = fuzz
    return made


def response_fits_its_description() -> Any:
    """The check that an answer has the form that our description promises."""
    from schemathesis.specs.openapi.checks import response_schema_conformance

    return response_schema_conformance


test_no_made_up_request_gets_a_500_or_an_undescribed_answer = pytest.mark.slow(_fuzz())
