"""The calls that only read, and the pages: a small application mounted beside the native endpoints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from data.errors import GrantMatchError
from data.people.events import NAME_LENGTH
from serving import telling
from serving.answering import Answering
from serving.openapi import ABOUT, openapi
from serving.pages.leaving import Left
from serving.pages.render import page
from serving.partners.routes import routes as partners_routes
from serving.reference import entries, parts
from serving.refusals import Refusal, refusal_of
from serving.reranking import rerank
from serving.reviewing.routes import routes as review_routes
from serving.signing_in import ROUTES as SIGNING_IN
from serving.site import ROUTES as PAGES

Handler = Callable[[Request], Awaitable[Response]]


def answering_of(request: Request) -> Answering:
    """What answers calls; the service put it here when everything was loaded."""
    answering: Answering = request.app.state.answering
    return answering


def as_json(answer: BaseModel) -> Response:
    """An answer as it is sent."""
    return Response(answer.model_dump_json(by_alias=True), media_type="application/json")


def refusing(handler: Handler) -> Handler:
    """Answer errors that we raise on purpose in their one shape."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except GrantMatchError as error:
            return refusal_of(error).response()

    return handle


@refusing
async def reranked(request: Request) -> Response:
    """Grants that were found elsewhere, best first, in the form of Metarank."""
    answering, asked, model = answering_of(request), request.scope["message"], request.path_params["model"]
    return await answering.turns.take(lambda: as_json(rerank(asked, model, answering)))


@refusing
async def facts(request: Request) -> Response:
    """What can be asked of a person, and why."""
    return as_json(telling.facts(answering_of(request).loaded))


@refusing
async def areas(request: Request) -> Response:
    """The places that may be told."""
    return as_json(telling.areas(answering_of(request).loaded))


@refusing
async def situations(request: Request) -> Response:
    """Made-up people whose lists partners grade."""
    answering = answering_of(request)
    return as_json(telling.situations(answering.loaded, answering.situations.values()))


@refusing
async def grant(request: Request) -> Response:
    """One grant, as the catalogue has it."""
    return as_json(telling.grant(answering_of(request).loaded, request.path_params["id"]))


@refusing
async def models_live(request: Request) -> Response:
    """What is live now."""
    answering = answering_of(request)
    told = partial(telling.live, answering.loaded, answering.settings.ledger)
    return as_json(await answering.turns.take(told))


@refusing
async def models_history(request: Request) -> Response:
    """What was live, since when, approved by whom."""
    answering = answering_of(request)
    told = partial(telling.history, answering.loaded, answering.settings.ledger)
    return as_json(await answering.turns.take(told))


@refusing
async def erase(request: Request) -> Response:
    """Erase everything that the store keeps under a pseudonym."""
    answering, person = answering_of(request), request.path_params["pseudonym"]
    if "\0" in person or len(person) > NAME_LENGTH:
        raise Refusal(422, "This is no pseudonym.", path="pseudonym")
    return as_json(await answering.in_store_turn(lambda: answering.erase(person)))


@refusing
async def metrics(request: Request) -> Response:
    """Numbers for the people who run the service."""
    answering = answering_of(request)
    numbers = answering.measures.page(answering.warnings())
    return Response(numbers, media_type="text/plain; version=0.0.4; charset=utf-8")


@refusing
async def description(request: Request) -> Response:
    """The service's OpenAPI."""
    return JSONResponse(openapi(answering_of(request).loaded.versions.service))


@refusing
async def docs(request: Request) -> Response:
    """The service's description for people."""
    document = openapi(answering_of(request).loaded.versions.service)
    return page("reference.html", about=ABOUT, calls=list(entries(document)), parts=list(parts(document)))


def web_app() -> Starlette:
    """The mounted application; its `state.answering` is set by the service."""
    app = Starlette(
        routes=[
            *PAGES,
            *SIGNING_IN,
            *partners_routes(refusing),
            *review_routes(refusing),
            Route("/rank/{model}", reranked, name="rerank", methods=["POST"]),
            Route("/v1/facts", facts, name="facts"),
            Route("/v1/areas", areas, name="areas"),
            Route("/v1/situations", situations, name="situations"),
            Route("/v1/grants/{id}", grant, name="grant"),
            Route("/v1/models/live", models_live, name="models_live"),
            Route("/v1/models/history", models_history, name="models_history"),
            Route("/v1/people/{pseudonym}", erase, name="erase", methods=["DELETE"]),
            Route("/docs", docs, name="docs"),
            Route("/v1/openapi.json", description, name="openapi"),
            Route("/metrics", metrics, name="metrics"),
        ]
    )
    app.state.left = Left()
    return app
