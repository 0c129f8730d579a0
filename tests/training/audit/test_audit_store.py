"""Protected attributes are readable with the key alone, and gone when somebody opts out or is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from data.errors import BadData, StoreError
from data.store.store import Store
from training.__main__ import app
from training.audit.importing import read_attributes
from training.audit.store import ADDRESS, KEY, AuditStore, WrongAuditKey, new_key, opened

HERS = {"ethnicity": "a group of five words", "sex": "female"}


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def audit(tmp_path: Path, key: str) -> Iterator[AuditStore]:
    store = AuditStore.open(f"sqlite:///{tmp_path / 'audit.db'}", key)
    yield store
    store.close()


def test_what_is_kept_comes_back_and_newer_stands_in_its_place(audit: AuditStore) -> None:
    audit.put([("person-1", HERS), ("person-2", {"sex": "not stated"})])
    assert audit.put([("person-1", {"sex": "male"})]).kept == 1
    assert dict(audit.people()) == {"person-1": {"sex": "male"}, "person-2": {"sex": "not stated"}}
    assert audit.of("person-1") == {"sex": "male"} and audit.of("stranger") is None


def test_no_byte_of_the_files_tells_a_pseudonym_or_an_attribute(audit: AuditStore, tmp_path: Path) -> None:
    audit.put([("person-1", HERS)])
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert kept
    for told in (b"person-1", b"ethnicity", b"five words", b"female"):
        assert told not in kept


def test_another_key_or_none_is_refused_in_words(
    audit: AuditStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"sqlite:///{tmp_path / 'audit.db'}"
    with pytest.raises(WrongAuditKey, match="another key"):
        AuditStore.open(address, new_key())
    with pytest.raises(WrongAuditKey, match="is no key"):
        AuditStore.open(address, "short")
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(WrongAuditKey, match="is missing"):
        opened(address)
    monkeypatch.delenv(ADDRESS, raising=False)
    with pytest.raises(StoreError, match="name the audit store"):
        opened()


def test_who_opts_out_is_gone_and_never_taken_again(audit: AuditStore, tmp_path: Path) -> None:
    audit.put([("person-1", HERS), ("person-2", HERS)])
    before = audit.mark("person-1")
    assert audit.remove(["person-1"], why="opted out") == 1
    again = audit.put([("person-1", HERS), ("person-2", HERS)])
    assert (again.kept, again.left_out) == (1, 1)
    assert [person for person, _ in audit.people()] == ["person-2"]
    assert before == audit.mark("person-1")


def said(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["audit", *arguments])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def test_the_commands_import_opt_out_and_apply_what_the_service_erased(
    tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, key)
    monkeypatch.setenv(ADDRESS, f"sqlite:///{tmp_path / 'audit.db'}")
    monkeypatch.setenv("GRANTS_STORE", f"sqlite:///{tmp_path / 'store.db'}")
    file = tmp_path / "attributes.csv"
    file.write_text("person,sex,ethnicity\np1,female,\np2,male,roma\np3,female,irish\n", "utf-8")
    assert said("import", str(file)).startswith("3 people kept, 0 left out")
    assert said("opt-out", "p1") == "removed"
    service = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    service.erase("p2")
    service.close()
    assert said("apply-erasures") == "1 erased here too"
    assert said("apply-erasures") == "0 erased here too"
    assert said("import", str(file)).startswith("1 people kept, 2 left out")
    store = opened()
    assert dict(store.people()) == {"p3": {"sex": "female", "ethnicity": "irish"}}
    store.close()


def test_the_commands_without_a_key_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.setenv(ADDRESS, f"sqlite:///{tmp_path / 'audit.db'}")
    assert KEY in said("opt-out", "p1", code=1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,sex\nx,y\n", "expected a column 'person'"),
        ("person\nx\n", "one for each attribute"),
        ("person,sex\n,female\n", "no pseudonym"),
        ("person,sex\np,f\np,m\n", "stands twice"),
        ("person,sex\np,f,more\n", "more cells"),
        (f"person,sex\np,{'x' * 101}\n", "not stories"),
    ],
)
def test_a_file_that_is_wrong_is_refused_whole(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "attributes.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(BadData, match=problem):
        list(read_attributes(file))
