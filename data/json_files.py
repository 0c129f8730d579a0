"""Reading text and JSON that others wrote: what cannot be read is a problem with a place, never a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.errors import BadData, Problem


def read_text(path: Path) -> str:
    """Read a whole file, a byte order mark left out; raises BadData where it cannot be."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadData([Problem(f"not UTF-8 at byte {error.start}", file=path.name)]) from None
    except FileNotFoundError:
        raise BadData([Problem("there is no such file", file=str(path))]) from None
    except OSError as error:
        raise BadData([Problem(f"cannot be read: {error.strerror}", file=str(path))]) from None


def read_json(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object; raises BadData where it does not."""
    try:
        raw = as_json(read_text(path))
    except ValueError as error:
        raise BadData([Problem(f"not JSON: {error}", file=path.name)]) from None
    if not isinstance(raw, dict):
        raise BadData([Problem("expected a JSON object", file=path.name)])
    return raw


def json_lines(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of JSON lines with their line numbers; what is none is added to the problems."""
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        try:
            raw = as_json(written)
        except ValueError as error:
            problems.append(Problem(f"not JSON: {error}", file=file, line=line))
            continue
        if isinstance(raw, dict):
            yield line, raw
        else:
            problems.append(Problem("expected a JSON object", file=file, line=line))


def as_json(text: str) -> Any:
    """Take JSON with numbers as they are written; a key that stands twice in an object is a ValueError."""
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_once_each
        )
    except ArithmeticError:
        raise ValueError("a number is too large to be read") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def twice(names: Sequence[object]) -> list[object]:
    """List what stands more than once."""
    return sorted((name for at, name in enumerate(names) if name in names[:at]), key=str)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        key = twice([name for name, _ in pairs])[0]
        raise ValueError(f"the key {key!r} stands twice in one object")
    return found
