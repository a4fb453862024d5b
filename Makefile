# Everything a person does with this project from a shell. `make help` lists it.
#
# The virtual environment is .venv. Two stamps inside it say what it holds: .run (enough to serve) and .dev (enough to
# test). They depend on the lock files and on pyproject.toml, so a changed lock installs itself at the next command.

SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
ARGS ?=
# Wheels only: nothing is compiled here, so no compiler and no header file is needed, and no set-up script runs. What speaks
# to directories is the exception, built for the tests and where it is asked for (stamp .ldap).
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := install --require-hashes --only-binary :all:
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2

# Hundreds of processes of the product and of its tests begin here: none of them should compile all modules anew, also
# where the shell has said that compiled ones are not to be kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test check check-format check-lint check-types check-borders format bench lock clean dev venv

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: venv ## .venv with everything in it, so that .venv/bin/tenantry works
	@$(MAKE) --no-print-directory --silent $(VENV)/.run

run: setup ## serve the demo estate on 127.0.0.1; PORT=8080
	@exec $(BIN)/tenantry serve --demo --port $(PORT) $(ARGS)

# What the system lacks is installed at the same time as what Python lacks: one waits for the disk, the other for the network.
test: ## install what is missing, then check, the whole suite on SQLite, the store suite on PostgreSQL; ARGS for pytest
	@scripts/sysdeps run || exit 1; scripts/sysdeps test & installing=$$!; \
	$(MAKE) --no-print-directory dev; status=$$?; wait $$installing && exit $$status
	@$(MAKE) --no-print-directory --silent $(VENV)/.ldap
	@failed=; said=$$(mktemp); \
	$(MAKE) --no-print-directory check >$$said 2>&1 & checking=$$!; \
	echo '== the whole suite, on SQLite; meanwhile format, lint, types and borders'; \
	TENANTRY_TEST_ENGINE=sqlite $(PYTEST) -n $(WORKERS) --dist loadfile $(ARGS) || failed+=' sqlite'; \
	wait $$checking || failed+=' check'; \
	echo '== format, lint, types and borders'; cat $$said; rm -f $$said; \
	echo '== the store suite, on PostgreSQL'; \
	TENANTRY_TEST_ENGINE=postgresql $(PYTEST) -n $(WORKERS) --dist loadfile --store-only $(ARGS); status=$$?; \
	if [ $$status = 5 ] && [ $(if $(strip $(ARGS)),some,all) = some ]; then echo 'ARGS select no store test: nothing to repeat'; status=0; fi; \
	[ $$status = 0 ] || failed+=' postgresql'; \
	if [ -n "$$failed" ]; then echo "make test: FAILED:$$failed" >&2; exit 1; fi; \
	echo 'make test: everything passed'

check: dev ## format, lint, types, import contracts: all four, also when the first complains
	@$(MAKE) --no-print-directory --keep-going check-format check-lint check-types check-borders

check-format:
	$(BIN)/ruff format --check .

check-lint:
	$(BIN)/ruff check .

# The plugin for Django reads the settings, which would make a secret key in the data folder.
check-types:
	TENANTRY_SECRET_KEY=unused $(BIN)/mypy

check-borders:
	$(BIN)/lint-imports

format: dev ## put the code into the one format and repair what ruff can repair
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: dev ## every measurement in bench/, one after the other
	@scripts/sysdeps bench
	@set -e; found=; for file in bench/measure_*.py; do [ -e "$$file" ] || continue; found=1; echo "== $$file"; $(BIN)/python "$$file" $(ARGS); done; \
	[ -n "$$found" ] || { echo 'make bench: no bench/measure_*.py' >&2; exit 1; }

lock: ## compile requirements/*.in to *.lock; ARGS=--upgrade takes newer releases
	@scripts/lock $(ARGS)

clean: ## remove .venv, caches and build leftovers; data folders stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build src/*.egg-info
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

dev: venv
	@$(MAKE) --no-print-directory --silent $(VENV)/.dev

# Runs every time and returns at once when the environment is sound and was made for this folder. It may remove .venv
# with the stamps in it, which one make would not notice: that is why `setup` and `dev` ask for the stamps in a second.
venv:
	@scripts/sysdeps run
	@scripts/venv $(VENV)

$(VENV)/.run: requirements/build.lock requirements/run.lock pyproject.toml
	@echo 'Installing what Tenantry needs to run'
	$(PIP) $(LOCKED) -r requirements/build.lock -r requirements/run.lock
	$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@echo 'Installing what the tests need'
	$(PIP) $(LOCKED) -r requirements/dev.lock
	@touch $@

# Built from source with what scripts/sysdeps has seen to; installations without a directory do without it.
$(VENV)/.ldap: requirements/ldap.lock $(VENV)/.run
	@echo 'Building what speaks to directories'
	$(PIP) install --require-hashes --no-build-isolation --no-binary python-ldap -r requirements/ldap.lock
	@touch $@
