"""The pages of a person who seeks help: every step is a form sent to one address, so that no address tells anything."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from data.errors import BadApplicant, GrantMatchError
from serving.answering import Answering
from serving.answers import Ranked
from serving.messages import EligibilityQuery, Page, RankQuery, Wanted
from serving.pages.forms import Asked, read_form
from serving.pages.help_now import Place, fled, helpline
from serving.pages.leaving import Left, visit_of
from serving.pages.letter import letter, papers
from serving.pages.looking_up import Stands, all_stand, named
from serving.pages.plain_text import as_text
from serving.pages.render import SCRIPT, STYLE, page, sorry
from serving.pages.unreviewed import SHOWN, lines
from serving.pages.views import results_page
from serving.pages.whom import judged_for
from serving.places import areas_of
from serving.refusals import Refusal, refusal_of

PAGE_SIZE: Final = 10
"""Grants on one page."""
TAKEN: Final = 20
"""Grants in the text to take along."""
FIELDS: Final = 500
"""Most fields of a sent form."""
PLACE_PROBLEM: Final = "area"


async def search(request: Request) -> Response:
    """The first page, and the answer to a sent form."""
    try:
        return await _search(request)
    except GrantMatchError as error:
        return sorry(refusal_of(error))


async def _search(request: Request) -> Response:
    answering: Answering = request.app.state.answering
    asked = await _read(request, answering)
    if asked.visit in request.app.state.left:
        return RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})
    asked = replace(asked, visit=visit_of(asked.visit))
    if request.method != "POST":
        return _form(asked, answering, answers=False)
    if asked.problems or asked.step == "answers":
        return _form(asked, answering, answers=asked.step == "answers" or bool(asked.fact_ids))
    try:
        return await _STEPS.get(asked.step, _results)(asked, answering)
    except BadApplicant as error:
        problems = {"fact-" + error.path.split(".")[-1]: error.message}
        return _form(asked.with_problems(problems), answering, answers=True)


async def _read(request: Request, answering: Answering) -> Asked:
    postcodes = answering.settings.postcodes
    known = partial(areas_of, postcodes=postcodes) if postcodes else None
    search = answering.loaded.search
    read = partial(read_form, await _sent(request), answering.loaded.catalogue, known, search.places)
    return await answering.turns.take(read) if request.method == "POST" else read()


async def _sent(request: Request) -> list[tuple[str, str]]:
    body = await request.body() if request.method == "POST" else b""
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except ValueError:
        raise Refusal(400, "The form could not be read.", code="BAD_FORM") from None


def _form(asked: Asked, answering: Answering, *, answers: bool) -> Response:
    values = answering.loaded.search.page(asked, answers=answers)
    code = "INVALID_FORM" if asked.problems else None
    return page("search.html", code=code, **_in_danger(asked, answering), **values)


def _in_danger(asked: Asked, answering: Answering) -> dict[str, Any]:
    """What every page shows to somebody who must be able to leave at once."""
    danger = fled(asked, answering.loaded.catalogue.facts)
    return {"hidden": danger, "danger": danger, "visit": asked.visit, "helpline": _helpline(asked, answering)}


def _helpline(asked: Asked, answering: Answering) -> Place | None:
    return helpline(answering.urgent_help, answering.loaded.recommender.pairing.nation_of(asked.areas))


async def _results(asked: Asked, answering: Answering) -> Response:
    values = await _ranked(asked, answering, PAGE_SIZE)
    return page("results.html", visit=asked.visit, helpline=_helpline(asked, answering), **values)


async def _ranked(asked: Asked, answering: Answering, size: int) -> dict[str, Any]:
    loaded = answering.loaded
    ranked: Ranked = await answering.rank_in_turn(query_of(asked, size))
    nation = loaded.recommender.pairing.nation_of(asked.areas)
    told = {"told": loaded.search.told(asked), "place_names": loaded.search.places.listed}
    return {
        **told,
        **lines(ranked, loaded.grant),
        **results_page(
            asked,
            ranked,
            loaded.catalogue,
            simulated=loaded.simulated,
            help_book=answering.urgent_help,
            nation=nation,
        ),
    }


async def _look_up(asked: Asked, answering: Answering) -> Response:
    catalogue = answering.loaded.catalogue
    grants = named(asked.name, catalogue)
    found: tuple[Stands, ...] = ()
    if grants:
        query = EligibilityQuery(applicant=applicant_of(asked), grants=tuple(grant.id for grant in grants))
        standings = await answering.turns.take(lambda: answering.eligibility(query))
        found = all_stand(standings.results, catalogue)
    titles = sorted(grant.title for grant in catalogue.grants)
    return page(
        "look_up.html",
        looked_up=asked.name,
        found=found,
        titles=titles,
        sent=asked.sent,
        **_in_danger(asked, answering),
    )


async def _ready(asked: Asked, answering: Answering) -> Response:
    catalogue = answering.loaded.catalogue
    grant = catalogue.by_id.get(asked.grant)
    if grant is None:
        raise Refusal(404)
    query = EligibilityQuery(applicant=applicant_of(asked), grants=(grant.id,))
    standings = await answering.turns.take(lambda: answering.eligibility(query))
    needs, stated = papers(grant)
    values = {**answering.loaded.search.ready(grant, asked), **_in_danger(asked, answering)}
    return page(
        "ready.html", needs=needs, stated=stated,
        letter=letter(grant, asked, catalogue), steps=standings.results[0].steps, sent=asked.sent, **values,
    )  # fmt: skip


async def _take(asked: Asked, answering: Answering) -> Response:
    values = await _ranked(replace(asked, offset=0), answering, TAKEN)
    text = as_text(values["told"], values["panels"], values["sections"])
    return page("take.html", visit=asked.visit, helpline=_helpline(asked, answering), text=text, **values)


_STEPS: Final = {"look-up": _look_up, "ready": _ready, "take": _take}


def applicant_of(asked: Asked) -> dict[str, Any]:
    """What is known of the person, and for whom help is sought, in the format of the API."""
    return {**asked.applicant, **({"for": list(whom)} if (whom := _whom(asked)) else {})}


def _whom(asked: Asked) -> tuple[str, ...]:
    return judged_for(asked.whom)


def query_of(asked: Asked, size: int) -> RankQuery:
    """The ranking that a form asks for."""
    below = None if asked.offset else Page(size=SHOWN)
    need = Wanted.model_validate(
        {"text": asked.need, "purposes": asked.purposes, "for": _whom(asked) or None}
    )
    return RankQuery(
        applicant=asked.applicant, need=need, page=Page(offset=asked.offset, size=size), unreviewed=below
    )


async def safety(_: Request) -> Response:
    """The calm page: what the button does, what stays behind, and how to browse safely."""
    return page("safety.html", hidden=True, danger=True, visit=visit_of(""))


async def leave(request: Request) -> Response:
    """Leave at once."""
    left: Left = request.app.state.left
    return left.leave(request.path_params["visit"])


async def style(_: Request) -> Response:
    """The pages' own style sheet."""
    return FileResponse(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


async def script(_: Request) -> Response:
    """The one script: leaving by key or button without a trace in the history."""
    return FileResponse(SCRIPT, media_type="text/javascript", headers={"Cache-Control": "max-age=3600"})


ROUTES: Final = (
    Route("/", search, name="search", methods=["GET", "POST"]),
    Route("/safety", safety, name="safety"),
    Route("/leave/{visit}", leave, name="leave"),
    Route("/style.css", style, name="style"),
    Route("/leave.js", script, name="script"),
)
"""What the mounted application adds to its routes."""
