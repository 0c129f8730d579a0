"""The data scientist's command line: fit, evaluate, compare, review, sign, promote, rollback, history, rank, sync."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.clock import today_in_london
from data.errors import BadExperiment
from features.embedding import CachedEmbedder, MiniLM
from features.meant import CLOSENESS
from models.rankers.bundle import load
from training.audit.commands import app as audit
from training.bulk_commands import import_outcomes, keys, rank, tables
from training.compare import compare_bundles, evaluate_bundle
from training.config import OrderSettings, read_experiment
from training.evaluate import table
from training.evidence import gather
from training.fairness.signing import Signed, newest_signature
from training.gate import gate
from training.graded_order import pairing_of, read_needs
from training.limits import limits_in_words
from training.meant import learn_meant, read_sought
from training.options import (
    BUNDLES,
    NAMED,
    RUNS,
    Alone,
    AsJson,
    Bundles,
    By,
    Day,
    From,
    Named,
    Runs,
    Store,
    To,
    Waived,
    Why,
)
from training.partners.commands import app as partners
from training.prepared import Prepared
from training.promotion import Decision, Home, restored_in_words
from training.promotion import promote as let_through
from training.promotion import rollback as go_back
from training.reviewing import REVIEWS, Reviews, review, service_signatures, sign
from training.showing import (
    differences_in_words,
    history_table,
    plain_json,
    show_progress,
    show_report,
    text_table,
    told_in_words,
    wide_console,
)
from training.split import Period
from training.steps import Bench, alias_in_words, experiment_of, load_named, sent_in_words, tracker
from training.steps import run as run_experiment
from training.urgent import NEEDS, learn, plain_needs, read_sentences

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="From past outcomes to a measured, promoted bundle. The usual way: fit an experiment, evaluate it on other "
    "days, compare it with the champion, make its fairness review, have it signed, promote it; rollback undoes that.",
    epilog="Runs go to the MLflow server of MLFLOW_TRACKING_URI (sqlite:///mlflow.db by default). While it is away "
    "nothing is lost: `sync` sends them later. Start with: python -m training fit experiments/demo.toml",
)
app.add_typer(audit, name="audit")
app.add_typer(partners, name="partners")
app.command(
    epilog='A line of the file: {"id": "q1", "applicant": {"facts": {"age": 34}}, "need": {"text": "a bed"}}. '
    "Example: python -m training rank questions.jsonl lists.parquet"
)(rank)
app.command(
    epilog="Example: python -m training import-outcomes export.csv --mapping mapping.toml --store sqlite:///grants.db"
)(import_outcomes)
app.command(epilog="Example: python -m training tables mine.toml pairs.parquet --store sqlite:///grants.db")(
    tables
)
app.command(epilog="Example: python -m training keys")(keys)
console = Console(stderr=True)
app.command(epilog="Example: python -m training review latest --period 2026-Q3")(review)
app.command(
    epilog="Example: python -m training sign 3f9a12cd approved --reason 'read it' "
    "--answer 'lists/awarded/sex/female=The two funds will be asked by May.'"
)(sign)


@app.command(epilog="Example: python -m training fit experiments/demo.toml")
def fit(  # noqa: PLR0913 - one for each option
    experiment: Annotated[Path, typer.Argument(help="The experiment's TOML file.")],
    promote: Annotated[bool, typer.Option("--promote", help="Bring it to the gate as well.")] = False,
    by: By = "",
    reason: Why = "",
    without_review: Waived = None,
    alone: Alone = None,
    store: Store = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
    on: Day = None,
    as_json: AsJson = False,
) -> None:
    """Fit an experiment: one folder with its bundle, report and plots, and one MLflow run."""
    with told_in_words(console):
        if promote:
            _decision(by, reason, without_review, alone)  # a missing reason is told before the long work
        with show_progress(console) as progress:
            bench = Bench(_day(on), store, progress=progress)
            prepared, embedder = bench.open(read_experiment(experiment))
            who = by or getuser()
            kept, fitted = run_experiment(
                prepared, embedder, runs, started=datetime.now(UTC), by=who, encoder=bench.encoder()
            )
        show_report(fitted.report, as_json=as_json, run=str(kept.folder), bundle=fitted.bundle.version)
        _say(sent_in_words(kept, _server()))
        if promote:
            decision = _decision(by, reason, without_review, alone)
            _promote(kept.bundle, Home(bundles), decision, prepared, None)


@app.command(epilog="Example: python -m training evaluate champion --from 2026-09-01 --to 2026-10-31")
def evaluate(
    bundle: Named = "latest",
    start: From = None,
    end: To = None,
    store: Store = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
    as_json: AsJson = False,
) -> None:
    """Measure a bundle on a period beside rules, similarity and award rate; by default its own test period."""
    with told_in_words(console):
        _, loaded = load_named(bundle, runs, bundles)
        with show_progress(console) as progress:
            prepared, _ = Bench(_day(None), store, progress=progress).open(experiment_of(loaded))
            figures = evaluate_bundle(loaded, prepared, _period(prepared, start, end))
    show_report(figures, as_json=as_json, bundle=loaded.version)


@app.command(epilog="Example: python -m training compare champion latest")
def compare(
    named: Annotated[
        list[str], typer.Argument(help=f"Two or more, the first is the yardstick; each {NAMED}.")
    ],
    store: Store = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
    as_json: AsJson = False,
) -> None:
    """Measure bundles on the same people and days: the test period of the first one's experiment."""
    with told_in_words(console):
        if len(named) < 2:
            raise BadExperiment("one bundle has nothing to be compared with; name two or more")
        loaded = [load_named(name, runs, bundles)[1] for name in named]
        with show_progress(console) as progress:
            prepared, _ = Bench(_day(None), store, progress=progress).open(experiment_of(loaded[0]))
            figures = compare_bundles(loaded, prepared, prepared.periods.test)
    if as_json:
        typer.echo(plain_json(figures))
        return
    wide_console().print(text_table(table(figures), title=f"{figures['queries']} needs"))
    for line in differences_in_words(figures):
        wide_console().print(line, highlight=False)


@app.command(epilog="Example: python -m training promote latest --reason 'ranks fuel grants better'")
def promote(  # noqa: PLR0913 - one for each option
    bundle: Named = "latest",
    by: By = "",
    reason: Why = "",
    without_review: Waived = None,
    alone: Alone = None,
    store: Store = None,
    runs: Runs = RUNS,
    bundles: Bundles = BUNDLES,
    reviews: Reviews = REVIEWS,
) -> None:
    """Measure a bundle at the gate and make it the champion, or refuse it with every reason."""
    with told_in_words(console):
        folder, loaded = load_named(bundle, runs, bundles)
        decision = _decision(by, reason, without_review, alone)
        with show_progress(console) as progress:
            prepared, _ = Bench(_day(None), store, progress=progress).open(experiment_of(loaded))
        signed = newest_signature(reviews, loaded.version, service_signatures(store))
        _promote(folder, Home(bundles), decision, prepared, signed)


@app.command(epilog="Example: python -m training rollback --reason 'a funder complained'")
def rollback(
    by: By = "",
    reason: Why = "",
    to: Annotated[
        str | None, typer.Option(help="A version; by default the champion before this one.")
    ] = None,
    store: Store = None,
    bundles: Bundles = BUNDLES,
    reviews: Reviews = REVIEWS,
) -> None:
    """Make an earlier champion live again, unless its newest review says no; the ledger says who and why."""
    with told_in_words(console):
        decision, signatures = _decision(by, reason, None), service_signatures(store)
        entry = go_back(
            Home(bundles),
            decision,
            to=to,
            signed_of=lambda version: newest_signature(reviews, version, signatures),
        )
        _say(f"{entry.bundle} is live again: {restored_in_words(Home(bundles), entry.bundle)}")
        _say(alias_in_words(entry.bundle, _server()))


@app.command(epilog="Example: python -m training history --on 2026-11-01")
def history(bundles: Bundles = BUNDLES, on: Day = None, as_json: AsJson = False) -> None:
    """Show the ledger, checked; with --on, what was live at the end of that day."""
    with told_in_words(console):
        ledger = Home(bundles).ledger()
    if on is not None:
        entry = ledger.live(on=on.date())
        typer.echo(json.dumps(entry.as_dict() if entry else None))
    elif as_json:
        typer.echo(json.dumps([entry.as_dict() for entry in ledger.entries]))
    else:
        wide_console().print(history_table(ledger))


@app.command(epilog="Example: python -m training urgent")
def urgent() -> None:
    """Learn again to tell what cannot wait, from data/sample/urgent_sentences.jsonl, and say how well it is told."""
    with told_in_words(console):
        _say("embedding sentences; this takes a minute")
        read = read_sentences(NEEDS)
        needs = [*read, *plain_needs(read_needs(), read)]
        learned = learn(read_sentences(), needs, MiniLM.load(exact=True))
        learned.model.write()
        _say(
            f"cross-validated: found {learned.found:.3f} of our own urgent sentences; offered help to "
            f"{learned.false_alarms:.3f} of needs that tell nothing urgent, and to {learned.taken_in:.3f} of sentences "
            "that only sound so"
        )
        _say("found by kind: " + ", ".join(f"{kind} {share:.3f}" for kind, share in learned.by_kind.items()))


@app.command(epilog="Example: python -m training meant")
def meant() -> None:
    """Learn again which grant a need was written for, from data/sample/sought.jsonl, and write the weights."""
    with told_in_words(console):
        _say("learning what needs are about, then describing needs; this takes some minutes")
        settings = OrderSettings()
        pairing, _ = pairing_of(settings, CachedEmbedder(MiniLM.load(exact=True)))
        learned = learn_meant(read_sought(), pairing, on=settings.judged_on)
        learned.write()
        weights = {**dict(zip(CLOSENESS, learned.closeness, strict=True)), "qualifies": learned.qualifies}
        _say(", ".join(f"{name} {weight:.2f}" for name, weight in weights.items()))


@app.command(epilog="Example: MLFLOW_TRACKING_URI=http://127.0.0.1:5000 python -m training sync")
def sync(runs: Runs = RUNS, bundles: Bundles = BUNDLES) -> None:
    """Send the runs that no tracking server has taken yet, and set the alias champion as the ledger has it."""
    from training.tracking import sync as send_all

    with told_in_words(console):
        server = tracker(_server())
        sent = send_all(runs, server)
        live = Home(bundles).ledger().live(on=_day(None))
        if live is not None:
            server.make_champion(live.bundle)
    _say(f"{len(sent)} runs sent to {server.shown}")


def _say(line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def _server() -> str | None:
    return os.environ.get("MLFLOW_TRACKING_URI")


def _day(told: datetime | None) -> date:
    return today_in_london() if told is None else told.date()


def _period(prepared: Prepared, start: datetime | None, end: datetime | None) -> Period:
    test = prepared.periods.test
    last = test.end if end is None else end.date() + timedelta(days=1)
    settle = test.settle_days if end is None else 0
    return Period("named", test.start if start is None else start.date(), last, settle)


def _decision(by: str, reason: str, without_review: str | None = None, alone: str | None = None) -> Decision:
    why = reason.strip() or (without_review or "").strip()
    if not why:
        raise BadExperiment("say why with --reason: the ledger keeps who decided what, and why")
    return Decision(by or getuser(), why, datetime.now(UTC), without_review, alone)


def _promote(folder: Path, home: Home, decision: Decision, prepared: Prepared, signed: Signed | None) -> None:
    """Measure a bundle beside the champion, say how it met each condition, and let it through or refuse it."""
    candidate = load(folder.resolve())
    _say(f"{candidate.version} of {candidate.about.run} at the gate")
    evidence = gather(candidate, home.live(), prepared)
    today = decision.at.date()
    checks = gate(
        candidate,
        evidence,
        signed,
        today=today,
        by=decision.by,
        without_review=decision.without_review,
        alone=decision.alone,
    )
    for check in checks:
        if check.passed:  # what failed is told by the refusal
            console.print(str(check), markup=False, soft_wrap=True)
    entry = let_through(folder, home, checks, decision, signed=signed)
    _say(f"{entry.bundle} is live since {entry.at:%Y-%m-%d %H:%M}; read from {home.champion}")
    for line in limits_in_words(candidate.about.limits) if candidate.about.limits else ():
        _say(line)
    _say(alias_in_words(entry.bundle, _server()))


if __name__ == "__main__":
    app()
