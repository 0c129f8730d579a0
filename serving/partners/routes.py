"""The partners' pages: forms that work without scripts, each kept before the next page is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from data.people.partners import WORDS, Choice, Effect, Grading, Interests, Record
from data.people.situations import Situation
from data.store.partners import PartnersShelf
from serving.answering import Answering
from serving.pages.render import page
from serving.partners import views
from serving.partners.forms import TOO_LONG, read_choice, read_grading
from serving.partners.pools import SHOWN, Orders, pool, two_orders
from serving.refusals import Refusal
from serving.signing_in import sent_pairs

T = TypeVar("T")
R = TypeVar("R", bound=Record)


PATIENCE: Final = 5.0
"""Deadlines that ranking a situation by two whole orders may take, rather than a page of one."""


class Desk:
    """What one request of a partner needs: who it is, the store's shelf, the grants of today."""

    def __init__(self, request: Request) -> None:
        self.answering: Answering = request.app.state.answering
        self.partner: str = request.scope["key"].name
        self.loaded = self.answering.loaded

    @property
    def shelf(self) -> PartnersShelf:
        """The partners' part of the store; only within `stored`."""
        return PartnersShelf(self.answering.store)

    async def stored(self, work: Callable[[PartnersShelf], T]) -> T:
        """Do what waits for the store."""
        return await self.answering.in_store_turn(lambda: work(self.shelf))

    async def ranked(self, work: Callable[[], T]) -> T:
        """Do what ranks."""
        return await self.answering.turns.take(work, patience=PATIENCE)

    async def keep(self, record: Record, situation: str = "") -> None:
        """Keep what the partner said; it is on disk when this returns."""
        await self.stored(
            lambda shelf: shelf.keep(self.partner, record, situation=situation, at=datetime.now(UTC))
        )

    async def said(self, kind: type[R]) -> dict[str, R]:
        """What the partner said of a kind, by situation."""
        return await self.stored(lambda shelf: shelf.of(self.partner, kind))

    def person(self, request: Request) -> Situation:
        """The person that an address names; raises `Refusal` 404."""
        found = self.answering.situations.get(request.path_params["situation"])
        if found is None:
            raise Refusal(404)
        return found

    async def graded(self, one: Situation) -> Grading:
        """What the partner said of a person so far; else the grants to grade."""
        kept = (await self.said(Grading)).get(one.id)
        if kept is not None and kept.pool:
            return kept
        shown = await self.ranked(lambda: pool(self.loaded, one, self.partner, on=self.answering.today()))
        return Grading(state="draft", pool=shown)

    async def orders(self, one: Situation) -> Orders:
        """Two orders for a person."""
        return await self.ranked(
            lambda: two_orders(self.loaded, one, self.partner, on=self.answering.today())
        )


def told(answer: Response) -> Response:
    """Nothing of a partner's page is kept by the browser beyond going back."""
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


async def home(request: Request) -> Response:
    """The people to read about; takes what ties to funds a partner has."""
    desk = Desk(request)
    if request.method == "POST":
        text = dict(sent_pairs(await request.body())).get("interests", "").strip()
        if len(text) <= WORDS:
            await desk.keep(Interests(text=text))
            return _back("/partners", "interests")
        values = {**await _home(desk, ""), "interests": text, "problems": {"interests": TOO_LONG}}
        return page("partners.html", code="INVALID_FORM", **values)
    return told(page("partners.html", **await _home(desk, request.query_params.get("done", ""))))


async def _home(desk: Desk, notice: str) -> dict[str, Any]:
    interests = (await desk.said(Interests)).get("")
    return views.home(
        desk.answering.situations,
        await desk.said(Grading),
        "" if interests is None else interests.text,
        (await desk.said(Effect)).get(""),
        desk.loaded.catalogue,
        notice,
    )


async def person(request: Request) -> Response:
    """One person, and the grants to grade."""
    desk = Desk(request)
    one = desk.person(request)
    catalogue = desk.loaded.catalogue
    problems: dict[str, str] = {}
    if request.method == "POST":
        sent = read_grading(sent_pairs(await request.body()), catalogue.by_id)
        grading, problems = sent.grading, sent.problems
        if not problems:
            await desk.keep(grading, one.id)
            return _back("/partners", grading.state)
    else:
        grading = await desk.graded(one)
    both = await desk.orders(one)
    values = views.person(one, grading, catalogue, orders=both.differ, problems=problems)
    return told(page("partners_person.html", code="INVALID_FORM" if problems else None, **values))


async def orders(request: Request) -> Response:
    """Two lists without names, and which a partner would rather get."""
    desk = Desk(request)
    one = desk.person(request)
    both = await desk.orders(one)
    before = (await desk.said(Choice)).get(one.id)
    problems: dict[str, str] = {}
    if request.method == "POST":
        model = desk.loaded.versions.model
        choice, problems = read_choice(sent_pairs(await request.body()), both.names, model)
        if choice is not None:
            await desk.keep(choice, one.id)
            return _back("/partners", "chosen")
    catalogue = desk.loaded.catalogue
    values = {
        "one": one,
        "first": views.titles(catalogue, both.first[:SHOWN]),
        "second": views.titles(catalogue, both.second[:SHOWN]),
        "chosen": before.chosen if before else "",
        "why": before.why if before else "",
        "quoted": before.quote if before else False,
        "problems": problems,
    }
    return told(page("partners_orders.html", code="INVALID_FORM" if problems else None, **values))


async def withdraw(request: Request) -> Response:
    """What a partner may take back, and taking it back."""
    desk = Desk(request)
    if request.method == "POST":
        sent = sent_pairs(await request.body())
        whole = ("everything", "yes") in sent
        named: list[str | None] = [None] if whole else [value for name, value in sent if name == "situation"]

        def take_back(shelf: PartnersShelf) -> None:
            for situation in named:
                shelf.withdraw(desk.partner, situation=situation)

        await desk.stored(take_back)
        return _back("/partners", "withdrawn" if named else "")
    said = {*await desk.said(Grading), *await desk.said(Choice)}
    ties = await desk.said(Interests)
    people = [one for one in desk.answering.situations.values() if one.id in said]
    return told(page("partners_withdraw.html", people=people, ties=bool(ties)))


def _back(path: str, done: str) -> Response:
    return RedirectResponse(f"{path}?done={done}" if done else path, status_code=303)


ROUTES: Final = (
    ("/partners", home, "partners"),
    ("/partners/withdraw", withdraw, "partners_withdraw"),
    ("/partners/{situation}", person, "partners_person"),
    ("/partners/{situation}/orders", orders, "partners_orders"),
)
"""Address, handler and name of each page; all take GET and POST."""


def routes(refusing: Callable[..., Any]) -> list[Route]:
    """The pages as routes, with errors in the one shape that the service gives them."""
    return [
        Route(path, refusing(handler), name=name, methods=["GET", "POST"]) for path, handler, name in ROUTES
    ]
