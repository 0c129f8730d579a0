"""A ranker and a column of one's own, added and fitted as `docs/retraining.md` says, in a copy of the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MINE = ROOT.parent / "shared" / "data" / "own_country"
LAYERS = ("data", "features", "models", "training")
DOCS = (ROOT / "docs" / "retraining.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", DOCS, flags=re.DOTALL)


def block(kind: str, part: str) -> str:
    """The one example of a kind that holds some words."""
    [found] = [str(text) for found, text in BLOCKS if found == kind and part in text]
    return found


def written_into(file: Path, after: str, line: str) -> None:
    """Add a line to a file, below the one line that is named."""
    text = file.read_text("utf-8")
    assert text.count(after) == 1
    file.write_text(text.replace(after, f"{after}\n{line.rstrip()}"), "utf-8")


def training(folder: Path, *arguments: str) -> str:
    """Run a command of training in a copy of the program, as its reader does; MLflow's server is away."""
    environment = {**os.environ, "MLFLOW_TRACKING_URI": "http://127.0.0.1:9", "OMP_NUM_THREADS": "1"}
    environment["GRANTS_STORE"] = f"sqlite:///{folder}/grants.db"
    command = [sys.executable, "-m", "training", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_documented_ranker_and_column_are_learned_with_from_a_new_export(tmp_path: Path) -> None:
    if not MINE.exists():
        pytest.skip("the other country's grants are not here")
    for layer in LAYERS:
        shutil.copytree(ROOT / layer, tmp_path / layer, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "mine").symlink_to(MINE)
    estimators = tmp_path / "models" / "rankers" / "estimators.py"
    written_into(
        estimators, "ESTIMATORS: Final[Mapping[str, Callable[..., Any]]] = {", block("python", '"linear_svm"')
    )
    columns = tmp_path / "features" / "columns.py"
    written_into(columns, "\nCOLUMNS: Final[tuple[Column, ...]] = (", block("", '"title_named"'))
    (tmp_path / "mapping.toml").write_text(block("toml", "[decisions]"), "utf-8")
    experiment = [
        block("toml", "learn = false"),
        block("toml", '"linear_svm"'),
        block("toml", 'kind = "store"'),
    ]
    (tmp_path / "mine.toml").write_text("\n".join(experiment), "utf-8")

    training(
        tmp_path, "import-outcomes", "mine/export.csv", "--mapping", "mapping.toml", "--on", "2026-12-01"
    )
    told = json.loads(training(tmp_path, "fit", "mine.toml", "--by", "Ana", "--on", "2026-12-01", "--json"))
    assert told["chosen"] == "linear_svm"
    manifest = json.loads((tmp_path / told["run"] / "bundle" / "manifest.json").read_text("utf-8"))
    assert "title_named" in manifest["columns"]
