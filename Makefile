# make serve   set up, build and publish the graph   (HOST=127.0.0.1 PORT=8000)
# make test    set up and run every test
# make build   set up and build the graph
# make referee  let owlrl infer everything too, and compare: before a release (minutes)
# make fmt     put Turtle and Python into their canonical forms
# make clean   remove what is derived, and the virtual environment

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

BIN := .venv/bin
SETUP := .venv/.socprot
SETUP_DEV := .venv/.socprot-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: serve test build referee fmt clean

serve: build
	@HOST=$(HOST) PORT=$(PORT) $(BIN)/socprot serve

build: $(SETUP)
	@$(BIN)/socprot build

referee: $(SETUP)
	@$(BIN)/socprot check --owlrl

test: $(SETUP_DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto

fmt: $(SETUP_DEV)
	$(BIN)/socprot fmt
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf .venv .bundles dist .mypy_cache .pytest_cache .ruff_cache

# Installed again only when pyproject.toml has changed; the stamps are inside .venv, so
# that a new environment is never taken for a complete one.
$(SETUP): pyproject.toml | .venv
	@echo "Installing into .venv (a minute or two, once) ..."
	@$(PIP) install --editable .
	@touch $@

$(SETUP_DEV): pyproject.toml | .venv
	@echo "Installing into .venv (a minute or two, once) ..."
	@$(PIP) install --editable '.[dev]'
	@touch $(SETUP) $@

.venv:
	@$(PYTHON) -m venv $@
