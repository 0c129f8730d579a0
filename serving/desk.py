"""Where every call is answered: it turns messages into calls of the layers below, and knows nothing of HTTP."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from structlog.typing import FilteringBoundLogger

from data.applicants import Applicant, read_applicant
from data.outcomes import Application, Outcome
from data.store import Receipt, Store
from models.eligibility import Status, Verdict, judge
from serving.loading import Loaded, load_everything
from serving.measures import Measures
from serving.messages import (
    EligibilityQuery,
    EventBatch,
    FactsAnswer,
    GrantAnswer,
    JudgementBatch,
    Kept,
    Ledger,
    Live,
    OutcomeBatch,
    PageOut,
    Question,
    Ranked,
    RankQuery,
    Recommendation,
    Standing,
    Standings,
    Why,
)
from serving.pages.search import Search
from serving.refusals import Refusal
from serving.settings import Settings
from serving.turns import Turns

LONDON: Final = ZoneInfo("Europe/London")


def today_in_london() -> date:
    """The day that deadlines of funds go by."""
    return datetime.now(LONDON).date()


def now() -> datetime:
    """The moment at which a record is kept."""
    return datetime.now(UTC)


@dataclass
class Desk:
    """Everything loaded, and the answers to every call."""

    settings: Settings
    loaded: Loaded
    store: Store
    measures: Measures
    journal: FilteringBoundLogger
    turns: Turns
    today: Callable[[], date] = field(default=today_in_london)

    @classmethod
    def open(cls, settings: Settings, *, measures: Measures, journal: FilteringBoundLogger) -> Self:
        """Load and warm everything, then open the store."""
        loaded = load_everything(settings)
        turns = Turns(settings.threads, deadline=settings.deadline)
        desk = cls(settings, loaded, Store.open(settings.store), measures, journal, turns)
        desk.rank(RankQuery())
        return desk

    @cached_property
    def search(self) -> Search:
        """The form of the first page."""
        return Search(self.loaded.catalogue)

    def close(self) -> None:
        """Give back threads and connections."""
        self.turns.close()
        self.store.close()

    async def rank_in_turn(self, query: RankQuery) -> Ranked:
        """Rank within the deadline; past it, in a safe order."""
        return await self.turns.take(lambda: self.rank(query), late=lambda: self.rank_plainly(query))

    def rank(self, query: RankQuery) -> Ranked:
        """Which grants fit, best first."""
        loaded = self.loaded
        applicant = self._applicant(query, loaded)
        verdicts = self._verdicts(applicant, query, loaded)
        scores = loaded.index.texts @ loaded.embedder.embed([query.need.text])[0]
        rows = [r for r, v in enumerate(verdicts) if v.status not in (Status.NOT_ELIGIBLE, Status.NOT_NOW)]
        rows.sort(key=lambda r: -scores[r])
        page = query.page
        results = tuple(
            Recommendation(
                grant_id=verdicts[r].grant_id,
                rank=page.offset + n,
                status=verdicts[r].status,
                score=float(scores[r]),
                route=loaded.catalogue.grants[r].route,
                checked_on=loaded.catalogue.grants[r].checked_on,
            )
            for n, r in enumerate(rows[page.offset : page.offset + page.size], 1)
        )
        return Ranked(
            **self._signed(loaded),
            results=results,
            near_misses=(),
            next_question=None,
            counts=_counts(verdicts),
            page=PageOut(offset=page.offset, size=page.size, total=len(rows)),
        )

    def rank_plainly(self, query: RankQuery) -> Ranked:
        """The same grants in a safe order, when ranking is late."""
        return self.rank(query)

    def eligibility(self, query: EligibilityQuery) -> Standings:
        """How a person stands to the named grants, or to all."""
        loaded = self.loaded
        verdicts = self._verdicts(self._applicant(query, loaded), query, loaded)
        if query.grants is not None:
            by_id = {verdict.grant_id: verdict for verdict in verdicts}
            unknown = next((n for n, grant_id in enumerate(query.grants) if grant_id not in by_id), None)
            if unknown is not None:
                raise Refusal(
                    422, "There is no grant of this id.", code="UNKNOWN_GRANT", path=f"grants.{unknown}"
                )
            verdicts = [by_id[grant_id] for grant_id in query.grants]
        results = tuple(
            Standing(grant_id=v.grant_id, status=v.status, from_day=v.from_day, findings=_why(v))
            for v in verdicts
        )
        return Standings(**self._signed(loaded), results=results, counts=_counts(verdicts))

    def _verdicts(self, applicant: Applicant, query: Question, loaded: Loaded) -> list[Verdict]:
        on, catalogue = query.on or self.today(), loaded.catalogue
        return [
            judge(applicant, g, on=on, facts=catalogue.facts, areas=catalogue.areas) for g in catalogue.grants
        ]

    def keep_events(self, batch: EventBatch) -> Kept:
        """Keep events, all or none."""
        return self._kept(self.store.append_events(batch.events, at=now()))

    def keep_outcomes(self, batch: OutcomeBatch) -> Kept:
        """Keep applications, then outcomes; each record is its own, so that a batch can be sent again."""
        at = now()
        receipts = [
            self.store.append_application(
                Application(**{n: getattr(a, n) for n in type(a).model_fields}), at=at
            )
            for a in batch.applications
        ]
        for told in batch.outcomes:
            outcome = Outcome(told.application_id, told.result, told.decided_on, told.amount)
            receipts.append(self.store.append_outcome(told.id, outcome, at=at, corrects=told.corrects))
        return self._kept(receipts)

    def keep_judgements(self, batch: JudgementBatch) -> Kept:
        """Keep partners' judgements; each record is its own."""
        at = now()
        return self._kept([self.store.append_judgement(judgement, at=at) for judgement in batch.judgements])

    def erase(self, person: str) -> Kept:
        """Erase a person from the store."""
        self.store.erase(person)
        return Kept(**self._signed(self.loaded), kept=0, known=0)

    def live(self) -> Live:
        """What is live now."""
        return Live(**self._signed(self.loaded), bundle=None, decision=None)

    def history(self) -> Ledger:
        """What was live, since when."""
        return Ledger(**self._signed(self.loaded), entries=(), whole=True)

    def facts(self) -> FactsAnswer:
        """What can be asked of a person, and why."""
        book = self.loaded.catalogue.facts
        return FactsAnswer(
            **self._signed(self.loaded),
            facts=tuple(fact.model_dump(mode="json") for fact in book.facts.values()),
            relations={name: relation.model_dump() for name, relation in book.relations.items()},
            trades=dict(book.trades),
        )

    def grant(self, grant_id: str) -> GrantAnswer:
        """One grant; raises `Refusal` 404."""
        grant = self.loaded.catalogue.by_id.get(grant_id)
        if grant is None:
            raise Refusal(404, "There is no grant of this id.", code="UNKNOWN_GRANT")
        return GrantAnswer(**self._signed(self.loaded), grant=grant.model_dump(mode="json", by_alias=True))

    def _applicant(self, query: Question, loaded: Loaded) -> Applicant:
        return read_applicant(query.applicant, loaded.catalogue.facts, loaded.catalogue.areas)

    def _signed(self, loaded: Loaded) -> dict[str, Any]:
        return {"response_id": uuid.uuid4().hex, "versions": loaded.versions, "degraded": loaded.degraded}

    def _kept(self, receipts: list[Receipt] | tuple[Receipt, ...]) -> Kept:
        new = sum(receipt is Receipt.STORED for receipt in receipts)
        return Kept(**self._signed(self.loaded), kept=new, known=len(receipts) - new)


def _counts(verdicts: list[Verdict]) -> dict[Status, int]:
    counted = Counter(verdict.status for verdict in verdicts)
    return {status: counted[status] for status in reversed(Status)}


def _why(verdict: Verdict) -> tuple[Why, ...]:
    return tuple(
        Why(code=f.code, answer=f.answer.name.lower(), text=f.rule.text if f.rule else "")
        for f in verdict.findings
    )
