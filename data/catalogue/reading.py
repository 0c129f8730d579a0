"""Reading a catalogue: every problem of its files at once, and nothing loaded unless there is none."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from data.catalogue.fact_references import check_facts
from data.catalogue.facts import FactBook, keyed_by_id
from data.catalogue.grants import Grant
from data.catalogue.references import References
from data.catalogue.rules import FORMS, Condition, EligibilityRule
from data.catalogue.settling import names_of, settled, with_councils
from data.errors import NO_SUCH_KEY, BadData, Problem, in_words
from data.json_files import json_lines, read_json, read_text, twice
from data.places.areas import AreaTree

SAMPLE: Final = Path(__file__).parents[1] / "sample"
"""The catalogue of real UK schemes that comes with the project."""

RETIRED_AREAS: Final = SAMPLE / "retired_areas.csv"
"""Councils of the UK that are no more, and those of today in their place."""

_Model = TypeVar("_Model", bound=BaseModel)
_UNION_TAGS: Final = frozenset(
    {form.__name__ for form in FORMS} | {"number", "day", "table", "share", "shifted", "money", "people"}
)
"""What names a form within an error's place, and no key of a file has."""
_AREA_KEYS: Final = ("code", "name", "parent", "website")
_FIELDS_IN_JSON: Final = {"value": "is", "windows": "window", "whom": "for"}


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
    known = None if area_problems else tree
    book, fact_problems = _attempt(facts_file, lambda file: read_facts(file, known), None)
    problems = [*area_problems, *fact_problems]
    grants = list(_grants(Path(path), book, known, problems))
    if problems or book is None:
        raise BadData(problems)
    book = book.knowing(names_of(grants))
    return Catalogue(tuple(grants), book, tree, _digest(Path(path), facts_file, areas_file))


def sample_catalogue() -> Catalogue:
    """Read the catalogue of real UK schemes that comes with the project."""
    return read_catalogue(SAMPLE / "catalogue.jsonl", facts=SAMPLE / "facts.json", areas=SAMPLE / "areas.csv")


def read_facts(path: Path, areas: AreaTree | None = None) -> FactBook:
    """Read a fact file; raises BadData with all of its problems. Without `areas` none that it names is checked."""
    raw = read_json(path)
    facts = raw.get("facts")
    if not isinstance(facts, list) or not all(isinstance(fact, dict) for fact in facts):
        raise BadData([Problem("expected a list of objects", file=path.name, field="facts")])
    problems = [
        Problem(f"the fact {fact_id!r} stands twice", file=path.name, field="facts")
        for fact_id in twice([fact.get("id") for fact in facts])
    ]
    book = _validated(FactBook, {**raw, "facts": keyed_by_id(facts)}, problems, file=path.name)
    if book is not None:
        found = check_facts(book, areas)
        problems += [Problem(message, file=path.name, field=field) for field, message in found]
    if problems or book is None:
        raise BadData(problems)
    return book


def read_areas(path: Path) -> AreaTree:
    """Read areas from CSV (`code,name,parent`, `website` if known) or JSON lines; raises BadData with all problems."""
    problems: list[Problem] = []
    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    websites: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in _area_rows(path, problems):
        code, name, parent, website = (str(row.get(key) or "").strip() for key in _AREA_KEYS)
        if not code or code in names:
            found = "a row without a code" if not code else f"the area {code!r} stands twice"
            problems.append(Problem(found, file=path.name, line=line, field="code"))
            continue
        names[code], lines[code] = name or code, line
        if parent:
            parents[code] = parent
        if website:
            websites[code] = website
    tree = AreaTree(names, parents, listed=True, retired=_retired(names), websites=websites)
    problems += list(_area_problems(tree, path.name, lines))
    if problems:
        raise BadData(problems)
    return tree


def _retired(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Give retired codes whose places of today are all among the areas; a file may still name a retired one itself."""
    with RETIRED_AREAS.open(encoding="utf-8", newline="") as file:
        now = {row["code"]: tuple(row["now"].split()) for row in csv.DictReader(file)}
    return {code: parts for code, parts in now.items() if code not in names and set(parts) <= names.keys()}


def _attempt(path: Path | None, read: Callable[[Path], Any], otherwise: Any) -> tuple[Any, list[Problem]]:
    if path is None:
        return otherwise, []
    try:
        return read(path), []
    except BadData as error:
        return otherwise, list(error.problems)


def _area_rows(path: Path, problems: list[Problem]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    text = read_text(path)
    if text.lstrip().startswith("{"):
        for line, row in json_lines(text, path.name, problems):
            for key in sorted(row.keys() - set(_AREA_KEYS)):
                meant = get_close_matches(key, _AREA_KEYS, n=1)
                if meant:  # other keys are left alone, as other columns are
                    message = f"{NO_SUCH_KEY}; did you mean {meant[0]!r}?"
                    problems.append(Problem(message, path.name, line, field=key))
            yield line, row
        return
    reader = csv.DictReader(text.splitlines())
    if not {"code", "parent"} <= set(reader.fieldnames or ()):
        expected = "expected the columns code,name,parent, or JSON lines of the same"
        raise BadData([Problem(expected, file=path.name, line=1)])
    yield from ((reader.line_num, row) for row in reader)


def _area_problems(tree: AreaTree, file: str, lines: Mapping[str, int]) -> Iterator[Problem]:
    for code, parent in tree.parents.items():
        if not tree.knows(parent):
            message = f"the parent {parent!r} of {code!r} is not in the file"
        elif code in tree.ancestors(code):
            message = f"the parents of {code!r} lead back to itself"
        else:
            continue
        yield Problem(message, file=file, line=lines[code], field="parent")


def _grants(
    path: Path, book: FactBook | None, areas: AreaTree | None, problems: list[Problem]
) -> Iterator[Grant]:
    lines: dict[str, int] = {}
    conditions: dict[Condition, Condition] = {}
    for line, raw in json_lines(read_text(path), path.name, problems):
        grant_id = raw.get("id") if isinstance(raw.get("id"), str) else None
        if grant_id in lines:
            problems.append(
                Problem(
                    f"this id stands already in line {lines[grant_id]}", path.name, line, grant_id, field="id"
                )
            )
        elif grant_id is not None:
            lines[grant_id] = line
        grant = _validated(
            Grant, raw, problems, file=path.name, line=line, grant=grant_id, conditions=conditions
        )
        if book is not None:
            references = References(book, areas)
            problems += _unresolved(raw, grant, references, path.name, line)
        if grant is not None:
            whole = grant if areas is None else with_councils(grant, areas)
            yield whole if book is None else settled(whole, book)


def _unresolved(
    raw: Mapping[str, Any], grant: Grant | None, references: References, file: str, line: int
) -> Iterator[Problem]:
    """Check the names in a grant's conditions, also in the sound parts of a grant that is refused."""
    for rule_id, field, condition, of_related in _conditions(raw, grant):
        for place, message in references.check(condition, field, of_related=of_related):
            yield Problem(message, file, line, raw.get("id"), rule_id or None, place)
    if grant is not None:
        for place, message in references.check_grant(grant):
            yield Problem(message, file, line, grant.id, None, place)


def _conditions(raw: Mapping[str, Any], grant: Grant | None) -> Iterator[tuple[str, str, Condition, bool]]:
    """Yield the conditions of a grant with the rule's id, the path, and whether they stand inside `related` or `sum`.

    Of a grant that is refused these are the sound parts.
    """
    if grant is not None:
        for place, rule in enumerate(grant.rules):
            yield rule.id, f"rules[{place}].condition", rule.condition, False
        return
    listed = raw.get("rules")
    for place, written in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(written, dict):
            at = f"rules[{place}].condition"
            for field, condition, of_related in _sound_parts(written.get("condition"), at, of_related=False):
                yield str(written.get("id", "")), field, condition, of_related


def _sound_parts(written: Any, field: str, *, of_related: bool) -> Iterator[tuple[str, Condition, bool]]:
    """Yield a condition, or where it cannot be read, those of its parts that can."""
    try:
        yield field, _read(EligibilityRule, {"condition": written}).condition, of_related
    except ValidationError:
        if not isinstance(written, dict):
            return
        for key in ("all_of", "any_of", "of"):
            parts = written.get(key)
            for place, part in enumerate(parts if isinstance(parts, list) else ()):
                yield from _sound_parts(part, f"{field}.{key}[{place}]", of_related=of_related)
        inner = {"condition": True, "beneficiary": True, "where": True, "applicant": False}
        for key, inside in {"not": of_related, **inner}.items():
            if key in written:
                yield from _sound_parts(written[key], f"{field}.{key}", of_related=inside)


def _read(
    model: type[_Model], raw: Mapping[str, Any], conditions: dict[Condition, Condition] | None = None
) -> _Model:
    """Read JSON by the names of the contract alone; equal `conditions` become one object."""
    return model.model_validate(raw, by_alias=True, by_name=False, context=conditions)


def _validated(
    model: type[_Model], raw: Mapping[str, Any], problems: list[Problem], *, file: str, line: int | None = None,
    grant: str | None = None, conditions: dict[Condition, Condition] | None = None,
) -> _Model | None:  # fmt: skip
    try:
        return _read(model, raw, conditions)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False):
            field = _field(found["loc"], as_written=found["type"] == "extra_forbidden")
            problems.append(Problem(in_words(found), file, line, grant, _rule_at(raw, found["loc"]), field))
        return None


def _field(location: tuple[int | str, ...], *, as_written: bool) -> str:
    parts = [part for part in location if part not in _UNION_TAGS]
    named = parts if as_written else [_FIELDS_IN_JSON.get(str(part), part) for part in parts]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in named).removeprefix(".")


def _rule_at(raw: Mapping[str, Any], location: tuple[int | str, ...]) -> str | None:
    match location:
        case ("rules", int(place), *_):
            rule = raw["rules"][place]
            return rule.get("id") if isinstance(rule, dict) and isinstance(rule.get("id"), str) else None
        case _:
            return None


def _digest(*files: Path | None) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(b"" if file is None else file.read_bytes())
        whole.update(b"\0")
    return whole.hexdigest()
