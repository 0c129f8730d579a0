"""Notebooks run from their first cell to their last plot, from wherever they are opened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import experiments

FOLDER = Path(experiments.__file__).parent
ROOT = FOLDER.parent


@pytest.mark.parametrize("notebook", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_goes_from_data_to_a_plot(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("PYTHONPATH", ROOT), ("IPYTHONDIR", tmp_path), ("JUPYTER_CONFIG_DIR", tmp_path)):
        monkeypatch.setenv(name, str(value))
    told = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    assert not any(cell.get("outputs") for cell in told.cells), "keep notebooks without their outputs"
    NotebookClient(told, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    shown = [one for cell in told.cells for one in cell.get("outputs", ())]
    assert any("image/png" in one.get("data", {}) for one in shown)


def test_the_editable_install_lets_any_folder_import_the_layers(tmp_path: Path) -> None:
    code = "import training.tabular, experiments; print(experiments.__path__[0])"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("experiments")
