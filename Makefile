# What a developer says to this project. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help run test test-fast check format bench lock hooks clean environment development browser

ifeq ($(OS),Windows_NT)
PYTHON_IN_VENV := .venv/Scripts/python.exe
else
PYTHON_IN_VENV := .venv/bin/python
endif
ifdef PYTHON
export PYTHON
endif
ARGUMENTS ?=
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: environment ## Start Coldstart on http://127.0.0.1:8000 (PORT and HOST change that)
	@exec $(PYTHON_IN_VENV) -m webapp.cli serve

test: development browser ## Run every test, the browser's included (ARGUMENTS="-n0 -k pool": one by one, some)
	@$(PYTHON_IN_VENV) -m pytest $(PARALLEL) $(ARGUMENTS)

test-fast: development ## Run the tests that are neither slow nor need a browser
	@$(PYTHON_IN_VENV) -m pytest $(PARALLEL) -m "not slow and not browser" $(ARGUMENTS)

check: development ## Check format, lint, types and layers
	@$(PYTHON_IN_VENV) -m ruff format --check --quiet . || { echo "Not formatted: run make format"; exit 1; }
	@$(PYTHON_IN_VENV) -m ruff check --quiet .
	@$(PYTHON_IN_VENV) -m mypy
	@$(PYTHON_IN_VENV) -c "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo'])"

format: development ## Format the code and mend what lint can mend
	@$(PYTHON_IN_VENV) -m ruff check --quiet --fix-only .
	@$(PYTHON_IN_VENV) -m ruff format --quiet .

bench: development browser ## Measure speed beside floors and peers (QUICK=1: in two minutes)
	@$(PYTHON_IN_VENV) -m tools.bench $(ARGUMENTS)

lock: development ## Remake both lock files with the newest releases (ARGUMENTS=--keep: only what is new)
	@$(PYTHON_IN_VENV) -m tools.lock $(ARGUMENTS)

hooks: development ## Let git run the quick checks before each commit
	@$(PYTHON_IN_VENV) -m pre_commit install

clean: ## Remove what was installed and built; your data in .coldstart stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@python="$$(sh tools/find-python)" && "$$python" tools/environment.py requirements.lock

development:
	@python="$$(sh tools/find-python)" && "$$python" tools/environment.py requirements-dev.lock

browser: development
	@$(PYTHON_IN_VENV) -m tools.ensure_browser
