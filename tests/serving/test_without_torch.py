"""A process that serves knows the meaning of needs without torch, with the champion's encoder and without it.

Neither does it import MLflow, nor what a model is fitted with.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.catalogue.reading import SAMPLE, read_catalogue
from features.grant_index import GrantIndex
from features.history import AwardHistory
from features.onnx_encoder import ENCODERS, OnnxEncoder, keep_encoder
from models.rankers.bundle import Bundle, save
from tests.serving.running import ROOT, environment
from tests.serving.test_champion import needs_of, small_bundle

GRANTS = 12
RANKED = """
import json, sys
HEAVY = {"torch", "transformers", "sentence_transformers", "lightgbm", "sklearn", "scipy", "mlflow"}
from structlog import get_logger
import serving.service
from data.people.applicants import Applicant, Need
from serving.settings import read_settings
from serving.startup import first_loaded

made = []
from features import onnx_graph
written = onnx_graph.encoder_graph
onnx_graph.encoder_graph = lambda folder: made.append(folder) or written(folder)
loaded = first_loaded(read_settings(), get_logger())
day = loaded.catalogue.grants[0].checked_on
found = loaded.recommender.recommend(Applicant(), Need(text="my oven packed up"), on=day)
meaning = [part.points for part in found.results[0].contributions if part.feature.startswith("meaning")]
print(json.dumps({
    "degraded": found.degraded, "meaning": any(meaning), "made_of_weights": bool(made),
    "heavy": sorted(HEAVY & set(sys.modules)),
}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few grants, an encoder, and a bundle that names it."""
    made = tmp_path_factory.mktemp("served")
    lines = (SAMPLE / "catalogue.jsonl").read_text("utf-8").splitlines()[:GRANTS]
    (made / "grants.jsonl").write_text("\n".join(lines), "utf-8")
    digest = keep_encoder(made / ENCODERS)
    encoder = OnnxEncoder.load(made / ENCODERS / f"{digest}.onnx")
    save(_bundle(made / "grants.jsonl", encoder, digest), made / "named")
    save(_bundle(made / "grants.jsonl", encoder, None), made / "earlier")
    return made


def _bundle(grants: Path, encoder: OnnxEncoder, digest: str | None) -> Bundle:
    small, catalogue = small_bundle(1), read_catalogue(grants, areas=SAMPLE / "areas.csv")
    about = small.about.model_copy(
        update={"embedder": encoder.name, "dimension": encoder.dimension, "encoder": digest}
    )
    index = GrantIndex.build(catalogue.grants, encoder)
    history = AwardHistory.empty(
        catalogue.grants, before=small.about.trained_until, dimension=encoder.dimension
    )
    return replace(small, about=about, history=history, vectors=index.to_arrays(), needs=needs_of(encoder))


def _served(folder: Path, bundle: str) -> dict[str, Any]:
    settings = {"GRANTS_CATALOGUE": str(folder / "grants.jsonl"), "GRANTS_BUNDLE": str(folder / bundle)}
    ran = subprocess.run(
        [sys.executable, "-c", RANKED],
        cwd=ROOT,
        env=environment(**settings),
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def test_the_encoder_beside_the_champion_is_run_without_torch(folder: Path) -> None:
    assert _served(folder, "named") == {
        "degraded": [], "meaning": True, "made_of_weights": False, "heavy": [],
    }  # fmt: skip


def test_a_bundle_that_names_no_encoder_has_one_made_of_the_weights_it_was_learned_with(folder: Path) -> None:
    assert _served(folder, "earlier") == {
        "degraded": [], "meaning": True, "made_of_weights": True, "heavy": [],
    }  # fmt: skip
