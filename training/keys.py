"""Every key that an experiment's file may hold, with its default and its meaning, read from the settings themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from data.catalogue.reading import SAMPLE
from training.config import Experiment, kinds_of

ROOT: Final = SAMPLE.parents[1]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an experiment's file."""

    table: str
    """The table of the file in which it stands; empty for the top."""
    name: str
    default: str
    """As TOML or JSON writes it; empty where it has to be told, or where it is left out by default."""
    meaning: str


def keys_of(model: type[BaseModel] = Experiment, path: str = "", table: str = "") -> Iterator[Key]:
    """List the keys of a part, then those of the parts within it."""
    kind = _kind(model)
    if kind and len(model.model_fields) == 1:
        yield Key(table, "kind", kind, "It has no other keys.")
    parts: list[tuple[str, str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        written = field.alias or name
        if written == "kind":
            continue  # the name of the table tells it
        inner = f"{path}.{written}" if path else written
        kinds = kinds_of(field.annotation)
        if not kinds:
            yield Key(table, written, _default(field), " ".join((field.description or "").split()))
        many = str(field.annotation).startswith("tuple")
        parts += [(inner, f"[[{inner}]]" if many else f"[{inner}]", one) for one in kinds]
    for inner, shown, part in parts:
        of_kind = f", kind = {_kind(part)}" if _kind(part) else ""
        yield from keys_of(part, inner, f"{shown}{of_kind}")


def as_markdown() -> str:
    """Write the keys as tables, one for each table of the file."""
    lines: list[str] = []
    table = None
    for key in keys_of():
        if key.table != table:
            table = key.table
            head = f"### `{table}`" if table else "### At the top"
            lines += ["", head, "", "| key | default | meaning |", "|---|---|---|"]
        lines.append(f"| `{key.name}` | {f'`{key.default}`' if key.default else ''} | {key.meaning} |")
    return "\n".join(lines).strip() + "\n"


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True)
    if value is PydanticUndefined or value is None:
        return ""
    if isinstance(value, Path):
        return json.dumps(str(value.relative_to(ROOT) if value.is_relative_to(ROOT) else value))
    return json.dumps(value, default=str, ensure_ascii=False)


def _kind(kind: type[BaseModel]) -> str:
    field = kind.model_fields.get("kind")
    return "" if field is None else json.dumps(field.default)
