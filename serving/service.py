"""The BentoML service: it loads, warms and calls; everything that decides lies in the layers below."""

# BentoML comes without types: its decorators and base class are Any.
# mypy: disable-error-code="untyped-decorator, misc"

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from threading import Thread
from typing import Any

import bentoml
import click
from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import ASGIApp
from uvicorn.config import HTTP_PROTOCOLS

from data.errors import GrantMatchError
from data.store.engine import check_address
from serving.access import keyring, new_token, prepare_demo, refuse_audit_key
from serving.admission import Gate
from serving.answering import Answering
from serving.answers import Kept, Ranked, Standings
from serving.ending import end_when_a_worker_cannot_start, refuse_to_start
from serving.journal import journal, keep_values_out_of_logs
from serving.loading import settle_memory
from serving.measures import Measures
from serving.messages import MESSAGES, EligibilityQuery, EventBatch, JudgementBatch, OutcomeBatch, RankQuery
from serving.refusals import refusal_of
from serving.sessions import Sessions
from serving.settings import read_settings
from serving.startup import Watch, open_answering
from serving.web import as_json, web_app

HOST = "127.0.0.1"
PORT = 3000
WHOLE_CATALOGUE = 5.0
"""Deadlines that explaining a whole catalogue may take, rather than a page of it."""

web = web_app()
web.state.measures = Measures()


class _Admitted(bentoml.IODescriptor):
    """A message that the gate has read and checked already; BentoML, which logs what it refuses, does not."""

    @classmethod
    async def from_http_request(cls, request: Any, serde: Any) -> Any:
        """Give the checked message."""
        return request.scope["message"]


class RankInput(_Admitted, RankQuery):
    """Which grants fit this person and this need, best first?"""


class EligibilityInput(_Admitted, EligibilityQuery):
    """How does this person stand to these grants, or to all of them?"""


class EventInput(_Admitted, EventBatch):
    """What happened to answers of ours."""


class OutcomeInput(_Admitted, OutcomeBatch):
    """Applications and what came of them."""


class JudgementInput(_Admitted, JudgementBatch):
    """What partners think of grants for described situations."""


@bentoml.service(
    name="GrantRanking",
    workers=1,
    # Products of a need with some hundred grants are small: more threads would only wait for one another.
    envs=[{"name": "OPENBLAS_NUM_THREADS", "value": "1"}],
    http={"host": HOST, "port": PORT},
    traffic={"timeout": 60},
    metrics={"enabled": False},
    # Spans that nobody exports would cost a millisecond of each request.
    tracing={"excluded_urls": ".*"},
    logging={"access": {"enabled": False}},
)
class GrantRanking:
    """Grants for people in hardship: first who may apply, then which fits best."""

    def __init__(self) -> None:
        """Load and warm everything; only then is the service ready."""
        written = journal()
        try:
            refuse_audit_key(os.environ)
            self.answering = open_answering(read_settings(), web.state.measures, written)
        except GrantMatchError as error:
            refuse_to_start(str(error))
        self.watch = Watch(self.answering, written)
        self.watch.start()
        Thread(target=self.answering.open_store, name="store", daemon=True).start()
        web.state.answering = self.answering
        keep_values_out_of_logs()
        settle_memory()

    @bentoml.on_deployment
    @staticmethod
    def before_binding() -> None:
        """Refuse to listen beyond this machine without real keys; else draw the demo key and print it once."""
        context = click.get_current_context(silent=True)
        host = (context.params.get("host") if context else None) or HOST
        try:
            settings = read_settings()
            refuse_audit_key(os.environ)
            check_address(settings.store)
            token = prepare_demo(settings, host=host, environment=os.environ)
        except GrantMatchError as error:
            sys.exit(f"refused to start: {error}")
        os.environ.setdefault("GRANTS_SESSION_KEY", new_token())  # one for all workers
        end_when_a_worker_cannot_start(os.environ)
        if token is not None:
            print(f"Demo key, shown once: {token}", flush=True)

    @bentoml.on_shutdown
    def close(self) -> None:
        """Give back threads and connections."""
        self.watch.stop()
        self.answering.close()

    async def __is_ready__(self) -> bool:
        """Ready only when everything is loaded; a worker that cannot load does not get here."""
        return True

    @bentoml.api(route="/v1/rank", output_spec=Ranked)
    async def rank(self, query: RankInput, /) -> Any:
        """Grants that fit a person and a need, best first."""
        return await ranked(query)

    @bentoml.api(route="/v1/eligibility", output_spec=Standings)
    async def eligibility(self, query: EligibilityInput, /) -> Any:
        """How a person stands to grants, without an order."""
        return await standings(query)

    @bentoml.api(route="/v1/events", output_spec=Kept)
    async def events(self, batch: EventInput, /) -> Any:
        """Keep what was shown, opened and applied for."""
        return await self._keep(partial(self.answering.keep_events, batch))

    @bentoml.api(route="/v1/outcomes", output_spec=Kept)
    async def outcomes(self, batch: OutcomeInput, /) -> Any:
        """Keep applications and what came of them."""
        return await self._keep(partial(self.answering.keep_outcomes, batch))

    @bentoml.api(route="/v1/judgements", output_spec=Kept)
    async def judgements(self, batch: JudgementInput, /) -> Any:
        """Keep what partners think of grants."""
        return await self._keep(partial(self.answering.keep_judgements, batch))

    async def _keep(self, work: Callable[[], BaseModel]) -> Response:
        try:
            return as_json(await self.answering.in_store_turn(work))
        except GrantMatchError as error:
            return refusal_of(error).response()


async def ranked(query: RankQuery) -> Response:
    """Answer `POST /v1/rank`, in a safe order where ranking is late."""
    answering: Answering = web.state.answering
    return await _answered(partial(answering.rank, query), late=partial(answering.rank_plainly, query))


async def standings(query: EligibilityQuery) -> Response:
    """Answer `POST /v1/eligibility`, without reasons where explaining is late."""
    answering: Answering = web.state.answering
    late = partial(answering.eligibility_plainly, query)
    return await _answered(partial(answering.eligibility, query), late=late, patience=WHOLE_CATALOGUE)


async def _answered(
    work: Callable[[], BaseModel], *, late: Callable[[], BaseModel], patience: float = 1.0
) -> Response:
    answering: Answering = web.state.answering
    try:
        return await answering.turns.take(
            lambda: as_json(work()), late=lambda: as_json(late()), patience=patience
        )
    except GrantMatchError as error:
        return refusal_of(error).response()


DIRECT: Mapping[str, Callable[[Any], Awaitable[Response]]] = {"rank": ranked, "eligibility": standings}
"""Routes that the gate has answered without BentoML, whose own endpoints cost as much again as an unexplained list."""


class FrontGate(Gate):
    """The gate with this deployment's settings, read when the application is built."""

    def __init__(self, app: ASGIApp) -> None:
        settings = read_settings()
        super().__init__(
            app,
            settings=settings,
            keyring=keyring(settings),
            measures=web.state.measures,
            messages=MESSAGES,
            warnings=lambda: web.state.answering.warnings(),
            sessions=Sessions((settings.session_key or new_token()).encode()),
        )
        self.direct = DIRECT
        web.state.keyring, web.state.sessions = self.keyring, self.sessions


# BentoML hands no limits on to uvicorn: the protocol that it takes when none is named is ours.
HTTP_PROTOCOLS["auto"] = "serving.bounded_http:BoundedHttp"
service: Any = GrantRanking
service.add_asgi_middleware(FrontGate)
service.mount_asgi_app(web)
