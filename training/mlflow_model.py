"""The model as MLflow opens it: `mlflow.pyfunc.load_model("models:/grant_ranker@champion")` ranks applicants.

MLflow keeps this file as the model's code and the bundle's plain files beside it; no object is pickled. Serving reads
the bundle itself and never imports MLflow.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pyarrow as pa

from training.engines import OnBatch
from training.many import QUESTIONS
from training.opening import Ranking

MOST = 10
"""Places of each list, where the call's parameter `most` does not say otherwise."""


class GrantRanker(mlflow.pyfunc.PythonModel):  # type: ignore[misc, name-defined]
    """Takes questions as `python -m training rank` does, and gives a row for each place of each list."""

    def load_context(self, context: Any) -> None:
        """Remember where the bundle lies; it is loaded with the first question."""
        self._bundle = Path(context.artifacts["bundle"])
        self._opened: dict[int, OnBatch] = {}

    def predict(
        self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Rank questions: a data frame of `id`, `applicant` and `need` (JSON), and `on`, a day; "" is today."""
        most = int((params or {}).get("most", MOST))
        if most not in self._opened:
            self._opened[most] = Ranking(self._bundle, most, date.today()).open()
        today = date.today().isoformat()
        asked = pa.Table.from_pandas(model_input[QUESTIONS.names], preserve_index=False).to_pylist()
        rows = [{**row, "on": date.fromisoformat(row["on"] or today)} for row in asked]
        return self._opened[most](pa.RecordBatch.from_pylist(rows, QUESTIONS)).to_pandas()


mlflow.models.set_model(GrantRanker())
