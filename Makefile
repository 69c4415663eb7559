# `make run` and `make test` need nothing but Python 3.11+ (with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test slow lint types tests lock benchmark clean

run: $(VENV)/.run
	$(BIN)/python supervisor.py --config instances.toml

test: lint types tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/pyright --pythonpath $(BIN)/python

# Two at a time, each file as a whole: what its tests share is made once.
tests: $(VENV)/.dev
	$(BIN)/pytest -n 2 --dist loadfile

# The longer sweeps.
slow: $(VENV)/.dev
	$(BIN)/pytest -m slow

benchmark: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# Exactly the versions of the locks, each file checked against its hash.
$(VENV)/.run: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Playhouse needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	touch $@

# Renew the locks from pyproject.toml; needs pip-tools.
lock:
	pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --output-file requirements.lock pyproject.toml
	pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --extra dev --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache
