# Everything a developer, CI or a curious reader runs. Needs Python 3.11 or newer and make, no more: what
# else is needed is installed into .venv, from lock files with hashes. Where packages come from is up to
# pip's own settings.

PYTHON ?= python3
HOURS ?= 8
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCKED := $(PIP) install --quiet --require-hashes
RUNTIME := $(VENV)/runtime.stamp
DEV := $(VENV)/dev.stamp
LOCKER := .cache/lock
export PATH := $(CURDIR)/$(BIN):$(PATH)
COMPILE = $(LOCKER)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help demo install dev test test-quick test-servers chaos soak lint format lock upgrade clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 16

demo: $(RUNTIME) ## three weeks of a simulated company in minutes, with nothing but this checkout
	$(BIN)/spendwatch demo

install: $(RUNTIME) ## install what the service needs, and the command spendwatch, into .venv
dev: $(DEV) ## install what developers need as well

test: test-quick test-servers ## all tests; those that need a Kafka or a Slack come last

test-quick: $(DEV) ## the tests that need no server
	$(BIN)/python -m pytest -m "not kafka and not slack"

test-servers: $(DEV) ## the tests against a real Kafka and a Slack emulator (docs/testing.md)
	$(BIN)/python -m pytest -m "kafka or slack"

chaos: $(DEV) ## faults under load, some 40 minutes; CHAOS="--scenario sigkill" for some (docs/benchmarks.md)
	$(BIN)/python -m benchmarks.chaos $(CHAOS)

soak: $(DEV) ## mixed faults for HOURS=8, a row of the table each hour
	$(BIN)/python -m benchmarks.chaos --soak $(HOURS) $(CHAOS)

lint: $(DEV) ## style, types, and which package may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV) ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(LOCKER)/bin/uv ## write the lock files anew after a change of pyproject.toml
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --group build -o requirements-build.lock -c requirements.lock
	$(COMPILE) --group dev -o requirements-dev.lock -c requirements.lock -c requirements-build.lock

upgrade: ## the same with the newest versions
	$(MAKE) lock UPGRADE=--upgrade

clean: ## delete what was installed, fetched and cached
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; \
		  rm -rf $(VENV); exit 1; }

$(RUNTIME): requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "installing into $(VENV) ..."
	$(LOCKED) -r requirements.lock -r requirements-build.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "installing what the tests need into $(VENV) ..."
	$(LOCKED) -r requirements-dev.lock
	@touch $@

$(LOCKER)/bin/uv:
	$(PYTHON) -m venv $(LOCKER)
	$(LOCKER)/bin/python -m pip --disable-pip-version-check install --quiet 'uv>=0.9'
