"""The reviews' pages: staff read, who has the scope `sign` signs; a signature is kept in the service's store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, cast

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from data.people.reviews import BadReview, ReviewFolder, is_sentence, reviews_in
from data.people.signatures import Signature
from data.store.signatures import SignaturesShelf
from serving.access import Scope
from serving.answering import Answering
from serving.pages.render import page
from serving.pages.words import day
from serving.refusals import Refusal
from serving.reviewing.page_policy import policy_of
from serving.signing_in import sent_pairs

NO_DECISION: Final = "Say whether you approve or refuse"
NO_REASON: Final = "Say why, in a sentence of your own"
NO_ANSWER: Final = "Say in a sentence what you make of difference {}"
LONGEST: Final = 2000
TOO_LONG: Final = f"Use at most {LONGEST} letters"


async def every_review(request: Request) -> Response:
    """The reviews that there are, the newest first, and who signed them."""
    answering: Answering = request.app.state.answering

    def read() -> list[dict[str, Any]]:
        shelf = SignaturesShelf(answering.store)
        return [_in_list(one, shelf.of(one.digest)) for one in reviews_in(answering.settings.reviews)]

    rows = await answering.in_store_turn(read)
    return page("reviews.html", reviews=rows, notice=request.query_params.get("done") == "signed")


async def one_review(request: Request) -> Response:
    """One review, what it finds likely, its signatures, and the form for another."""
    answering: Answering = request.app.state.answering
    found = await answering.in_store_turn(lambda: _found(request))
    key = request.scope["key"]
    sent: dict[str, str] = {}
    problems: dict[str, str] = {}
    if request.method == "POST":
        if Scope.SIGN not in key.scopes:
            raise Refusal(403)
        sent = dict(sent_pairs(await request.body()))
        signature, problems = read_signature(sent, found, by=key.name)
        if signature is not None:
            kept = signature
            await answering.in_store_turn(lambda: SignaturesShelf(answering.store).append(kept))
            return RedirectResponse("/review?done=signed", status_code=303)
    signed = await answering.in_store_turn(lambda: SignaturesShelf(answering.store).of(found.digest))
    values = {
        **_in_list(found, signed),
        "likely": found.review.differences,
        "signatures": [_told(one, found) for one in reversed(signed)],
        "may_sign": Scope.SIGN in key.scopes,
        "by": key.name,
        "sent": sent,
        "problems": problems,
        "has_page": found.page.is_file(),
    }
    return page("review.html", code="INVALID_FORM" if problems else None, **values)


async def review_page(request: Request) -> Response:
    """The review's own page, under a policy that lets it show itself and nothing else."""
    answering: Answering = request.app.state.answering

    def read() -> bytes:
        try:
            return _found(request).page.read_bytes()
        except OSError:
            raise Refusal(404) from None

    html = await answering.in_store_turn(read)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy_of(html)})


def read_signature(
    sent: Mapping[str, str], found: ReviewFolder, *, by: str
) -> tuple[Signature | None, dict[str, str]]:
    """Read a signature from a form; None with what is wrong, by the field."""
    decision, reason = sent.get("decision", ""), sent.get("reason", "").strip()
    answers = {
        one.id: sent.get(f"answer-{number}", "").strip()
        for number, one in enumerate(found.review.differences)
    }
    problems = {  # in the order in which they stand on the page
        f"answer-{number}": NO_ANSWER.format(number + 1)
        for number, words in enumerate(answers.values())
        if not is_sentence(words)
    }
    if decision not in ("approved", "refused"):
        problems["decision"] = NO_DECISION
    if not reason:
        problems["reason"] = NO_REASON
    texts = {"reason": reason, **{f"answer-{n}": words for n, words in enumerate(answers.values())}}
    problems |= {name: TOO_LONG for name, words in texts.items() if len(words) > LONGEST}
    if problems:
        return None, problems
    told = {
        "review": found.digest,
        "bundle": found.review.bundle,
        "by": by,
        "at": datetime.now(UTC),
        "decision": decision,
        "reason": reason,
        "answers": {name: words for name, words in answers.items() if words},
    }
    try:
        signature = Signature.model_validate(told)
        found.check_signature(signature)
    except (ValidationError, BadReview):
        return None, {"reason": NO_REASON}
    return signature, {}


def _found(request: Request) -> ReviewFolder:
    answering = cast("Answering", request.app.state.answering)
    for one in reviews_in(answering.settings.reviews):
        if one.digest == request.path_params["digest"]:
            return one
    raise Refusal(404)


def _in_list(found: ReviewFolder, signed: Sequence[Signature]) -> dict[str, Any]:
    newest = signed[-1] if signed else None
    return {
        "digest": found.digest,
        "review": found.review,
        "made": _day(found.review.made_on),
        "open": len(found.review.differences),
        "state": "Not signed yet" if newest is None else f"{newest.decision.capitalize()} by {newest.by}",
    }


def _day(told: str) -> str:
    """A day as people write it; what is none, as it stands."""
    try:
        return day(date.fromisoformat(told))
    except ValueError:
        return told


def _told(signature: Signature, found: ReviewFolder) -> dict[str, Any]:
    texts = {one.id: one.text for one in found.review.differences}
    answers = [(texts.get(name, name), words) for name, words in signature.answers.items()]
    return {"signature": signature, "day": day(signature.at.date()), "answers": answers}


ROUTES: Final = (
    ("/review", every_review, "review", ["GET"]),
    ("/review/{digest}", one_review, "review_one", ["GET", "POST"]),
    ("/review/{digest}/page", review_page, "review_page", ["GET"]),
)


def routes(refusing: Callable[..., Any]) -> list[Route]:
    """The pages as routes, with errors in the one shape that the service gives them."""
    return [
        Route(path, refusing(handler), name=name, methods=methods) for path, handler, name, methods in ROUTES
    ]
