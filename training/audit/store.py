"""Protected attributes of pseudonyms, encrypted, in a database of their own that serving cannot open.

The law lets protected characteristics be kept to review equality of treatment, not for decisions about a person, and
anybody may opt out (Data Protection Act 2018, Schedule 1, paragraph 8(1), (3) and (5)). So nothing here is read by a
feature, a ranker or the service: a batch job alone joins it to logged lists. A row is an HMAC of the pseudonym beside
one Fernet token (AES-128-CBC, HMAC-SHA256) of the pseudonym and its attributes; both keys follow from the one key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from data.errors import StoreError
from data.store.engine import open_engine, reading, scrub, translated, writing

KEY: Final = "GRANTS_AUDIT_KEY"
"""The environment variable with the key; a service that sees it refuses to start."""
ADDRESS: Final = "GRANTS_AUDIT_STORE"
"""The environment variable with the store's address."""
PROOF: Final = "audit store"
NOT_STATED: Final = "not stated"
"""What stands for an attribute that somebody was asked for and did not tell: a group of its own."""

TABLES: Final = MetaData()
PEOPLE: Final = Table(
    "people",
    TABLES,
    Column("mark", LargeBinary(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
GONE: Final = Table(
    "gone",
    TABLES,
    Column("mark", LargeBinary(32), primary_key=True),
    Column("why", String(20), nullable=False),
)
"""Who opted out or was erased, as keyed hashes: enough to refuse them again, too little to name them."""
KEYED: Final = Table("keyed", TABLES, Column("sealed", LargeBinary, primary_key=True))
"""One row that only the right key can read."""

Attributes = Mapping[str, str]
"""Such as {"ethnicity": "white british", "sex": "female"}."""


class WrongAuditKey(StoreError):
    """A key that is missing, is none, or does not open this store."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many people were kept, and how many were left out since they had opted out or were erased."""

    kept: int
    left_out: int


@dataclass(frozen=True)
class AuditStore:
    """An opened audit store."""

    engine: Engine
    seal: Fernet
    salt: bytes

    @classmethod
    def open(cls, url: str, key: str) -> Self:
        """Open or make the store; raises WrongAuditKey, StoreError."""
        try:
            seal = Fernet(key)
        except ValueError:
            raise WrongAuditKey(f"{KEY} is no key; make one with `python -m training audit key`") from None
        engine = open_engine(url)
        with translated():
            TABLES.create_all(engine)
        store = cls(engine, seal, hashlib.sha256(b"marks" + key.encode()).digest())
        store._check_key()
        return store

    def _check_key(self) -> None:
        with writing(self.engine) as connection:
            sealed = connection.execute(select(KEYED.c.sealed)).scalar()
            if sealed is None:
                connection.execute(KEYED.insert(), [{"sealed": self.seal.encrypt(PROOF.encode())}])
                return
        try:
            self.seal.decrypt(bytes(sealed))
        except InvalidToken:
            self.close()
            raise WrongAuditKey(
                f"{KEY} does not open this audit store; it was made with another key"
            ) from None

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def put(self, people: Iterable[tuple[str, Attributes]]) -> Imported:
        """Keep attributes in place of what was kept of these pseudonyms; who opted out or was erased is left out."""
        kept = left_out = 0
        with writing(self.engine) as connection:
            gone = {bytes(mark) for mark in connection.execute(select(GONE.c.mark)).scalars()}
            dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
            for person, attributes in people:
                mark = self.mark(person)
                if mark in gone:
                    left_out += 1
                    continue
                sealed = self._sealed(person, attributes)
                row = dialect.insert(PEOPLE).values(mark=mark, sealed=sealed)
                connection.execute(
                    row.on_conflict_do_update(index_elements=["mark"], set_={"sealed": sealed})
                )
                kept += 1
        return Imported(kept, left_out)

    def people(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Every pseudonym with its attributes, decrypted, for a batch job to join."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(PEOPLE.c.sealed).order_by(PEOPLE.c.mark)).scalars().all()
        for sealed in rows:
            told = json.loads(self.seal.decrypt(bytes(sealed)))
            yield told["person"], told["attributes"]

    def of(self, person: str) -> dict[str, str] | None:
        """The attributes of one pseudonym; None where there are none."""
        found = select(PEOPLE.c.sealed).where(PEOPLE.c.mark == self.mark(person))
        with reading(self.engine) as connection:
            sealed = connection.execute(found).scalar()
        return None if sealed is None else dict(json.loads(self.seal.decrypt(bytes(sealed)))["attributes"])

    def remove(self, people: Iterable[str], *, why: str) -> int:
        """Delete what is kept of pseudonyms and refuse them from now on; give how many were kept here."""
        removed = 0
        with writing(self.engine) as connection:
            for mark in map(self.mark, people):
                removed += connection.execute(delete(PEOPLE).where(PEOPLE.c.mark == mark)).rowcount
                connection.execute(delete(GONE).where(GONE.c.mark == mark))
                connection.execute(GONE.insert(), [{"mark": mark, "why": why}])
        scrub(self.engine, ("people",))
        return removed

    def rewrite(self, change: Callable[[dict[str, str]], Attributes]) -> int:
        """Write everybody's attributes anew, for the test that nothing else depends on them; give how many."""
        changed = [(person, change(attributes)) for person, attributes in self.people()]
        return self.put(changed).kept

    def mark(self, person: str) -> bytes:
        """The keyed hash under which a pseudonym stands here."""
        return hmac.digest(self.salt, person.encode(errors="surrogatepass"), "sha256")

    def _sealed(self, person: str, attributes: Attributes) -> bytes:
        told = json.dumps({"person": person, "attributes": dict(attributes)}, sort_keys=True)
        return self.seal.encrypt(told.encode())


def new_key() -> str:
    """Draw a key."""
    return Fernet.generate_key().decode()


def opened(url: str | None = None) -> AuditStore:
    """Open the store that the environment names; raises WrongAuditKey in words where address or key are missing."""
    address, key = url or os.environ.get(ADDRESS), os.environ.get(KEY)
    if not address:
        raise StoreError(f"name the audit store in {ADDRESS}, such as sqlite:///audit.db")
    if not key:
        raise WrongAuditKey(f"the key of the audit store is missing; put it in {KEY} for this command alone")
    return AuditStore.open(address, key)
