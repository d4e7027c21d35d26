# Both commands set up what they need, in .venv; nothing has to be installed before.

PYTHON ?= python3
PORT ?= 5000
SIMULATOR_PORT ?= 5001
# The demo shop's look: umberfold or saltmarsh.
THEME ?= umberfold
# Test processes at a time (some wait for a server or a page while others work), and
# further arguments for pytest.
JOBS ?= 3
PYTEST_ARGS ?=
BENCH_ARGS ?=
FUZZ_ARGS ?=

VENV_PYTHON := .venv/bin/python

# Tests start many processes of Python: without its bytecode, each compiles all anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help shop test lint bench fuzz screenshots languages clean python

help:
	@echo "make shop    set up and run the demo shop with its payment simulators"
	@echo "             (PORT=$(PORT) SIMULATOR_PORT=$(SIMULATOR_PORT) THEME=$(THEME); Ctrl-C ends all)"
	@echo "make test    set up and run the linters and every test (JOBS=$(JOBS))"
	@echo "make lint    ruff and mypy only"
	@echo "make bench   measure the kit beside a bare app, in minutes"
	@echo "             (BENCH_ARGS=--keep writes docs/performance.md anew,"
	@echo "             BENCH_ARGS='--only page' measures one goal)"
	@echo "make fuzz    search for bad input guided by coverage, 20 s a parser"
	@echo "             (FUZZ_ARGS='--seconds 600 --only json' searches one for longer)"
	@echo "make screenshots  every state of the page and the shop, as pictures"
	@echo "             for phone and desktop, light and dark, in .test-results/screenshots"
	@echo "make languages    bring the translations up to date with the code"
	@echo "make clean   remove .venv and everything that tools left behind"
	@echo "             (the demo shop's orders in instance/ stay)"
	@echo "PYTHON=python3.12 chooses the Python that .venv is made with"

shop: python
	@$(PYTHON) -m scripts.set_up shop
	@THEME=$(THEME) exec $(VENV_PYTHON) -m example_shop --port $(PORT) --simulator-port $(SIMULATOR_PORT)

# Tests run even if a linter complained; the exit status tells of both.
test: python
	@$(PYTHON) -m scripts.set_up test
	@failed=0; $(run_linters); \
	$(VENV_PYTHON) -m pytest --everything -n $(JOBS) $(PYTEST_ARGS) && exit $$failed

lint: python
	@$(PYTHON) -m scripts.set_up lint
	@failed=0; $(run_linters); exit $$failed

screenshots: python
	@$(PYTHON) -m scripts.set_up test
	@$(VENV_PYTHON) -m tests.e2e.screenshots

languages: python
	@$(PYTHON) -m scripts.set_up lint
	@$(VENV_PYTHON) -m scripts.languages

bench: python
	@$(PYTHON) -m scripts.set_up bench
	@exec $(VENV_PYTHON) -m bench $(BENCH_ARGS)

fuzz: python
	@$(PYTHON) -m scripts.set_up fuzz
	@exec $(VENV_PYTHON) -m tests.security.searching $(FUZZ_ARGS)

define run_linters
echo "ruff check"; $(VENV_PYTHON) -m ruff check --quiet . || failed=1; \
echo "ruff format --check"; $(VENV_PYTHON) -m ruff format --check --quiet . || failed=1; \
echo "mypy"; $(VENV_PYTHON) -m mypy --no-error-summary || failed=1
endef

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .test-results
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "checkout-kit needs Python 3.10 or newer, and there is no $(PYTHON) here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "checkout-kit needs Python 3.10 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Choose another one with PYTHON=, for example: make $(or $(MAKECMDGOALS),shop) PYTHON=python3.12" >&2; \
	  exit 1; }
