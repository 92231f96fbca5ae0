# The two commands that matter: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test style check pages strangers lock clean assurance coverage screens
.DEFAULT_GOAL := test
# What is compiled once is kept, whatever the caller's habit: a run of all tests starts some hundred processes.
unexport PYTHONDONTWRITEBYTECODE

# setpriv (util-linux) is part of every Debian; python3-venv is not, where Python is Debian's own.
$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	  && apt-get update -q && apt-get install -qy python3-venv) \
	  || (echo "Install python3-venv first (apt-get install python3-venv)." >&2; exit 1)
	$(PYTHON) -m venv $(VENV)

# The lock names everything, so nothing is resolved; what is never imported is never compiled.
$(READY): $(VENV)/pyvenv.cfg requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What the pages are drawn with: fetched and built once, then served by ourselves.
ASSETS := pages
STATIC := src/fingerpost/web/static
pages: $(STATIC)/pages.css
$(STATIC)/pages.css: $(wildcard $(ASSETS)/*.*)
	@command -v npm >/dev/null || (echo "Install Node 20 and npm first." >&2; exit 1)
	cd $(ASSETS) && npm ci --silent --no-audit --no-fund --ignore-scripts && npm run --silent build
	@touch $@

demo: $(READY) pages
	$(BIN)/fingerpost demo $(if $(ONCE),--once)

# Installing, drawing the pages and fetching strangers wait for different things: side by side. What a file shares is
# made once, not once for each worker; one worker more than cores, for one of them waits for a server or a browser.
# Types take one core a minute: they are read beside the tests, and told after them.
TYPES := $(VENV)/types.txt
test:
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target style pages strangers
	@$(BIN)/basedpyright >$(TYPES) & types=$$!; \
	$(BIN)/pytest -n $$(($$(nproc) + 1)) --dist loadfile --no-loadscope-reorder; tested=$$?; \
	wait $$types; typed=$$?; cat $(TYPES); exit $$((tested + typed))

# What other projects have that judges ours: verifiers of the ledger, a browser, an accessibility engine, a sign-in
# provider. What cannot be had is named, and its tests are skipped.
XMOD := /usr/share/gocode/src/golang.org/x/mod/sumdb
STRANGER := tests/ledger/stranger
SOFTHSM := /usr/lib/softhsm/libsofthsm2.so
WEB_STRANGERS := tests/web/stranger
strangers: $(VENV)/pyvenv.cfg  # apt-get does one thing at a time
	@(command -v go >/dev/null && [ -d $(XMOD) ]) || (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	  && apt-get update -q && apt-get install -qy --no-install-recommends golang-go golang-golang-x-mod-dev) \
	  || echo "Not installed, so not asked: golang-go, golang-golang-x-mod-dev." >&2
	@[ -e $(SOFTHSM) ] || (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	  && apt-get update -q && apt-get install -qy --no-install-recommends softhsm2) \
	  || echo "Not installed, so no PKCS#11 device is tried: softhsm2." >&2
	@[ -d $(STRANGER)/node_modules ] || (command -v npm >/dev/null && cd $(STRANGER) \
	  && npm ci --silent --no-audit --no-fund --ignore-scripts) \
	  || echo "Not installed, so not asked beside npm's own copy: @sigstore/verify." >&2
	@[ -x /usr/sbin/nginx ] || (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	  && apt-get update -q && RUNLEVEL=1 apt-get install -qy --no-install-recommends nginx-light) \
	  || echo "Not installed, so the proxy's configuration is not tried: nginx-light." >&2
	@command -v chromium-headless-shell >/dev/null || (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	  && apt-get update -q && apt-get install -qy --no-install-recommends chromium-headless-shell fonts-dejavu-core) \
	  || command -v chromium >/dev/null \
	  || echo "Not installed, so no page is looked at: chromium-headless-shell, or chromium." >&2
	@[ -d $(WEB_STRANGERS)/node_modules ] || (command -v npm >/dev/null && cd $(WEB_STRANGERS) \
	  && npm ci --silent --no-audit --no-fund --ignore-scripts) \
	  || echo "Not installed, so not asked: axe-core, oidc-provider." >&2

style: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

check: style
	$(BIN)/basedpyright

# Every branch of the four folders that promises rest on is taken by their own tests, counted as one (settings in
# pyproject.toml); some five minutes.
MEASURED := vault ledger access matching
coverage: $(READY)
	$(BIN)/coverage run -m pytest $(addprefix tests/,$(MEASURED))
	$(BIN)/coverage report

# Every picture of the pages anew, by the browser tests; one that no test makes any more is named, and fails.
SCREENS := docs/screens
screens: $(READY) pages strangers
	@stamp=$$(mktemp); FINGERPOST_SCREENS=1 $(BIN)/pytest tests/web/test_browser_journeys.py tests/web/test_browser_pages.py \
	  || exit 1; stale=$$(find $(SCREENS) -name '*.png' ! -newer $$stamp); rm $$stamp; \
	  test -z "$$stale" || (echo "NOT MADE ANEW: $$stale" >&2; exit 1)

# Every campaign of assurance/, one after the other: an hour and more, as root.
assurance: $(READY)
	@for campaign in $$(cd assurance && ls -d */ | grep -v __pycache__ | tr -d /); do \
	  echo "== $$campaign" && $(BIN)/python -m assurance.$$campaign || failed="$$failed $$campaign"; done; \
	  test -z "$$failed" || (echo "NOT KEPT:$$failed" >&2; exit 1)

# The newest that goes together: a lock without registry hosts, that installs with --require-hashes (needs `uv`).
lock:
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --extra dev --upgrade \
	  --quiet --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) demo
