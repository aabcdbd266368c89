# Everything runs in .venv, which the targets make themselves from requirements.lock.  `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
STAMP := .venv/.made-from-$(shell cat requirements.lock pyproject.toml | sha256sum | cut -c1-16)

FOLDERS := $(patsubst %/,%,$(wildcard */))

.PHONY: help venv demo up down test quick form moved lint bench lock pictures clean $(FOLDERS)

help:  ## List the targets
	@grep -hE '^[a-z]+: .*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | \
		while IFS=$$'\t' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

venv: $(STAMP)  ## Make the virtual environment, or bring it up to date
	@[ -x $(BIN)/riskhub ] || .ci/venv "$(STAMP)"

$(STAMP): requirements.lock pyproject.toml
	@.ci/venv "$@"

demo: venv  ## Show the whole journey: a dozen feeds through Airflow into the warehouse, then stop
	@exec $(BIN)/riskhub demo

up: venv  ## Start the hub (PostgreSQL and Airflow) and keep it running
	@exec $(BIN)/riskhub up

down:  ## Stop the hub; nothing of it outlives this
	@if [ -x $(BIN)/riskhub ]; then exec $(BIN)/riskhub down; else echo "There is no .venv, so nothing was started here."; fi

test: venv  ## Run all tests against a real PostgreSQL and a real Airflow
	@exec $(BIN)/python -m pytest -q -n 2 $(ARGS)

# What holds the form of the code and of the pages, and the pure logic: values, mappings, the standard, rules.  No
# database, no Airflow.
FORM := $(filter-out tests/test_real_%.py tests/test_own_files.py tests/test_sources.py,$(wildcard tests/test_*.py))
QUICK := tests/hub tests/mappings tests/standards tests/validation $(FORM)

quick: venv  ## Run the tests of pure logic, in one to one and a half minutes
	@for each in $(or $(TESTS),$(QUICK)); do
		[ -e "$$each" ] || { printf '%s\n' "There are no tests $$each." "next: name a folder or a file below tests/" >&2; exit 2; }
	done
	exec $(BIN)/python -m pytest -q -n 2 -m "not slow and not airflow and not database" $(or $(TESTS),$(QUICK)) $(ARGS)

form: venv  ## Run the tests of how code and pages are written
	@exec $(BIN)/python -m pytest -q -n 2 -m "not slow and not airflow and not database" $(FORM) $(ARGS)

moved: venv  ## Run tests of values, mappings and rules on another day, in another zone and language (needs faketime)
	@exec .ci/moved $(ARGS)

lint: venv  ## Check style, types, YAML and the source folders
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy dags
	$(BIN)/yamllint --strict --config-file .yamllint.yml .
	$(BIN)/riskhub source lint

bench: venv  ## Measure the speed beside peers; the table is also written to bench.json in the home folder
	@exec $(BIN)/python -m benchmarks $(ARGS)

lock:  ## Resolve requirements.lock anew (needs uv)
	@if ! command -v uv >/dev/null; then printf '%s\n' "This needs uv, which is not on the PATH." "next: pip install uv" >&2; exit 1; fi
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-header --upgrade \
		--output-file requirements.lock pyproject.toml

pictures: venv  ## Take the pictures of the README anew, from a hub that runs after the demonstration (needs Chromium)
	@exec $(BIN)/python -m tests.support.readme_pictures

clean:  ## Remove what can be made again: the virtual environment and caches, never var/
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A folder is no target, and neither is a slip: make would say of the one that there is nothing to be done.
$(FOLDERS):
	@printf '%s\n' "$@ is a folder, not a target." "next: make test runs all tests; make alone lists the targets" >&2
	exit 2

.DEFAULT:
	@printf '%s\n' "There is no target $@." "next: make alone lists the targets" >&2
	exit 2
