# Everything a newcomer needs: `make run` serves the page, `make test` runs the tests, `make check` is the gate.
PYTHON ?= python3.11
BIN := .venv/bin
# What is imported is compiled then: to compile all of it here takes a minute.
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt
# Two test processes with a thread each: with two each they wait for one another.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadgroup
export OMP_NUM_THREADS ?= 2
export TOKENIZERS_PARALLELISM := false
export BENTOML_DO_NOT_TRACK := True

.PHONY: run test check format train serve bento laws clean help

help:  ## Say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.stamp: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing what the service and training need; this takes some minutes the first time."
	$(PIP) torch==2.13.0
	$(PIP) -e '.[train]'
	@touch $@

.venv/dev.stamp: .venv/run.stamp
	$(PIP) -e '.[train,dev]'
	@touch $@

bundles/champion/manifest.json: | .venv/run.stamp
	@echo "Training a first model on simulated applications to the real catalogue."
	$(BIN)/python -m training fit experiments/demo.toml --promote --without-review "first model on a newcomer's machine"

train: .venv/run.stamp  ## Train the demonstration model again
	$(BIN)/python -m training fit experiments/demo.toml

run: .venv/run.stamp bundles/champion/manifest.json  ## Install, train a first model, serve the page on http://127.0.0.1:3000
	$(BIN)/bentoml serve serving.service:GrantRanking --host 127.0.0.1 --port 3000

test: .venv/dev.stamp  ## Run the tests
	$(PYTEST)

check: .venv/dev.stamp  ## The one gate: format, lint, layers, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --cache-dir .cache/import_linter
	$(BIN)/mypy
	$(BIN)/python -m data check data/sample/catalogue.jsonl --areas data/sample/areas.csv
	$(PYTEST)

format: .venv/dev.stamp  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bento: .venv/run.stamp  ## Build a Bento
	$(BIN)/bentoml build

laws: .venv/dev.stamp  ## Hold the laws of eligibility on 100,000 generated cases each; takes long
	LAW_CASES=100000 $(BIN)/python -m pytest tests/models/test_laws.py

clean:  ## Remove what was made, but not stores or bundles
	rm -rf .venv .cache
