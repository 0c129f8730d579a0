"""`review` makes a fairness review, `sign` puts a name under one; both are commands of `python -m training`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from enum import StrEnum
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.catalogue.reading import sample_catalogue
from data.clock import today_in_london
from data.people.judgements import read_judgements
from data.people.reviews import BadReview
from data.people.signatures import Signature
from data.store.signatures import SignaturesShelf
from data.store.store import Store
from data.synthetic.scenario import read_scenario
from features.bands import Names, bands_of
from features.embedding import CachedEmbedder, Embedder, MiniLM
from models.rankers.bundle import Bundle
from models.recommender import Recommender
from training.audit.store import KEY, opened
from training.fairness.lists import Groups, Lists, attributes_of, replayed
from training.fairness.making import read_bands, read_groups, shown_lists, write
from training.fairness.periods import Quarter
from training.fairness.playing import Play, played
from training.fairness.review import Subject, assembled
from training.fairness.signing import find, whole_reviews_in
from training.fairness.signing import sign as put_signature
from training.groups import told_groups
from training.prepared import Prepared
from training.promotion import Home
from training.showing import show_progress, told_in_words
from training.steps import Bench, experiment_of, load_named

console = Console(stderr=True)
REVIEWS = Path("bundles/reviews")
Reviews = Annotated[Path, typer.Option(envvar="GRANTS_REVIEWS", help="Folder in which reviews are kept.")]
By = Annotated[str, typer.Option(envvar="GRANTS_BY", help="Who; by default who is logged in.")]


class Answer(StrEnum):
    """What a reviewer decides."""

    APPROVED = "approved"
    REFUSED = "refused"


def review(  # noqa: PLR0913 - one for each option
    bundle: Annotated[str, typer.Argument(help="A bundle's folder, run, version, `champion` or `latest`.")],
    period: Annotated[
        str | None,
        typer.Option(help="A whole quarter such as 2026-Q3; by default the newest that has settled."),
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="CSV of pseudonym, attribute, group.")
    ] = None,
    bands: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="CSV of grant, kind, band; funders by name."),
    ] = None,
    people: Annotated[
        int, typer.Option(min=0, help="Made-up people to play; 0 leaves that part out.")
    ] = 1000,
    by: By = "",
    store: Annotated[str | None, typer.Option(envvar="GRANTS_STORE", help="Store of what was shown.")] = None,
    runs: Annotated[Path, typer.Option(envvar="GRANTS_RUNS", help="Folder of runs.")] = Path("var/runs"),
    bundles: Annotated[Path, typer.Option(envvar="GRANTS_BUNDLES", help="Folder of bundles.")] = Path(
        "bundles"
    ),
    reviews: Reviews = REVIEWS,
) -> None:
    """Make the fairness review of a bundle: who is served better or worse, and how sure that is.

    Lists that it showed in the quarter are reviewed; where it showed none, the lists that it would give the people of
    its own test period. Open review.html, then sign with the digest that is printed.
    """
    with told_in_words(console), show_progress(console) as progress:
        today = today_in_london()
        quarter = Quarter.latest(today) if period is None else Quarter.read(period)
        quarter.check_settled(today)
        _, loaded = load_named(bundle, runs, bundles)
        prepared, _ = Bench(today, store, progress=progress).open(experiment_of(loaded))
        catalogue = prepared.source.catalogue
        lists, known, shown = _lists(loaded, prepared, store, Home(bundles), quarter)
        known = _joined(_joined(known, _audited()), {} if groups is None else read_groups(groups))
        named = bands_of(catalogue, on=today, told=None if bands is None else read_bands(bands))
        subject = Subject(loaded, str(quarter), shown, today.isoformat(), by or getuser())
        made = None
        if people:
            embedder = CachedEmbedder(MiniLM.load())
            made = played(play_of(loaded, prepared, embedder, named, people=people, on=today))
        before = [one.told for one in whole_reviews_in(reviews) if one.told["period"] < str(quarter)]
        ids = [grant.id for grant in catalogue.grants]
        found = assembled(
            subject, lists, attributes_of(lists.people, known), named, ids, made=made, before=before
        )
        folder = reviews / f"{loaded.version}-{quarter}"
        digest = write(folder, found, subject)
    for line in found["summary"]:
        _say(line)
    for one in found["differences"]:
        _say(f"to answer: {one['id']} ({one['text']})")
    _say(f"{folder / 'review.html'}\ndigest {digest}")


def play_of(
    bundle: Bundle,
    prepared: Prepared,
    embedder: Embedder,
    bands: Mapping[str, Names],
    *,
    people: int,
    on: date,
) -> Play:
    """Make ready to show a bundle's lists to made-up people, with the base rates of its own deployment."""
    source, progress = prepared.source, prepared.progress
    recommender = Recommender.of_bundle(bundle, source.catalogue, source.rates, embedder)
    judged = read_judgements() if source.catalogue.digest == sample_catalogue().digest else None
    return Play(recommender, read_scenario(), bands, people, on, judged=judged, progress=progress)


def _lists(
    bundle: Bundle, prepared: Prepared, store: str | None, home: Home, quarter: Quarter
) -> tuple[Lists, Groups, bool]:
    """Give the lists to review, what applications tell of their people, and whether people were shown these lists."""
    source = prepared.source
    if store is not None:
        opened = Store.open(store)
        try:
            found = shown_lists(opened, home.ledger(), bundle.version, quarter, prepared.builder.places)
        finally:
            opened.close()
        if found is not None:
            groups = told_groups(source.catalogue)
            return found, {one.person: groups(one) for one in source.history.applications}, True
    lists, known = replayed(bundle, prepared)
    return lists, known, False


def _audited() -> Groups:
    """Read what the audit store knows, where the environment has its key; nothing else reads it for a review."""
    if KEY not in os.environ:
        return {}
    with closing(opened()) as audit:
        return dict(audit.people())


def _joined(one: Groups, other: Groups) -> Groups:
    return {person: {**one.get(person, {}), **other.get(person, {})} for person in (*one, *other)}


def sign(
    digest: Annotated[str, typer.Argument(help="The review's digest, or its first 8 characters or more.")],
    decision: Annotated[Answer, typer.Argument(help="What you decide.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; it is kept in the ledger for good.")],
    answer: Annotated[
        list[str] | None,
        typer.Option(
            help="ID=SENTENCE, one for each likely difference: why it is there, or what will be done."
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The same as one JSON object, id to sentence."),
    ] = None,
    by: By = "",
    reviews: Reviews = REVIEWS,
) -> None:
    """Sign a review that you have read; each difference that it calls likely needs a sentence of your own.

    The newest signature counts. `promote` verifies it and writes it to the ledger.
    """
    with told_in_words(console):
        found = find(reviews, digest)
        told = _answers(answer or [], answers)
        signature = Signature(
            review=found.digest,
            bundle=found.review.bundle,
            by=by or getuser(),
            at=datetime.now(UTC),
            decision=decision.value,
            reason=reason,
            answers=told,
        )
        put_signature(found, signature)
    _say(
        f"{signature.bundle}: {decision.value} by {signature.by}, "
        f"{len(found.review.differences)} differences answered"
    )


def service_signatures(store: str | None) -> tuple[Signature, ...]:
    """Read the signatures that the service took; none where no store is named."""
    if store is None:
        return ()
    opened = Store.open(store)
    try:
        return SignaturesShelf(opened).of()
    finally:
        opened.close()


def _answers(told: list[str], file: Path | None) -> dict[str, str]:
    parted = [one.partition("=") for one in told]
    for name, mark, sentence in parted:
        if not mark or not sentence.strip():
            raise BadReview(f"--answer {name!r}: write it as ID=SENTENCE")
    read: object = {} if file is None else _read_answers(file)
    if not isinstance(read, dict) or not all(
        isinstance(value, str) and value.strip() for value in read.values()
    ):
        raise BadReview(f"{file}: expected one JSON object, from the id of a difference to a sentence")
    return {**read, **{name: sentence for name, _, sentence in parted}}


def _read_answers(file: Path) -> object:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadReview(f"{file}: no answers can be read here ({error})") from error


def _say(line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
