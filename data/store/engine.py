"""Opening the store's database: SQLite that survives a crash, or PostgreSQL, brought to the newest tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from data.errors import StoreError, StoreUnavailable

MIGRATIONS: Final = Path(__file__).parent / "migrations"
SCRUBBED: Final = ("applications", "outcomes", "events", "placements", "judgements", "partner_records")
"""Tables that hold something about a person."""
MIGRATION_LOCK: Final = 4_736_201
"""An arbitrary number that names the migration lock among PostgreSQL's advisory locks."""


def open_engine(url: str, *, wait_seconds: float = 5.0, statement_seconds: float | None = None) -> Engine:
    """Prepare the way to a store, which is not yet connected to; raises StoreError for an address of no store.

    A write waits at most `wait_seconds` for another writer. PostgreSQL gives a statement up after
    `statement_seconds`, and a network that is silent for so long; None leaves both to the server.
    """
    try:
        parsed = make_url(url)
        options = _timeouts(parsed.drivername, wait_seconds, statement_seconds)
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, **options)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise StoreError("a store is sqlite:///FILE or postgresql+psycopg://HOST/DATABASE") from None
    if engine.dialect.name == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise StoreError("a store has to outlive its process: give sqlite:///FILE, not memory")
        _make_durable(engine)
    return engine


def check_address(url: str) -> None:
    """Raise StoreError for an address of no store; whether anybody answers there is not looked at."""
    open_engine(url).dispose()


def _timeouts(driver: str, wait: float, statement: float | None) -> dict[str, Any]:
    if driver.startswith("sqlite"):
        return {"connect_args": {"timeout": wait}}
    options = f"-c synchronous_commit=on -c lock_timeout={int(wait * 1000)} -c timezone=UTC"
    told: dict[str, Any] = {"connect_timeout": max(2, round(wait))}
    if statement is not None:
        options += f" -c statement_timeout={int(statement * 1000)}"
        told |= {"keepalives_idle": 5, "keepalives_interval": 5, "tcp_user_timeout": int(statement * 1000)}
    return {"connect_args": {**told, "options": options}, "pool_timeout": wait}


def _make_durable(engine: Engine) -> None:
    """SQLite: flush each commit, check references, zero what is deleted, lock when a write begins."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # a read that later becomes a write fails at once when another has written; asking first waits instead
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that is on disk when the block ends, or has changed nothing."""
    with translated(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the store, read row by row."""
    with translated(), engine.connect() as plain:
        if engine.dialect.name != "sqlite":
            plain = plain.execution_options(isolation_level="REPEATABLE READ")
        with plain.execution_options(yield_per=1000) as connection, connection.begin():
            yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn a driver's error into ours, without the values that were being written."""
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailable(f"the database could not be used ({_reason(error)})") from None
    except PoolTimeout:
        raise StoreUnavailable("every connection to the database is in use") from None
    except DBAPIError as error:
        raise StoreError(f"the database refused the record ({_reason(error)}); it was not kept") from None


def _reason(error: DBAPIError) -> str:
    """Name what the driver found, without its words: they may hold what was written."""
    return str(getattr(error.orig, "sqlite_errorname", None) or type(error.orig).__name__)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision, in one transaction: wholly or not at all."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = ScriptDirectory.from_config(config)
    with translated():
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        _check_known(found, known)
        if revision == "head" and found == known.get_current_head():
            return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _check_known(found: str | None, known: ScriptDirectory) -> None:
    revisions = {script.revision for script in known.walk_revisions()}
    if found is not None and found not in revisions:
        raise StoreError(f"the store is at revision {found!r}, unknown to this version; use a newer version")


def scrub(engine: Engine, tables: Sequence[str] = SCRUBBED) -> bool:
    """Remove what rows deleted from tables left behind: SQLite's write-ahead log, PostgreSQL's dead rows.

    False when readers held SQLite's log: it goes at the next checkpoint. PostgreSQL's own log and any
    backup keep the rows until they expire.
    """
    with translated():
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"VACUUM {', '.join(tables)}"))
            return True
        plain = engine.raw_connection()
        try:
            busy = plain.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            plain.close()
    return not busy
