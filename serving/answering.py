"""Where every call is answered: messages become calls of the layers below; nothing here knows of HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TypeVar

from structlog.typing import FilteringBoundLogger

from data.catalogue.facts import FactBook
from data.catalogue.grants import Grant
from data.clock import today_in_london
from data.errors import StoreError, StoreUnavailable
from data.people.applicants import read_applicant
from data.people.needs import check_purposes
from data.people.situations import Situation
from data.people.urgent_help import NOBODY, UrgentHelp
from data.store.store import Store
from models.eligibility.context import EvaluationContext
from models.eligibility.contradictions import refuse_contradictions
from models.listing.wish import Wish
from models.rankers.exploration import Exploration
from models.recommender import Recommender
from serving.answers import (
    Erased,
    Kept,
    PageOut,
    Ranked,
    Standings,
    Versions,
)
from serving.cards import near_miss, next_question, recommendation
from serving.keeping import StoreDoor, Told, keep
from serving.loading import Loaded
from serving.measures import Measures
from serving.messages import (
    EligibilityQuery,
    EventBatch,
    JudgementBatch,
    OutcomeBatch,
    Page,
    Question,
    RankQuery,
)
from serving.places import applicant_with_place
from serving.refusals import Refusal, not_confirmed
from serving.settings import Settings
from serving.standings import standings
from serving.turns import Turns
from serving.understanding import understood
from serving.unreviewed import unreviewed

T = TypeVar("T")


@dataclass
class Answering:
    """What is loaded, the store, and the answers to every call."""

    settings: Settings
    loaded: Loaded
    door: StoreDoor
    measures: Measures
    turns: Turns
    """Threads for what is answered from memory."""
    store_turns: Turns
    """Threads for what waits for the store, so that nothing else ever does."""
    journal: FilteringBoundLogger
    today: Callable[[], date] = field(default=today_in_london)
    situations: Mapping[str, Situation] = field(default_factory=dict)
    """The people that partners grade grants for."""
    urgent_help: UrgentHelp = NOBODY
    """Where who cannot wait is told to turn."""
    earlier: Loaded | None = None
    """What was live before the last swap."""
    refused_bundle: str = ""
    """Why the newest champion is not live; empty where it is."""

    @property
    def store(self) -> Store:
        """What is kept; raises StoreError where it cannot be reached. May wait: only for `store_turns`."""
        return self.door.store()

    def close(self) -> None:
        """Give back threads and connections."""
        self.turns.close()
        self.store_turns.close()
        self.door.close()

    def open_store(self) -> None:
        """Reach for the store, so that nobody waits for it later; where it is away, that is written down."""
        try:
            self.door.store()
        except StoreError as error:
            self.door.away = True
            self.journal.warning("store away", why=str(error))

    async def in_store_turn(self, work: Callable[[], T]) -> T:
        """Do what needs the store within its own deadline; raises Refusal 503 past it."""
        try:
            done = await self.store_turns.take(work)
        except StoreUnavailable:
            self.door.away = True
            raise
        except Refusal as refusal:
            if refusal.status != 504:
                raise
            self.door.away = True
            raise not_confirmed("the store did not answer within its deadline") from None
        self.door.away = False
        return done

    def warnings(self) -> tuple[str, ...]:
        """What works in part only, as codes: for `/readyz` and the metrics."""
        away = ("store_away",) if self.door.away else ()
        refused = ("bundle_refused",) if self.refused_bundle else ()
        return (*self.loaded.recommender.degraded, *refused, *away)

    async def rank_in_turn(self, query: RankQuery) -> Ranked:
        """Rank within the deadline; past it, in a safe order that says so."""
        return await self.turns.take(lambda: self.rank(query), late=lambda: self.rank_plainly(query))

    def rank(self, query: RankQuery) -> Ranked:
        """Which grants fit, best first. Raises BadApplicant."""
        loaded, on = self._pinned(query), query.on or self.today()
        recommender = loaded.recommender_on(self.today(), model_days=self.settings.model_days)
        return self._ranked(query, loaded, recommender, on)

    def scored(self, query: RankQuery) -> Iterator[tuple[str, float]]:
        """Yield every grant that is not ruled out with its score, best first. Raises BadApplicant, Refusal."""
        loaded, on = self.loaded, query.on or self.today()
        recommender = loaded.recommender_on(self.today(), model_days=self.settings.model_days)
        rows, scores = recommender.scored_list(self._context(query, loaded, on), query.need)
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            yield loaded.catalogue.grants[row].id, score

    def _pinned(self, query: RankQuery) -> Loaded:
        """Give what the first page was made from; raises Refusal 409 where that is no longer here."""
        told = query.versions
        for loaded in (self.loaded, self.earlier):
            if loaded is not None and (told is None or told.model_dump() == loaded.versions.model_dump()):
                return loaded
        message = "The list was made from versions that are no longer here: ask for its first page again."
        raise Refusal(409, message, code="VERSION_GONE", path="versions")

    def swap(self, newer: Loaded) -> None:
        """Answer from something newer; pages of earlier lists still come from what was live until now."""
        self.earlier, self.loaded = self.loaded, newer
        self.refused_bundle = ""

    def rank_plainly(self, query: RankQuery) -> Ranked:
        """The same grants in the order of their words, unexplained: when ranking is late. Raises BadApplicant."""
        short = query.model_copy(update={"explain": False, "near_misses": 0, "unreviewed": None})
        loaded = self._pinned(query)
        return self._ranked(short, loaded, loaded.plain, query.on or self.today())

    def _ranked(self, query: RankQuery, loaded: Loaded, recommender: Recommender, on: date) -> Ranked:
        routes, purposes = query.filters.route, query.filters.purposes
        wish = Wish(
            routes=routes.one_of if routes else None,
            purposes=purposes.one_of if purposes else None,
            offset=query.page.offset,
            size=query.page.size,
            near_misses=query.near_misses,
            explain=query.explain,
            exploration=Exploration(self.settings.explore, seed_of(query, loaded.versions, on=on)),
        )
        context = self._context(query, loaded, on)
        ranking, applicant = recommender.recommend_in(context, query.need, wish), context.applicant
        part, register = query.unreviewed or Page(), loaded.register if query.unreviewed else None
        below = replace(wish, offset=part.offset, size=part.size, exploration=Exploration())
        self._count(ranking.degraded, ranking.total)
        for grant_id in ranking.disputed:
            self.journal.error("judges_disagree", part=grant_id)
        places = recommender.pairing.nearest_first(applicant)
        nation = recommender.pairing.nation_of(applicant.areas or ())
        told = understood(query.need, recommender.pairing, ranking.urgent, self.urgent_help, nation)
        asked = {*query.need.purposes, *(about.code for about in told.purposes)}
        return Ranked(
            **loaded.signed(ranking.degraded),
            simulated=loaded.simulated,
            results=tuple(recommendation(one, loaded.catalogue, places, asked) for one in ranking.results),
            near_misses=tuple(near_miss(one, loaded.catalogue) for one in ranking.near_misses),
            next_question=next_question(ranking.next_question, loaded.catalogue),
            counts=ranking.counts,
            page=PageOut(offset=wish.offset, size=wish.size, total=ranking.total, groups=ranking.groups),
            unreviewed=unreviewed(register, recommender, context, query.need, below),
            understood=told,
        )

    def _count(self, degraded: Iterable[str], total: int) -> None:
        for part in degraded:
            self.measures.degraded.labels(part).inc()
        if not total:
            self.measures.empty.inc()

    def eligibility(self, query: EligibilityQuery) -> Standings:
        """How a person stands to the named grants, or to all. Raises BadApplicant, Refusal."""
        loaded, on = self.loaded, query.on or self.today()
        grants = loaded.catalogue.grants if query.grants is None else tuple(_known(query.grants, loaded))
        return standings(grants, self._context(query, loaded, on), loaded, explain=query.explain)

    def eligibility_plainly(self, query: EligibilityQuery) -> Standings:
        """The same statuses without their reasons: when explaining them is late. Raises BadApplicant, Refusal."""
        plain = self.eligibility(query.model_copy(update={"explain": False}))
        return plain.model_copy(update={"degraded": (*plain.degraded, "explanation_late")})

    def _context(self, query: Question, loaded: Loaded, on: date) -> EvaluationContext:
        """Read the applicant into the one context of the request. Raises BadApplicant, Refusal."""
        told = applicant_with_place(query, self.settings.postcodes)
        if isinstance(query, RankQuery) and query.need.whom is not None:
            told = {"for": query.need.whom, **told}
        applicant = read_applicant(told, loaded.catalogue.facts, loaded.catalogue.areas)
        if isinstance(query, RankQuery):
            _check_purposes(query, loaded.catalogue.facts)
        context = loaded.recommender.context(applicant, on=on)
        refuse_contradictions(context)
        return context

    def keep_events(self, batch: EventBatch) -> Kept:
        """Keep events, each for itself. Raises Refusal, StoreError."""
        return self._kept(("events", batch.events))

    def keep_outcomes(self, batch: OutcomeBatch) -> Kept:
        """Keep applications, then outcomes, each for itself. Raises Refusal, StoreError."""
        return self._kept(("applications", batch.applications), ("outcomes", batch.outcomes))

    def keep_judgements(self, batch: JudgementBatch) -> Kept:
        """Keep partners' judgements, each for itself. Raises Refusal, StoreError."""
        return self._kept(("judgements", batch.judgements))

    def erase(self, person: str) -> Erased:
        """Erase everything that the store keeps under a pseudonym, and tell how much it was."""
        return Erased(**self.loaded.signed(), **asdict(self.store.erase(person)))

    def _kept(self, *lists: tuple[str, Sequence[Told]]) -> Kept:
        told = [
            (f"{name}.{place}", record) for name, records in lists for place, record in enumerate(records)
        ]
        loaded, renamed = self.loaded, self.loaded.catalogue.facts.names.renamed

        def is_grant(grant_id: str) -> bool:
            return grant_id in renamed or loaded.grant(grant_id) is not None

        book = loaded.catalogue.facts
        receipts = keep(self.store, told, now=datetime.now(UTC), is_grant=is_grant, book=book)
        counted = Counter(one.receipt for one in receipts)
        counts = {kind: counted[kind] for kind in ("kept", "known", "conflict", "refused")}
        return Kept(**self.loaded.signed(), **counts, receipts=receipts)


def _check_purposes(query: RankQuery, book: FactBook) -> None:
    """Refuse a purpose that the deployment does not have, asked for or to be filtered by; raises BadApplicant."""
    check_purposes(query.need.purposes, book)
    if query.filters.purposes is not None:
        check_purposes(query.filters.purposes.one_of, book, at="filters.purposes.one_of")


def seed_of(query: RankQuery, versions: Versions, *, on: date) -> int:
    """Draw the same for the same need, place, day and versions, whichever page is asked for.

    Nothing else about a person is read, so that no special-category fact can move the order.
    """
    asked = query.model_dump_json(include={"need", "filters"})
    return int.from_bytes(
        sha256(f"{asked} {query.applicant.get('areas')} {on} {versions}".encode()).digest()[:8]
    )


def _known(grant_ids: Iterable[str], loaded: Loaded) -> Iterator[Grant]:
    for place, grant_id in enumerate(grant_ids):
        grant = loaded.grant(grant_id)
        if grant is None:
            raise Refusal(422, "There is no grant of this id.", code="UNKNOWN_GRANT", path=f"grants.{place}")
        yield grant
