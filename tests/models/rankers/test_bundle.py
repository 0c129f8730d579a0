"""A bundle comes back as it was kept, and whatever does not match is refused in words."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.catalogue.grants import Grant
from data.errors import BadBundle
from features.columns import NAMES
from features.history import AwardHistory
from features.pairs import PairFeatures
from models.rankers.bundle import About, Bundle, load, read_manifest, save
from models.rankers.calibration import Calibration
from models.rankers.logistic import Logistic


class Meanings:
    """A stand-in for another embedding model: only its name and size matter here."""

    def __init__(self, name: str, dimension: int) -> None:
        self.name, self.dimension = name, dimension

    def embed(self, texts: object) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """Give no vector at all for any texts."""
        del texts
        return np.zeros((0, self.dimension), dtype=np.float32)


def made_bundle(run: str = "run-1", seed: int = 1) -> Bundle:
    """A small bundle with a fitted ranker."""
    rng = np.random.default_rng(seed)
    pairs = PairFeatures(NAMES, rng.normal(size=(300, len(NAMES))).astype(np.float32))
    awarded = (rng.random(300) < 0.6).astype(float)
    ranker = Logistic().fit(pairs, awarded)
    about = About(
        experiment="tiny",
        run=run,
        trained_until=date(2026, 11, 22),
        simulated=True,
        columns=NAMES,
        embedder="tiny@1",
        dimension=3,
        data="0" * 64,
        catalogue="1" * 64,
        config={"seed": seed},
        metrics={"ndcg_at_10": 0.5},
    )
    grants = (Grant(id="one", title="One", rules=()), Grant(id="two", title="Two", rules=()))
    history = AwardHistory.empty(grants, before=date(2026, 11, 23), dimension=3)
    vectors = {"digests": np.array(["a", "b"]), "vectors": np.eye(2, 3, dtype=np.float32)}
    return Bundle(about, ranker, Calibration.fit(ranker.score(pairs), awarded), history, vectors)


def test_a_bundle_read_back_scores_to_the_bit_as_before(tmp_path: Path) -> None:
    bundle = made_bundle()
    save(bundle, tmp_path)
    again = load(tmp_path)
    pairs = PairFeatures(NAMES, np.random.default_rng(2).normal(size=(50, len(NAMES))).astype(np.float32))
    assert (again.ranker.score(pairs) == bundle.ranker.score(pairs)).all()
    assert again.about == bundle.about
    assert again.version == bundle.version
    assert again.history.grant_ids == ("one", "two")


def test_the_same_learning_gives_the_same_bytes_and_name_wherever_it_ran(tmp_path: Path) -> None:
    for place, run in (("here", "run-1"), ("there", "run-2")):
        save(made_bundle(run), tmp_path / place)
    for name in ("ranker.npz", "calibration.npz", "history.npz", "grants.npz"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
    assert read_manifest(tmp_path / "here").version == read_manifest(tmp_path / "there").version
    assert made_bundle(seed=2).version != made_bundle(seed=1).version


@pytest.mark.parametrize("name", ["ranker.npz", "calibration.npz", "history.npz", "grants.npz"])
def test_one_changed_byte_in_any_file_is_refused(tmp_path: Path, name: str) -> None:
    save(made_bundle(), tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadBundle, match=rf"{name}.*was changed"):
        load(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    save(made_bundle(), tmp_path)
    (tmp_path / "history.npz").unlink()
    with pytest.raises(BadBundle, match=r"history\.npz.*not there"):
        load(tmp_path)


def test_an_empty_folder_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BadBundle, match="no bundle can be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("schema_version", 2, "schema 2; this program reads schema 1"),
        ("embedder", "another@2", "manifest was changed"),
        ("trained_until", "2027-01-01", "manifest was changed"),
        ("columns", ["magic"], "manifest was changed"),
        ("tested_from", "2026-01-01", "manifest was changed"),
        ("limits", {"tells_chances": True}, "manifest was changed"),
        ("surprise", 1, "surprise"),
        ("dimension", "many", "dimension"),
    ],
)
def test_a_changed_manifest_is_refused(tmp_path: Path, field: str, value: object, told: str) -> None:
    save(made_bundle(), tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), field: value}))
    with pytest.raises(BadBundle, match=told):
        load(tmp_path)


def test_columns_that_this_program_does_not_make_are_named(tmp_path: Path) -> None:
    bundle = made_bundle()
    foreign = About.model_validate({**bundle.about.model_dump(), "columns": ("magic",)})
    save(Bundle(foreign, bundle.ranker, bundle.calibration, bundle.history, bundle.vectors), tmp_path)
    with pytest.raises(BadBundle, match="does not make: magic"):
        load(tmp_path)


def test_an_archive_that_would_run_code_is_refused(tmp_path: Path) -> None:
    bundle = made_bundle()
    objects = {**bundle.vectors, "digests": np.array([{"a": 1}], dtype=object)}
    with pytest.raises(ValueError, match=r"allow_pickle|[Oo]bject"):
        save(Bundle(bundle.about, bundle.ranker, bundle.calibration, bundle.history, objects), tmp_path)


class Trap:
    """Something whose reading back as a pickle would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


def forged(folder: Path, content: bytes) -> None:
    """Put other content under `history.npz`, with a manifest that matches it."""
    manifest = save(made_bundle(), folder)
    (folder / "history.npz").write_bytes(content)
    files = {**manifest.files, "history.npz": hashlib.sha256(content).hexdigest()}
    raw = {**manifest.model_dump(mode="json"), "files": files}
    made = {"run", "commit", "metrics", "fitted_by", "tested_from", "limits", "encoder"}
    told = {name: raw[name] for name in About.model_fields if name not in made}
    sealed = json.dumps([told, files], sort_keys=True).encode()
    raw["version"] = hashlib.sha256(sealed).hexdigest()[:16]
    (folder / "manifest.json").write_text(json.dumps(raw))


@pytest.mark.parametrize("form", ["a pickle", "an archive of pickles", "one array", "nothing"])
def test_a_forged_bundle_with_code_inside_is_refused_in_words_and_runs_nothing(
    tmp_path: Path, form: str
) -> None:
    sprung, buffer = tmp_path / "sprung", io.BytesIO()
    trap = np.array([Trap(sprung)], dtype=object)
    match form:
        case "a pickle":
            buffer.write(pickle.dumps(Trap(sprung)))
        case "an archive of pickles":
            np.savez(buffer, allow_pickle=True, grant_ids=trap)
        case "one array":
            np.save(buffer, np.zeros(3))
    forged(tmp_path / "bundle", buffer.getvalue())
    with pytest.raises(BadBundle, match=r"history\.npz: not an archive of plain arrays"):
        load(tmp_path / "bundle")
    assert not sprung.exists()


def test_a_path_outside_the_folder_is_not_followed(tmp_path: Path) -> None:
    save(made_bundle(), tmp_path / "bundle")
    path = tmp_path / "bundle" / "manifest.json"
    raw = json.loads(path.read_text())
    raw["files"]["../outside.npz"] = "0" * 64
    path.write_text(json.dumps(raw))
    with pytest.raises(BadBundle, match=r"names the files \.\./outside"):
        load(tmp_path / "bundle")


def test_vectors_of_another_embedder_are_not_compared() -> None:
    bundle = made_bundle()
    bundle.check_embedder(Meanings("tiny@1", 3))
    for other in (Meanings("tiny@2", 3), Meanings("tiny@1", 4)):
        with pytest.raises(BadBundle, match="cannot be compared"):
            bundle.check_embedder(other)
