# One command a line; `make help` lists them. Everything runs from .venv, which `make env` makes.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
DATA ?=
DEMO := $(BIN)/reperform demo --dir reperform-demo $(if $(DATA),--data $(DATA))

.PHONY: help env dev demo test check bench serve lock messages clean
help: ## list the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

env: $(VENV)/.run ## make .venv with everything that the demo needs
$(VENV)/.run: requirements/run.txt pyproject.toml hatch_build.py
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: set PYTHON=/path/to/python3"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

dev: $(VENV)/.dev ## add what the tests and the checks need
$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

demo: env ## the whole story on the invented city, then the site on 127.0.0.1 (DATA=folder: on real files)
	$(DEMO)

serve: env ## the site on an existing folder: make serve REPERFORM_HOME=folder
	$(BIN)/reperform serve

lock: ## pin requirements/*.txt again from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra postgres -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra postgres --group dev -o requirements/dev.txt
