"""How a person stands to grants, without an order: each with its findings, and the smallest cause of a no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from data.catalogue.grants import Grant
from models.counterfactuals.causes import causes
from models.counterfactuals.missing import missing_sets
from models.eligibility.context import EvaluationContext
from models.eligibility.verdict import Status, Verdict
from models.explanations.in_the_way import cause_in_words
from models.explanations.reasons import reasons, steps_in_words
from serving.answers import Standing, Standings
from serving.loading import Loaded


def standings(
    grants: Sequence[Grant], context: EvaluationContext, loaded: Loaded, *, explain: bool
) -> Standings:
    """Judge grants plainly and tell of each, with its reasons where they are asked for."""
    verdicts = loaded.recommender.verdicts(context, grants)
    told = (
        standing(verdict, context, grant, explain=explain)
        for verdict, grant in zip(verdicts, grants, strict=True)
    )
    return Standings(**loaded.signed(), results=tuple(told), counts=_counts(verdicts))


def standing(verdict: Verdict, context: EvaluationContext, grant: Grant, *, explain: bool) -> Standing:
    """Tell how a person stands to one grant."""
    return Standing(
        grant_id=verdict.grant_id,
        status=verdict.status,
        from_day=verdict.from_day,
        not_before=verdict.not_before,
        findings=reasons(verdict, grant, context) if explain else (),
        missing=missing_sets(context, grant, verdict) if explain else (),
        steps=steps_in_words(verdict, grant, context) if explain else (),
        cause=_cause(verdict, grant, context) if explain else None,
    )


def _cause(verdict: Verdict, grant: Grant, context: EvaluationContext) -> str | None:
    """Say the smallest cause of a grant that is not eligible; None for others, and where nothing could change it."""
    found = causes(context, grant) if verdict.status is Status.NOT_ELIGIBLE else ()
    return cause_in_words(found[0], grant, context) if found else None


def _counts(verdicts: Iterable[Verdict]) -> dict[Status, int]:
    counted = Counter(verdict.status for verdict in verdicts)
    return {status: counted[status] for status in reversed(Status)}
