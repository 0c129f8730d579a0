"""A store to test on: SQLite in a folder, and a real PostgreSQL that lives as long as the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from data.store.store import Store


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server of our own on a unix socket in `folder`; nothing listens on the network."""

    programs: Path
    folder: Path

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, as `postgres` when we are root (it refuses to run as root)."""
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*user, str(self.programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, timeout=60)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-c listen_addresses='' -k {self.folder} -c max_connections=60"
        log = str(self.folder / "log")
        self.run("pg_ctl", "start", "-w", "-D", str(self.folder / "db"), "-l", log, "-o", options)

    def stop(self, mode: str) -> None:
        """Stop the server; `immediate` is a crash: nothing is written that was not written before."""
        self.run("pg_ctl", "stop", "-w", "-D", str(self.folder / "db"), "-m", mode)

    def empty_database(self) -> str:
        """Empty the one database, whatever a test has left in it, and give its URL."""
        place = f"host={self.folder} user=postgres dbname=postgres"
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"


def find_programs() -> Path | None:
    """Find the newest PostgreSQL server's programs: Debian's place, then the PATH."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = str(places[-1]) if places else shutil.which("initdb")
    return Path(found).parent if found else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for this test session."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs here (Debian: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    cluster = Cluster(programs, folder)
    settings = ("-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
    cluster.run("initdb", "-D", str(folder / "db"), *settings)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop("fast")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: Cluster = request.getfixturevalue("cluster")
    return server.empty_database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A new store."""
    store = Store.open(url)
    yield store
    store.close()
