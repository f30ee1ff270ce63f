# `make` alone lists what there is. Every target may be run again; what is done is not done twice.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
SUITES ?= sqlite postgresql journeys
export PYTHON

venv := .venv
bin := $(venv)/bin
packages := $(wildcard safetycase monitoring reviews hazards products accounts audit)
pip_install := $(bin)/pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes --no-deps

# What the checks run with: settings that need no .env and touch no database of anybody's.
check_environment := READ_DOTENV=false DEBUG=false DATABASE_URL=sqlite://:memory: \
	ALLOWED_HOSTS=safety-case.example \
	SECRET_KEY=only-for-the-checks-M7dPq2vXw9Lr4tYb8NcZ1kHs6JfGe3Ua5RoTi0

.PHONY: help setup setup-tests debian-run debian-test demo test bench check check-style check-types \
	check-layers check-templates check-django format requirements

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: debian-run $(venv)/base-installed ## Install what running needs; write a development .env
	@PYTHON=$(bin)/python scripts/write_env

demo: setup ## Load the demonstration, render its PDF, serve it at http://127.0.0.1:8000 (PORT=)
	@$(bin)/python scripts/serve_demo.py --port $(PORT)

test: setup-tests ## Run all tests: on SQLite, on PostgreSQL, in the browser (SUITES=sqlite for one)
	@$(bin)/python scripts/run_tests.py $(SUITES)

bench: setup ## Measure pages and commands on a large synthetic log; JSON to stdout and var/bench/
	@$(bin)/python scripts/bench.py

check: check-style check-types check-layers check-templates check-django ## Linters, types, import contract, migrations, deployment
	@echo "All checks passed."

format: $(venv)/dev-installed ## Format Python
	$(bin)/ruff check --fix --quiet .
	$(bin)/ruff format --quiet .

requirements: $(venv)/dev-installed ## Compile requirements/*.txt from pyproject.toml (UPGRADE=1 for newer ones)
	scripts/compile_requirements $(if $(UPGRADE),--upgrade)

# --- what the targets above stand on -----------------------------------------------------------

debian-run:
	@scripts/install_debian_packages run

debian-test:
	@scripts/install_debian_packages run test

setup-tests: debian-test $(venv)/dev-installed

$(venv)/bin/python:
	@scripts/require_python
	@echo "Making $(venv) with $$($(PYTHON) -V)"
	@$(PYTHON) -m venv $(venv)

$(venv)/base-installed: requirements/base.txt | $(venv)/bin/python
	@echo "Installing Python packages from $<"
	@$(pip_install) -r $<
	@touch $@

$(venv)/dev-installed: requirements/dev.txt | $(venv)/bin/python
	@echo "Installing Python packages from $<"
	@$(pip_install) -r $<
	@touch $@

check-style: $(venv)/dev-installed
	$(bin)/ruff check .
	$(bin)/ruff format --check .

check-types: $(venv)/dev-installed
	$(check_environment) $(bin)/mypy

check-layers: $(venv)/dev-installed
	$(bin)/lint-imports --no-logo --no-cache

# Linted, not formatted: djlint's formatter puts white space between inline elements, which shows.
check-templates: $(venv)/dev-installed
	$(bin)/djlint templates $(wildcard $(addsuffix /templates,$(packages))) --lint --quiet

check-django: $(venv)/dev-installed debian-run
	$(check_environment) $(bin)/python manage.py makemigrations --check --dry-run
	$(check_environment) $(bin)/python manage.py check --deploy --fail-level WARNING
