# What people and CI do here. `make help` lists it.
SHELL := /bin/sh
PYTHON := .venv/bin/python
DJANGO := DJANGO_SETTINGS_MODULE=tessera.config.settings $(PYTHON) -m django
# A file stays in one worker, which makes what its tests share once; tests/conftest.py has the order. One worker more than
# two cores, because some tests wait.
WORKERS ?= 3
PYTEST := $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup run test check quick bench messages lock notices clean \
	check-format check-lint check-types check-imports check-words check-dependencies check-templates \
	check-messages check-migrations check-deploy check-lock check-notices check-files test-sqlite test-postgres

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## Install everything that developing needs.
	@tools/setup.sh dev
	@$(PYTHON) tools/messages.py compile

run:  ## Start the site with its archive and rehearsal data (PORT, TESSERA_DATA).
	@tools/setup.sh run
	@$(PYTHON) tools/messages.py compile
	@exec .venv/bin/tessera run

test: setup  ## Run every test on SQLite, browser tests included.
	@tools/get_vnu.sh >/dev/null || [ -z "$$CI" ]
	@TESSERA_CHROMIUM="$$(tools/chromium.sh)"; export TESSERA_CHROMIUM; \
	if [ -z "$$TESSERA_CHROMIUM" ]; then unset TESSERA_CHROMIUM; [ -z "$$CI" ] || exit 1; fi; \
	env -u TESSERA_DATABASE_URL $(PYTEST) $(ARGS)

# Without what no database changes: the solvers and their commands, properties of pure rules, and what is marked so.
test-postgres: setup
	@tools/get_vnu.sh >/dev/null || [ -z "$$CI" ]
	@TESSERA_CHROMIUM="$$(tools/chromium.sh)"; export TESSERA_CHROMIUM; \
	if [ -z "$$TESSERA_CHROMIUM" ]; then unset TESSERA_CHROMIUM; [ -z "$$CI" ] || exit 1; fi; \
	tools/with_postgres.sh $(PYTEST) -m 'not one_database' --ignore=tests/solvers --ignore=tests/commands/solving \
		--ignore=tests/commands/tables --ignore-glob='*_properties.py' $(ARGS)

check: quick  ## Everything CI asks: format, lint, types, imports, messages, migrations, tests on both databases.
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory test-postgres

quick: setup  ## The checks that take seconds: all of check but the tests.
	@$(MAKE) --no-print-directory --keep-going \
		check-format check-lint check-types check-imports check-words check-dependencies check-templates \
		check-messages check-migrations check-deploy check-lock check-notices check-files

check-format:
	$(PYTHON) -m ruff format --check --quiet .
check-lint:
	$(PYTHON) -m ruff check --quiet .
check-types:
	$(PYTHON) -m mypy
check-imports:
	.venv/bin/lint-imports
check-words:
	.venv/bin/codespell
check-dependencies:
	.venv/bin/deptry src
check-templates:
	.venv/bin/djlint src --lint --quiet
	$(PYTHON) tools/check_templates.py
check-messages:
	$(PYTHON) tools/messages.py check
check-migrations:
	$(DJANGO) makemigrations --check --dry-run
check-deploy:
	$(PYTHON) tools/check_deploy.py
check-lock:
	tools/lock.sh --check
check-notices:
	$(PYTHON) tools/notices.py --check
check-files:
	$(PYTHON) tools/check_files.py

bench: setup  ## Run every bench; fails where one misses its goal.
	@status=0; for bench in bench/[a-z]*.py; do echo "== $$bench"; $(PYTHON) "$$bench" $(ARGS) || status=1; done; exit $$status

messages: setup  ## Bring the French and Spanish catalogues up to date with the sources.
	@$(PYTHON) tools/messages.py extract

lock:  ## Write requirements/*.txt from pyproject.toml (ARGS=--upgrade for newer versions).
	@tools/lock.sh $(ARGS)
	@tools/setup.sh dev
	@$(PYTHON) tools/notices.py

notices: setup  ## Write THIRD-PARTY-NOTICES.md from the lock.
	@$(PYTHON) tools/notices.py

clean:  ## Remove what the tools made; the data folder stays.
	rm -rf .venv .tools .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results htmlcov .coverage
	find src -name '*.mo' -delete
