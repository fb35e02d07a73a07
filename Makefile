# `make` lists the targets. Everything lands in .venv/ and instance/; both may be deleted any time
# (instance/var holds the data).

SHELL    := /bin/bash
PYTHON   ?= python3
PORT     ?= 8080
WORKERS  ?= 2

VENV     := .venv
BIN      := $(VENV)/bin
INSTANCE := instance
URL       = http://localhost:$(PORT)/Plone
DOMAIN   := collective.clientportal
LOCALES  := src/collective/clientportal/locales
# The profiles are linked into the package; zpretty and i18ndude do not follow the link.
SOURCES  := src profiles

UV        = $(BIN)/uv --quiet
SUDO      = $(if $(filter 0,$(shell id -u)),,sudo)
APT       = $(SUDO) apt-get update -qq && \
            $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends
# Scripts seal and send nothing: that is the server's.
ZCONSOLE  = CLIENTPORTAL_WORKER=off $(BIN)/zconsole run $(INSTANCE)/etc
# The server holds this lock as long as it runs.
NOT_RUNNING = test ! -e $(INSTANCE)/var/Data.fs.lock || flock -n $(INSTANCE)/var/Data.fs.lock true \
            || { echo "The portal is running; stop it first."; exit 1; }

.PHONY: help install instance start start-cluster clean-data test test-long test-relstorage matrix fuzz mutants bench posters check format lock i18n verify-journal backup restore faults drill clean
.DELETE_ON_ERROR:

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 18

# --- install -----------------------------------------------------------------

install: $(VENV)/.installed  ## make .venv with everything in it, at the pinned versions

# Debian ships python3 without ensurepip unless python3-venv is there.
$(BIN)/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(APT) python3-venv; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: constraints.txt requirements/base.in pyproject.toml setup.py | $(BIN)/python
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt uv
	@$(UV) pip install --python $(BIN)/python -c constraints.txt -b constraints.txt \
	    -r requirements/base.in -e '.[cluster,demo,test,dev]'
	@touch $@

# Debian starts a server of its own with each; ours run in folders of ours, on ports of ours.
.PHONY: postgresql nginx
postgresql:
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { $(APT) postgresql; }
nginx:
	@test -x /usr/sbin/nginx || { $(APT) nginx-light; }

# --- run ---------------------------------------------------------------------

instance: $(INSTANCE)/etc/zope.conf  ## make instance/ from etc/skel, keeping its data

# mkwsgiinstance leaves existing files alone, so old settings must go. It always writes `inituser`;
# beside a database that would reset the password of admin.
$(INSTANCE)/etc/zope.conf: $(shell find etc/skel -type f) | $(VENV)/.installed
	@rm -rf $(INSTANCE)/etc
	@$(BIN)/mkwsgiinstance -d $(INSTANCE) -s etc/skel -u admin:admin
	@chmod 700 $(INSTANCE)/var
	@test ! -e $(INSTANCE)/var/Data.fs || rm -f $(INSTANCE)/inituser

start: install instance  ## serve the portal with a demo firm on http://localhost:8080/Plone (PORT=...)
	@$(NOT_RUNNING)
	@CLIENTPORTAL_BASE_URL=$(URL) $(ZCONSOLE)/zope.conf scripts/create_site.py
	@exec $(BIN)/runwsgi -q $(INSTANCE)/etc/zope.ini http_port=$(PORT)

start-cluster: install postgresql nginx  ## the same on PostgreSQL, three Zope clients, a sender, nginx: http://localhost:8080
	@exec $(BIN)/python scripts/start_cluster.py $(INSTANCE)/cluster $(PORT)

verify-journal: install instance  ## check the journal's hash chains; the server may run
	@$(ZCONSOLE)/zope-readonly.conf scripts/verify_journal.py

backup: $(VENV)/.installed  ## back up instance/ into BACKUP=folder; the server may run
	@test -n "$(BACKUP)" || { echo "Please say where to: make backup BACKUP=/some/folder"; exit 1; }
	@$(BIN)/python scripts/backup.py $(INSTANCE) $(BACKUP)

restore: $(VENV)/.installed  ## put BACKUP=folder into an instance/ without data (DATE=yyyy-mm-dd-hh-mm-ss, UTC)
	@test -n "$(BACKUP)" || { echo "Please say from where: make restore BACKUP=/some/folder"; exit 1; }
	@$(BIN)/python scripts/restore.py $(BACKUP) $(INSTANCE) $(DATE)

clean-data:  ## delete instance/ with all its data
	@$(NOT_RUNNING)
	@test ! -e $(INSTANCE)/cluster/lock || flock -n $(INSTANCE)/cluster/lock true \
	    || { echo "The cluster is running; stop it first."; exit 1; }
	@rm -rf $(INSTANCE)

# --- develop -----------------------------------------------------------------

# In the order in which they lie there: the longest of all, test_machine.py, begins first and not last.
test: install postgresql nginx  ## run the tests (ARGS="-k messages" for some of them, WORKERS=0 in one process)
	@test -x /usr/bin/chromium || { $(APT) chromium fonts-liberation; }
	@test -x /usr/sbin/clamd || { $(APT) clamav-daemon; }
	@test -x /usr/bin/pdftotext || { $(APT) poppler-utils; }
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || { $(APT) libfaketime; }
	@test -x /usr/sbin/nginx || { $(APT) nginx-light; }
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not long" $(ARGS)

test-long: install postgresql nginx  ## the tests of moving a whole database to files, back, and behind ZEO, and of its dump
	@$(BIN)/pytest -m long tests/scale_out

test-relstorage: install postgresql  ## run the tests on RelStorage: every layer a database of a real PostgreSQL
	@TEST_STORAGE=relstorage $(MAKE) --no-print-directory test

matrix: install  ## who may do what, at length (MINUTES=30: a choice; hours without)
	@PYTHONPATH=tests:scripts nice $(BIN)/python -m access.full

fuzz: install  ## ask the REST services 100,000 requests (FUZZ_REQUESTS=...)
	@FUZZ_REQUESTS=$${FUZZ_REQUESTS:-100000} $(BIN)/pytest tests/services/test_openapi.py -k answer_as

faults: install postgresql  ## kill, cut off and starve a server under load, and look what is missing (FAULTS=400 STORAGE=relstorage)
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || { $(APT) libfaketime; }
	@PYTHONPATH=tests nice $(BIN)/python -m faults.series

drill: install  ## back up under load, restore into an empty place, compare everything (ACTS=400)
	@PYTHONPATH=tests nice $(BIN)/python -m faults.drill

mutants: install  ## change domain/access.py in every small way and see that its tests notice
	@$(BIN)/python scripts/mutants.py

bench: install  ## measure, and write docs/reference/performance.md (the first time makes a large site: half an hour)
	@test -x /usr/sbin/nginx || { $(APT) nginx-light; }
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { $(APT) postgresql; }
	@$(BIN)/python benchmarks/measure.py

posters: install postgresql nginx  ## 50 clients post 200 messages each into one thread, over three Zope clients
	@$(BIN)/python benchmarks/posters.py $(ARGS)

check: install  ## style, layers, types, translations
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/ruff format --check --quiet || { echo "Not formatted; run: make format"; exit 1; }
	@$(BIN)/zpretty --check $(SOURCES)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python scripts/check_access.py
	@$(BIN)/mypy
	@$(BIN)/python scripts/check_translations.py

format: install  ## format Python, ZCML, XML and page templates
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format --quiet
	@$(BIN)/zpretty --inplace $(SOURCES)

# Versions move only with `make lock ARGS=--upgrade`.
lock: $(BIN)/python  ## write constraints.txt anew from requirements/ and pyproject.toml
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check \
	    -r requirements/test.in
	@$(UV) pip compile --universal --python-version 3.11 --no-annotate --no-header --all-extras \
	    $(ARGS) requirements/base.in requirements/test.in pyproject.toml -o constraints.txt >/dev/null

i18n: install  ## collect messages into the .pot and bring the .po files in line
	@$(BIN)/i18ndude rebuild-pot --no-line-numbers --pot $(LOCALES)/$(DOMAIN).pot \
	    --create $(DOMAIN) $(SOURCES)
	@mkdir -p $(LOCALES)/de/LC_MESSAGES && touch $(LOCALES)/de/LC_MESSAGES/$(DOMAIN).po
	@$(BIN)/i18ndude sync --pot $(LOCALES)/$(DOMAIN).pot $(LOCALES)/*/LC_MESSAGES/$(DOMAIN).po

clean:  ## delete what make and the tools made, except instance/
	@rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find src tests scripts -name __pycache__ -prune -exec rm -rf {} +
