.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= $(firstword $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p; done) python3)
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
NODE := tests/oauth/node bench/peers/oidc_provider
export PYTHONPATH := src:.
# tests wait for servers half of their time
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 3 / 2)
RUN ?= -m pytest -q
EACH ?= 50
ALL := -n $(WORKERS) --dist loadfile

.PHONY: help setup node run check test services services-stop faults thorough storm bench lint format types boundaries contracts access screenshots docs site migrate migration lock
help:
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## /\1 - /' | awk -F ' - ' '{printf "  make %-13s %s\n", $$1, $$2}'
setup: $(INSTALLED)  ## Install what is needed into .venv, unless it is there; PYTHON=python3.13 to choose
node: $(if $(shell command -v npm),$(NODE:%=%/node_modules/.installed))  ## Install what tests and the bench want of npm, where npm is
run: setup  ## Serve the demo shop on loopback, in development and interop mode
	@echo "Development and interop mode: for trying out, never for production."
	@echo "Merchant API: curl -H \"X-API-Key: \$$(cat var/api-key)\" localhost:$${FREESTONE_PORT:-8000}/v1/products"
	@export FREESTONE_ENVIRONMENT=development FREESTONE_INTEROP=true && \
	  $(BIN)/freestone migrate && \
	  $(BIN)/freestone import --into-empty demo/flower_shop && \
	  $(BIN)/freestone api-keys make "make run" --role owner --in var/api-key && \
	  exec $(BIN)/freestone serve
check: lint types boundaries test  ## Everything a change must pass
test: setup node  ## Run the tests; T=path to narrow
	$(BIN)/python $(RUN) $(or $(T),$(ALL))
services: setup  ## Start PostgreSQL, MariaDB and Redis to test against
	$(BIN)/python -m tests.services $(or $(ARGS),start)
services-stop: setup  ## Stop them; what they keep is kept
	$(BIN)/python -m tests.services stop
faults: thorough $(if $(T),,storm)  ## The tests that take minutes, then faults under load
thorough: setup node  ## The tests that take minutes; T=path to narrow
	$(BIN)/python $(RUN) -m thorough $(or $(T),$(ALL))
storm: setup  ## EACH=50 faults of each kind under load: docs/faults.md
	$(BIN)/python -m tests.faults.storm --each $(EACH)
bench: setup node  ## Orders a second, what they cost, and how that compares: docs/bench.md
	$(BIN)/python -m bench $(ARGS)
lint: setup  ## Style, without changing anything
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
format: setup  ## Style, mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
types: setup  ## Check the types
	$(BIN)/mypy
boundaries: setup  ## Who may import whom
	$(BIN)/lint-imports
contracts: setup  ## Record additions to the contracts in tests/contracts/*.json
	$(BIN)/python -m tests.contracts.snapshots
	$(BIN)/python -m tests.contracts.events
access: setup  ## Write down anew who may ask for which route, in tests/edge/declared.txt; read what changed
	$(BIN)/python -m tests.edge.declared
screenshots: setup  ## Take the pictures of the buyers' pages in docs/images anew
	$(BIN)/python -m tests.pages.screenshots
docs: setup  ## Make anew what documents say of the code: the reference, contexts, the map
	$(BIN)/python -m tests.documents.pages
site: setup  ## Make a site of all documents, in var/site
	$(BIN)/sphinx-build -W --keep-going --nitpicky --quiet --doctree-dir var/doctrees docs var/site
	@echo "var/site/index.html"
migrate: setup  ## Bring the tables up to date; C=context for one alone
	$(BIN)/freestone migrate $(if $(C),--context $(C))
migration: setup  ## Write the next migration of a context; C=context M=message
	$(BIN)/python -m infrastructure.shared.migrations.tables "$(C)" "$(M)"
lock: requirements-uv.txt  ## Choose the newest versions of all packages anew
	$(PYTHON) -m venv var/uv
	var/uv/bin/pip install --quiet --require-hashes -r requirements-uv.txt
	var/uv/bin/uv pip compile pyproject.toml --group dev --upgrade --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --quiet --output-file requirements.txt

%/node_modules/.installed: %/package-lock.json %/package.json
	@npm ci --silent --prefix $* && touch $@ || { \
	  echo "npm could not install what $* wants: it is left out." >&2; test -z "$$CI"; }
$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Freestone needs Python 3.11 or newer; $(PYTHON) is older or missing." >&2; \
	  echo "Name another: make PYTHON=python3.13 $(or $(MAKECMDGOALS),setup)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "Python's venv module is missing (on Debian: apt install python3-venv)." >&2; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
