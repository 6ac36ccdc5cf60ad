# Two commands do everything: `make run` and `make test`. `make install` is the part they share.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
UI := api/ui
PACKAGES := $(UI)/node_modules/.installed
BUILT := api/numgraph_api/static/built/workbench.js

.PHONY: run test install lint types tests browser format bench lock wheel clean

run: install
	$(BIN)/numgraph demo --into graph

test: install lint types tests

install: $(INSTALLED) $(BUILT)

$(INSTALLED): pyproject.toml requirements-dev.lock
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'numgraph needs Python 3.11 or newer; set PYTHON=...')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

# The scripts of the pages, bundled from npm packages; package-lock.json names versions and hashes.
$(PACKAGES): $(UI)/package.json $(UI)/package-lock.json
	@node -e "process.exit(process.versions.node.split('.')[0] < 20 ? 1 : 0)" || { echo "numgraph's pages are bundled with Node.js 20 or newer and its npm; install them, or put them on the PATH"; exit 1; }
	cd $(UI) && npm ci --silent
	touch $@

$(BUILT): $(PACKAGES) $(wildcard $(UI)/*.js $(UI)/scripts/* $(UI)/src/*/*)
	cd $(UI) && npm run --silent build

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

tests:
	cd $(UI) && npm test --silent
	$(BIN)/python -m pytest

# Ratios, throughput and pages, in minutes; `make bench DOCUMENTS=100000` shows that memory stays flat, in an hour.
# The service's part takes options: `make bench SERVICE="--quads 10000 10000000 --only numgraph fuseki"`.
DOCUMENTS ?= 1500
SERVICE ?=
bench: install
	$(BIN)/python bench/extraction.py --documents $(DOCUMENTS)
	$(BIN)/python bench/mapping.py
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/validation.py
	$(BIN)/python bench/service.py $(SERVICE)
	$(BIN)/python bench/siege.py
	$(BIN)/python bench/durability.py

# The browser tests run in Debian's Chromium, and are skipped where there is none. As root this installs it.
browser:
	@command -v chromium >/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; else echo "There is no chromium here, and only root can install it with apt-get; the browser tests will be skipped."; fi

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
	rm -rf .venv .bench dist graph $(UI)/node_modules $(dir $(BUILT))
