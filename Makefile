# One command a line; `make help` lists them. Everything runs from .venv, which `make env` makes.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
DATA ?=
LEDGER_TESTS := tests/ledger tests/loop tests/reveal tests/rectify tests/verify tests/report tests/web tests/jobs tests/notify
DEMO := $(BIN)/reperform demo --fresh --dir reperform-demo $(if $(DATA),--data $(DATA))

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

test: dev system ## every test: on SQLite, then what touches the ledger on PostgreSQL
	$(BIN)/pytest -n 2 --dist loadgroup -m "not postgres"
	$(BIN)/python tests/with_postgres.py $(BIN)/pytest -n 2 --dist loadgroup $(LEDGER_TESTS)

check: dev system ## format, lint, types, layers, migrations, generated pages, tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=reperform.settings $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run
	$(MAKE) test

bench: dev ## measure, and print figures beside a floor or a peer (never part of the tests)
	$(BIN)/python -m tests.scale

pages: dev ## write the generated pages of the documentation again
	$(BIN)/python -m tests.pages

messages: dev ## update the message catalogues from the sources and compile them
	DJANGO_SETTINGS_MODULE=reperform.settings $(BIN)/python -m tests.messages

# Chromium draws the pages in the browser tests, LibreOffice opens the report; both come from the system alone.
SYSTEM := chromium libreoffice-writer-nogui fonts-noto-cjk poppler-utils
.PHONY: system pages messages
system: ## install the system's programs that some tests need, where we may
	@if command -v chromium >/dev/null && command -v soffice >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SYSTEM) >/dev/null || echo "not installed: $(SYSTEM); the tests that need them are skipped"; \
	else echo "some tests will be skipped; to run them: sudo apt-get install $(SYSTEM)"; fi

lock: ## pin requirements/*.txt again from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra postgres -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra postgres --extra spark -o requirements/spark.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra postgres --group dev -o requirements/dev.txt

clean: ## remove what make made
	rm -rf $(VENV) reperform-demo dist build
