"""Reading a catalogue: every problem of its files at once, and nothing loaded unless there is none."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from data.areas import AreaTree
from data.errors import BadData, Problem, in_words
from data.facts import FactBook, keyed_by_id
from data.grants import Grant
from data.references import References, check_facts
from data.rules import FORMS, Condition, EligibilityRule

SAMPLE: Final = Path(__file__).parent / "sample"
"""The catalogue of real UK schemes that comes with the project."""

_Model = TypeVar("_Model", bound=BaseModel)
_UNION_TAGS: Final = frozenset({form.__name__ for form in FORMS} | {"number", "day", "table", "share"})
_FIELDS_IN_JSON: Final = {"value": "is"}


@dataclass(frozen=True)
class Catalogue:
    """Grants with the facts and areas that their rules speak of."""

    grants: tuple[Grant, ...]
    facts: FactBook
    areas: AreaTree
    digest: str
    """SHA-256 of the files it was read from; the version that answers carry."""

    @cached_property
    def by_id(self) -> Mapping[str, Grant]:
        """Each grant by its id."""
        return {grant.id: grant for grant in self.grants}


def read_catalogue(
    path: Path | str, *, facts: Path | str | None = None, areas: Path | str | None = None
) -> Catalogue:
    """Read a catalogue with its facts and areas; without `facts` the project's own facts are used.

    Raises:
        BadData: with every problem of every file.
    """
    facts_file = Path(facts) if facts is not None else SAMPLE / "facts.json"
    areas_file = Path(areas) if areas is not None else None
    tree, area_problems = _attempt(areas_file, read_areas, AreaTree())
    book, fact_problems = _attempt(facts_file, lambda file: read_facts(file, tree), None)
    problems = [*area_problems, *fact_problems]
    grants = list(_grants(Path(path), book, tree, problems))
    if problems or book is None:
        raise BadData(problems)
    return Catalogue(tuple(grants), book, tree, _digest(Path(path), facts_file, areas_file))


def sample_catalogue() -> Catalogue:
    """Read the catalogue of real UK schemes that comes with the project."""
    return read_catalogue(SAMPLE / "catalogue.jsonl", facts=SAMPLE / "facts.json", areas=SAMPLE / "areas.csv")


def read_facts(path: Path, areas: AreaTree | None = None) -> FactBook:
    """Read a fact file; raises BadData with all of its problems."""
    raw = _json_file(path)
    facts = raw.get("facts")
    if not isinstance(facts, list) or not all(isinstance(fact, dict) for fact in facts):
        raise BadData([Problem("expected a list of objects", file=path.name, field="facts")])
    problems = [
        Problem(f"the fact {fact_id!r} stands twice", file=path.name, field="facts")
        for fact_id in _twice([fact.get("id") for fact in facts])
    ]
    book = _validated(FactBook, {**raw, "facts": keyed_by_id(facts)}, problems, file=path.name)
    if book is not None:
        found = check_facts(book, areas or AreaTree())
        problems += [Problem(message, file=path.name, field=field) for field, message in found]
    if problems or book is None:
        raise BadData(problems)
    return book


def read_areas(path: Path) -> AreaTree:
    """Read areas from CSV (`code,name,parent`) or JSON lines of the same; raises BadData with all problems."""
    problems: list[Problem] = []
    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    for line, row in _area_rows(path, problems):
        code, name, parent = (str(row.get(key) or "").strip() for key in ("code", "name", "parent"))
        if not code or code in names:
            found = "a row without a code" if not code else f"the area {code!r} stands twice"
            problems.append(Problem(found, file=path.name, line=line, field="code"))
            continue
        names[code] = name or code
        if parent:
            parents[code] = parent
    tree = AreaTree(names, parents, listed=True)
    problems += list(_area_problems(tree, path.name))
    if problems:
        raise BadData(problems)
    return tree


def _attempt(path: Path | None, read: Callable[[Path], Any], otherwise: Any) -> tuple[Any, list[Problem]]:
    if path is None:
        return otherwise, []
    try:
        return read(path), []
    except BadData as error:
        return otherwise, list(error.problems)


def _area_rows(path: Path, problems: list[Problem]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    text = _text(path)
    if text.lstrip().startswith("{"):
        yield from _json_lines(text, path.name, problems)
        return
    reader = csv.DictReader(text.splitlines())
    if not {"code", "parent"} <= set(reader.fieldnames or ()):
        expected = "expected the columns code,name,parent, or JSON lines of the same"
        raise BadData([Problem(expected, file=path.name, line=1)])
    yield from ((reader.line_num, row) for row in reader)


def _area_problems(tree: AreaTree, file: str) -> Iterator[Problem]:
    for code, parent in tree.parents.items():
        if not tree.knows(parent):
            yield Problem(f"the parent {parent!r} of {code!r} is not in the file", file=file, field="parent")
        elif code in tree.ancestors(code):
            yield Problem(f"the parents of {code!r} lead back to itself", file=file, field="parent")


def _grants(path: Path, book: FactBook | None, areas: AreaTree, problems: list[Problem]) -> Iterator[Grant]:
    lines: dict[str, int] = {}
    for line, raw in _json_lines(_text(path), path.name, problems):
        grant_id = raw.get("id") if isinstance(raw.get("id"), str) else None
        if grant_id in lines:
            problems.append(
                Problem(
                    f"this id stands already in line {lines[grant_id]}", path.name, line, grant_id, field="id"
                )
            )
        elif grant_id is not None:
            lines[grant_id] = line
        grant = _validated(Grant, raw, problems, file=path.name, line=line, grant=grant_id)
        if book is not None:
            references = References(book, areas)
            problems += _unresolved(raw, grant, references, path.name, line)
        if grant is not None:
            yield grant


def _unresolved(
    raw: Mapping[str, Any], grant: Grant | None, references: References, file: str, line: int
) -> Iterator[Problem]:
    """Check the names in a grant's conditions, also in the sound parts of a grant that is refused."""
    for rule_id, field, condition in _conditions(raw, grant):
        for place, message in references.check(condition, field):
            yield Problem(message, file, line, raw.get("id"), rule_id or None, place)


def _conditions(raw: Mapping[str, Any], grant: Grant | None) -> Iterator[tuple[str, str, Condition]]:
    """Yield the conditions of a grant with the rule's id and the path; of a refused one, the sound parts."""
    if grant is not None:
        for place, rule in enumerate(grant.rules):
            yield rule.id, f"rules[{place}].condition", rule.condition
        return
    listed = raw.get("rules")
    for place, written in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(written, dict):
            for field, condition in _sound_parts(written.get("condition"), f"rules[{place}].condition"):
                yield str(written.get("id", "")), field, condition


def _sound_parts(written: Any, field: str) -> Iterator[tuple[str, Condition]]:
    """Yield a condition, or where it cannot be read, those of its parts that can."""
    try:
        yield field, EligibilityRule.model_validate({"condition": written}).condition
    except ValidationError:
        for key in ("all_of", "any_of", "of"):
            parts = written.get(key) if isinstance(written, dict) else None
            for place, part in enumerate(parts if isinstance(parts, list) else ()):
                yield from _sound_parts(part, f"{field}.{key}[{place}]")


def _validated(
    model: type[_Model], raw: Mapping[str, Any], problems: list[Problem], *, file: str, line: int | None = None,
    grant: str | None = None,
) -> _Model | None:  # fmt: skip
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False):
            field = _field(found["loc"])
            problems.append(Problem(in_words(found), file, line, grant, _rule_at(raw, found["loc"]), field))
        return None


def _field(location: tuple[int | str, ...]) -> str:
    parts = [part for part in location if part not in _UNION_TAGS]
    named = [_FIELDS_IN_JSON.get(str(part), part) for part in parts]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in named).removeprefix(".")


def _rule_at(raw: Mapping[str, Any], location: tuple[int | str, ...]) -> str | None:
    match location:
        case ("rules", int(place), *_):
            rule = raw["rules"][place]
            return rule.get("id") if isinstance(rule, dict) and isinstance(rule.get("id"), str) else None
        case _:
            return None


def _json_lines(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        try:
            raw = _json(written)
        except ValueError as error:
            problems.append(Problem(f"not JSON: {error}", file=file, line=line))
            continue
        if isinstance(raw, dict):
            yield line, raw
        else:
            problems.append(Problem("expected a JSON object", file=file, line=line))


def _json_file(path: Path) -> dict[str, Any]:
    try:
        raw = _json(_text(path))
    except ValueError as error:
        raise BadData([Problem(f"not JSON: {error}", file=path.name)]) from None
    if not isinstance(raw, dict):
        raise BadData([Problem("expected a JSON object", file=path.name)])
    return raw


def _json(text: str) -> Any:
    return json.loads(
        text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_once_each
    )


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = _twice([key for key, _ in pairs])
    if twice:
        raise ValueError(f"the key {twice[0]!r} stands twice in one object")
    return dict(pairs)


def _twice(names: list[Any]) -> list[Any]:
    return sorted({name for name in names if names.count(name) > 1}, key=str)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadData([Problem("there is no such file", file=str(path))]) from None
    except UnicodeDecodeError as error:
        raise BadData([Problem(f"not UTF-8 at byte {error.start}", file=path.name)]) from None


def _digest(*files: Path | None) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(b"" if file is None else file.read_bytes())
        whole.update(b"\0")
    return whole.hexdigest()
