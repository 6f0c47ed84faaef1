# The one interface to this project. Every target makes its own .venv and installs what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints/development.txt
# Acceptance data and vectors, where they lie beside this checkout; tests that need them say so when they are absent.
export SERVICECORE_ACCEPTANCE ?= $(wildcard $(abspath ../shared))
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS)

.PHONY: help demo test check unit crash docs bench mutants clean
.DEFAULT_GOAL := help

help:  ## show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/runtime.stamp: pyproject.toml $(CONSTRAINTS)
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "servicecore needs Python 3.11 or newer: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(PIP) --editable '.[all]'
	@touch $@

$(VENV)/development.stamp: $(VENV)/runtime.stamp
	@$(PIP) --group test --group check --group docs
	@touch $@

$(VENV)/bench.stamp: $(VENV)/runtime.stamp
	@$(PIP) --group bench
	@touch $@

demo: $(VENV)/runtime.stamp  ## a call-centre day on SQLite, told step by step
	@$(BIN)/servicecore demo $(DEMO_OPTIONS)

test: check unit  ## lint, types, floors, then all tests

check: $(VENV)/development.stamp  ## ruff, mypy strict, import floors
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy

unit: $(VENV)/development.stamp  ## the tests alone
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal $(PYTEST_OPTIONS)

crash: $(VENV)/development.stamp  ## kill a process at three thousand numbered points, and check what is left
	@$(BIN)/python -m tests.crash.harness --points 2000 $(CRASH_OPTIONS)
	@$(BIN)/python -m tests.crash.harness --store postgres --points 1000 $(CRASH_OPTIONS)

docs: $(VENV)/development.stamp  ## the documentation, warnings fatal, into docs/_build
	@$(BIN)/sphinx-build -n -W --keep-going -q -b html docs docs/_build

bench: $(VENV)/bench.stamp  ## every benchmark beside its floor and its peers
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

mutants: $(VENV)/development.stamp  ## mutation score of the modules that move money (MUTANTS_OPTIONS="kernel/money.py")
	@$(PIP) --group mutants
	@$(BIN)/python -m tests.mutants.harness $(MUTANTS_OPTIONS)

clean:  ## remove what was built, and .venv
	rm -rf $(VENV) build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
