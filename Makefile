# Set-up and the main jobs. Everything is installed into .venv from this project's own files.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup sandbox mcp-servers local-models demo test test-fast validate lint format check bench bench-models tiers clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## make .venv and install the project with all it needs

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(READY)

sandbox: ## install bubblewrap, which isolates the code that run_python runs (Debian, Ubuntu, Fedora, Arch)
	@command -v bwrap >/dev/null || { \
	  root=$$(test "$$(id -u)" = 0 || echo 'sudo -n'); \
	  if command -v apt-get >/dev/null; then \
	    $$root apt-get install -y -q bubblewrap || { $$root apt-get update -q && $$root apt-get install -y -q bubblewrap; }; \
	  elif command -v dnf >/dev/null; then $$root dnf install -y bubblewrap; \
	  elif command -v pacman >/dev/null; then $$root pacman -S --noconfirm bubblewrap; \
	  else echo 'install bubblewrap with the package manager of this system'; false; fi; }
	@bwrap --version

demo: $(READY) ## make 200 proven tasks over all domains, offline, and print three of them
	$(BIN)/dive synth --tasks 200 --out runs/demo
	$(BIN)/dive show runs/demo --limit 3 --full
	@echo "Next: '$(BIN)/dive show runs/demo' prints more tasks, '$(BIN)/dive check runs/demo --live' proves them again by"
	@echo "running the tools, '$(BIN)/dive tools list' lists the tools; README.md adds a tool of your own in ten lines."

test: $(READY) ## run all tests
	$(BIN)/python -m pytest

test-fast: $(READY) ## run the tests that take seconds
	$(BIN)/python -m pytest -m 'not slow'

validate: $(READY) ## try every tool on itself; the table of the pool in README.md must be the one that comes out
	$(BIN)/dive tools validate --out validation
	$(BIN)/dive tools table validation/report.json --check README.md

mcp-servers: .mcp-servers/.ready ## install the real MCP servers that tests import, from npm and PyPI

.mcp-servers/.ready: Makefile
	mkdir -p .mcp-servers
	npm install --silent --no-audit --no-fund --prefix .mcp-servers $(addprefix @modelcontextprotocol/server-,filesystem memory everything)
	$(PYTHON) -m venv .mcp-servers/python
	.mcp-servers/python/bin/python -m pip install --quiet --disable-pip-version-check mcp-server-git mcp-server-time
	$(PYTHON) -m venv .mcp-servers/python-mcp1 # this server needs an older SDK
	.mcp-servers/python-mcp1/bin/python -m pip install --quiet --disable-pip-version-check mcp-server-sqlite 'mcp<2'
	touch .mcp-servers/.ready

TORCH ?= torch

local-models: $(READY) ## install what models on this machine need; TORCH=torch==2.13.0 takes that version
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[local]'

lint: $(READY) ## format, lint and strict types
	$(BIN)/ruff format --check dive tests benchmarks
	$(BIN)/ruff check dive tests benchmarks
	$(BIN)/mypy

format: $(READY) ## format the code
	$(BIN)/ruff format dive tests benchmarks
	$(BIN)/ruff check --fix dive tests benchmarks

check: lint test-fast ## lint and the fast tests

bench: $(READY) ## measure speed and diversity, side by side
	$(BIN)/python benchmarks/throughput.py

bench-models: $(READY) ## measure how slots are used against a slow model server (about 20 minutes)
	$(BIN)/python benchmarks/models.py efficiency cap memory

tiers: ## install the default tools alone and measure them: at most 1,200 MB, at least 300 tools
	rm -rf .tiers && mkdir -p .tiers/source
	cp -R dive pyproject.toml README.md LICENSE .tiers/source
	$(PYTHON) -m venv .tiers/venv
	.tiers/venv/bin/python -m pip install --quiet --disable-pip-version-check .tiers/source
	env -u PYTHONPATH .tiers/venv/bin/python benchmarks/tiers.py
	rm -rf .tiers

clean: ## remove .venv and caches
	rm -rf .venv .mcp-servers .tiers .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
