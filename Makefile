# Two commands matter: `make run` serves the demo dashboard, `make test` runs every test.
PYTHON ?= python3
PORT ?= 8501
WORKSPACE ?= workspace
BIN := .venv/bin
JOBS ?= 2

.PHONY: run test check bench prove lock clean demo screenshots
.DELETE_ON_ERROR:

run: .venv/run.stamp
	$(BIN)/reinstate --workspace $(WORKSPACE) dashboard --port $(PORT) --demo-if-empty

demo: .venv/run.stamp
	$(BIN)/reinstate --workspace $(WORKSPACE) demo

test: .venv/dev.stamp
	@sh tests/prepare.sh
	$(BIN)/pytest -n $(JOBS) --dist loadfile

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/test_docs.py

bench: .venv/dev.stamp
	$(BIN)/python -m tests.bench

prove: .venv/dev.stamp
	REINSTATE_TEST_PROFILE=searching $(BIN)/pytest tests/prove -p no:xdist --timeout 3600

screenshots: .venv/dev.stamp
	@sh tests/prepare.sh
	$(BIN)/python -m tests.screenshots

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --group build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -c requirements.lock --extra postgres --extra amazon --extra timestamp --group dev pyproject.toml -o requirements-dev.lock

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "reinstate needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 2; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | .venv/pyvenv.cfg
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache build dist
