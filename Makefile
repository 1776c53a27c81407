# make serve   set up, build and publish the graph   (HOST=127.0.0.1 PORT=8000)
# make test    set up and run every test
# make dev     set up what tests need from PyPI, so that .venv/bin/pytest can run one
# make system  install what the tests need from Debian, where it is missing
# make soak    minutes of honest load, attacks and kills at once  (SOAK_SECONDS=60)
# make earl    write the report for the W3C anew
# make bench   measure this server beside others  (ROUNDS=3 SCALE=10 ONLY=scale)
# make build   set up and build the graph
# make browser bundle what runs in the browser
# make referee  let owlrl infer everything too, and compare: before a release (minutes)
# make fmt     put Turtle and Python into their canonical forms
# make clean   remove what is derived, and the virtual environment

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

BIN := .venv/bin
SETUP := .venv/.socprot
SETUP_DEV := .venv/.socprot-dev
BROWSER := .venv/.socprot-browser
HARVEST := tests/harvest/node_modules/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: serve test dev system build browser referee fmt clean bench soak earl

# The pages work without scripts too: a machine without npm still serves.
serve: build
	@$(MAKE) --no-print-directory browser OR_ELSE='|| true'
	@HOST=$(HOST) PORT=$(PORT) exec $(BIN)/socprot serve

# Where PYTHONDONTWRITEBYTECODE is set, as in many images, Python would compile the
# server's modules at every start, which takes half as long again as all the rest.
build: $(SETUP)
	@$(BIN)/python -m compileall -q server/socprot
	@$(BIN)/socprot build

browser: $(BROWSER)

referee: $(SETUP)
	@$(BIN)/socprot check --owlrl

test: $(SETUP_DEV) $(BROWSER) $(HARVEST) system
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto

dev: $(SETUP_DEV)

# What the tests need that PyPI does not have: a browser, R, Jena and a parser of RDF.
system:
	@tests/system.sh

soak: $(SETUP_DEV)
	$(BIN)/pytest -s tests/soak/soak.py

earl: $(SETUP_DEV)
	@SOCPROT_EARL=write $(BIN)/pytest --quiet tests/web/test_web_earl.py

fmt: $(SETUP_DEV)
	$(BIN)/socprot fmt
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: build $(SETUP_DEV) .bench/.installed
	@$(BIN)/python tests/bench

clean:
	rm -rf .venv .bench .bundles dist .mypy_cache .pytest_cache .ruff_cache \
		server/browser/node_modules tests/harvest/node_modules server/socprot/web/static/built

# Installed again only when pyproject.toml has changed, and compiled, so that no start has
# to do it where Python is told not to write its bytecode; the stamps are inside .venv,
# so that a new environment is never taken for a complete one.
$(SETUP): pyproject.toml | .venv
	@echo "Installing into .venv (a minute or two, once) ..."
	@$(PIP) install --editable .
	@$(BIN)/python -m compileall -q server/socprot
	@touch $@

$(SETUP_DEV): pyproject.toml | .venv
	@echo "Installing into .venv (a minute or two, once) ..."
	@$(PIP) install --editable '.[dev]'
	@touch $(SETUP) $@

$(BROWSER): $(shell find server/browser -name node_modules -prune -o -type f -print) | $(SETUP)
	@echo "Bundling what runs in the browser ..."
	@{ $(BIN)/python server/browser/build.py && touch $@; } $(OR_ELSE)

# What others wrote to harvest with; the Node is the one that the browser's part found.
$(HARVEST): tests/harvest/package.json tests/harvest/package-lock.json | $(BROWSER)
	@echo "Installing the harvesters that the tests run (a minute, once) ..."
	@cd tests/harvest && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --loglevel=error
	@touch $@

.venv:
	@$(PYTHON) -m venv $@

# What is measured beside: in an environment of its own.
.bench/.installed: tests/bench/requirements.txt
	@echo "Installing the peers into .bench (a minute, once) ..."
	@$(PYTHON) -m venv .bench
	@.bench/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	@touch $@
