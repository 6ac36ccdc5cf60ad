# Two commands do everything: `make run` and `make test`. `make install` is the part they share.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: run test install lint types tests format bench lock wheel clean

run: install
	$(BIN)/numgraph demo --into graph

test: install lint types tests

install: $(INSTALLED)

$(INSTALLED): pyproject.toml requirements-dev.lock
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'numgraph needs Python 3.11 or newer; set PYTHON=...')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

tests:
	$(BIN)/python -m pytest

# Ratios and throughput, in minutes; `make bench DOCUMENTS=100000` shows that memory stays flat, in an hour.
DOCUMENTS ?= 1500
bench: install
	$(BIN)/python bench/extraction.py --documents $(DOCUMENTS)
	$(BIN)/python bench/mapping.py

format:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The locks name versions and hashes, never where packages are downloaded from.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock:
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --extra dev --output-file requirements-dev.lock

wheel: install
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf .venv .bench dist graph
