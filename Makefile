# RunCoach: `make run` and `make test` are all that a fresh machine needs.
# Prerequisites: make, and any Python from 3.9 on with pip.

PY := .venv/bin/python
ARGS ?=

.PHONY: help setup setup-dev run test check format bench lock doctor temporal

help:
	@echo "make run      install, start everything, print the URLs and the demo login (ARGS=--no-demo)"
	@echo "make test     the whole suite, on a real Postgres and a real Temporal server"
	@echo "make check    format, lint, types, layers"
	@echo "make bench    the benchmarks"
	@echo "make setup    installs only"
	@echo "make doctor   what is there, what will be used, what is missing"
	@echo "make format   let ruff format and fix"
	@echo "make lock     write requirements/*.txt anew from pyproject.toml"

setup: .venv/.installed-app
setup-dev: .venv/.installed-dev

.venv/.installed-app: requirements/app.txt requirements/uv.txt scripts/setup.sh scripts/link_project.py
	@sh scripts/setup.sh app
	@touch $@

.venv/.installed-dev: requirements/dev.txt .venv/.installed-app
	@sh scripts/setup.sh dev
	@touch $@

run: setup
	@$(PY) -m runcoach.cli up $(ARGS)

doctor: setup
	@$(PY) -m runcoach.cli doctor

# The server that the tests start; found at once, or fetched once per user.
temporal: setup
	@$(PY) -m runcoach.cli fetch

test: setup-dev temporal
	$(PY) -m pytest $(ARGS)

check: setup-dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup-dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup-dev temporal
	$(PY) -m benchmarks $(ARGS)

lock:
	sh scripts/lock.sh $(ARGS)
