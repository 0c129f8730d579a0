"""What passes from training to serving: a folder of plain numbers with a manifest; no code, no pickle.

manifest.json      what this is, from what it was learned, how good it was, and the SHA-256 of each file
ranker.npz         the fitted ranker as arrays
calibration.npz    from score to chance
history.npz        what was decided about each grant
grants.npz         the grants' vectors, by digest of their text
order.npz          the ranker that was learned from judged situations, where there were any
needs.npz          what the words of a need say of its purposes and reasons
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.errors import BadBundle
from features.columns import FIT_NAMES, NAMES
from features.embedding import Embedder
from features.history import AwardHistory
from models.rankers.calibration import Calibration
from models.rankers.protocol import Ranker
from models.rankers.stored import ranker_from_arrays

Arrays = dict[str, NDArray[Any]]

SCHEMA: Final = 1
MANIFEST: Final = "manifest.json"
PARTS: Final = ("ranker", "calibration", "history", "grants")
OF_ORDER: Final = ("order", "needs")
"""Parts of a bundle that learned an order from judged situations."""
VERSION_LENGTH: Final = 16


class About(BaseModel):
    """What a bundle says of itself, apart from the list of its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    experiment: str
    run: str
    """Name of the run that made it."""
    trained_until: date
    """The last day whose decisions it knows."""
    simulated: bool
    """Whether it was learned from a made world; such a bundle is for demonstration only."""
    columns: tuple[str, ...]
    embedder: str
    dimension: int
    data: str
    """SHA-256 of the outcomes and the catalogue that it was learned from."""
    catalogue: str
    commit: str | None = None
    config: dict[str, Any]
    metrics: dict[str, Any]
    tested_from: date | None = None
    """The first day of its test period: what was applied for earlier was learned from."""
    limits: dict[str, Any] = Field(default_factory=dict)
    """What it does not know: grants and groups that no decision is about, and whether it tells chances."""
    fitted_by: str | None = None
    """Who ran the experiment."""
    encoder: str | None = None
    """SHA-256 of the encoder that serving runs (`features/onnx_encoder.py`); None: none was written."""


NAMELESS: Final = frozenset({"run", "commit", "metrics", "fitted_by"})
"""Where, when and by whom a bundle was made, and how good it was: no part of its name."""
LATER: Final = ("tested_from", "limits", "encoder")
"""What earlier bundles did not tell: part of the name where it is told."""


class Manifest(About):
    """The manifest: what a bundle says of itself, and the digest of each of its files."""

    schema_version: Literal[1] = 1
    files: dict[str, str]
    version: str
    """Digest of the files and of what they were learned from: the name under which a bundle is known."""


@dataclass(frozen=True)
class Bundle:
    """A fitted, calibrated ranking with all that it needs but the embedding model."""

    about: About
    ranker: Ranker
    calibration: Calibration
    history: AwardHistory
    vectors: Arrays
    """The grants' vectors, for `GrantIndex.build(grants, embedder, known=…)`."""
    order: Ranker | None = None
    """The order of lists, learned from judged situations; None: none was learned."""
    needs: Arrays | None = None
    """What words say of purposes and reasons, for `NeedModel.from_arrays`; the order reads it."""

    @cached_property
    def manifest(self) -> Manifest:
        """What this bundle's manifest holds."""
        return _manifest(self.about, {name: _digest(content) for name, content in _contents(self).items()})

    @property
    def version(self) -> str:
        """The name under which the bundle is known."""
        return self.manifest.version

    def check_embedder(self, embedder: Embedder) -> None:
        """Raise BadBundle unless vectors of this embedder can be compared with the bundle's."""
        ours, theirs = (self.about.embedder, self.about.dimension), (embedder.name, embedder.dimension)
        if ours != theirs:
            raise BadBundle(
                f"the bundle was made with the embedder {ours[0]} ({ours[1]} numbers), "
                f"this is {theirs[0]} ({theirs[1]} numbers); vectors of two models cannot be compared"
            )


def save(bundle: Bundle, folder: Path) -> Manifest:
    """Write a bundle into a folder, the manifest last; the same bundle gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _contents(bundle).items():
        (folder / name).write_bytes(content)
    text = json.dumps(bundle.manifest.model_dump(mode="json"), indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")
    return bundle.manifest


def load(folder: Path) -> Bundle:
    """Read a bundle and check all of it; raises BadBundle, in words, for anything that does not match."""
    manifest = read_manifest(folder)
    parts_named = (*PARTS, *OF_ORDER) if "order.npz" in manifest.files else PARTS
    named = {f"{part}.npz" for part in parts_named}
    if set(manifest.files) != named:
        found, expected = (", ".join(sorted(names)) for names in (manifest.files, named))
        raise BadBundle(f"{folder}: the manifest names the files {found}; expected {expected}")
    contents = {name: _checked(folder / name, digest) for name, digest in manifest.files.items()}
    if _version(manifest, manifest.files) != manifest.version:
        raise BadBundle(f"{folder}: the manifest was changed after the bundle was made")
    _check_columns(folder, manifest.columns)
    parts = {part: _arrays(contents[f"{part}.npz"], folder / f"{part}.npz") for part in parts_named}
    about = About.model_validate(manifest.model_dump(exclude={"schema_version", "files", "version"}))
    try:
        bundle = Bundle(
            about,
            ranker_from_arrays(parts["ranker"]),
            Calibration.from_arrays(parts["calibration"]),
            AwardHistory.from_arrays(parts["history"]),
            parts["grants"],
            ranker_from_arrays(parts["order"]) if "order" in parts else None,
            parts.get("needs"),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadBundle(f"{folder}: an array is missing or has the wrong form ({error})") from error
    _check_columns(folder, bundle.ranker.columns)
    _check_columns(folder, () if bundle.order is None else bundle.order.columns)
    return bundle


def read_manifest(folder: Path) -> Manifest:
    """Read a bundle's manifest alone; raises BadBundle where there is none or it is of another form."""
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadBundle(f"{path}: no bundle can be read here ({error})") from error
    found = raw.get("schema_version") if isinstance(raw, dict) else None
    if found != SCHEMA:
        raise BadBundle(f"{path}: the bundle is of schema {found!r}; this program reads schema {SCHEMA}")
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadBundle(f"{path}: {field}: {first['msg']}") from None


def _contents(bundle: Bundle) -> dict[str, bytes]:
    parts = (
        bundle.ranker.to_arrays(),
        bundle.calibration.to_arrays(),
        bundle.history.to_arrays(),
        bundle.vectors,
    )
    of_order = (
        () if bundle.order is None or bundle.needs is None else (bundle.order.to_arrays(), bundle.needs)
    )
    named = zip((*PARTS, *OF_ORDER), (*parts, *of_order), strict=False)
    return {f"{name}.npz": _packed(arrays) for name, arrays in named}


def _manifest(about: About, files: dict[str, str]) -> Manifest:
    return Manifest(**about.model_dump(), files=files, version=_version(about, files))


def _version(about: About, files: dict[str, str]) -> str:
    """Where and when it was made plays no part: the same learning from the same data has the same name."""
    told = about.model_dump(mode="json", include=set(About.model_fields) - _unnamed(about))
    return _digest(json.dumps([told, files], sort_keys=True).encode())[:VERSION_LENGTH]


def _unnamed(about: About) -> set[str]:
    return {*NAMELESS, *(name for name in LATER if not getattr(about, name))}


def _packed(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _checked(path: Path, digest: str) -> bytes:
    if not path.is_file():
        raise BadBundle(f"{path}: the manifest names this file, and it is not there")
    content = path.read_bytes()
    if _digest(content) != digest:
        raise BadBundle(f"{path}: its content does not match the digest in the manifest; it was changed")
    return content


def _arrays(content: bytes, path: Path) -> Arrays:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            return {name: packed[name] for name in packed.files}
    except (ValueError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise BadBundle(f"{path}: not an archive of plain arrays ({error})") from error


def _check_columns(folder: Path, columns: tuple[str, ...]) -> None:
    unknown = [name for name in columns if name not in (*NAMES, *FIT_NAMES)]
    if unknown:
        raise BadBundle(f"{folder}: it reads columns that this program does not make: {', '.join(unknown)}")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
