# The two commands that matter: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check strangers lock clean
.DEFAULT_GOAL := test

# setpriv (util-linux) is part of every Debian; python3-venv is not, where Python is Debian's own.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	  && apt-get update -q && apt-get install -qy python3-venv) \
	  || (echo "Install python3-venv first (apt-get install python3-venv)." >&2; exit 1)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	$(BIN)/fingerpost demo $(if $(ONCE),--once)

test: check strangers
	$(BIN)/pytest -n auto

# Other projects' verifiers, which the ledger's tests ask for their opinion. Without them those tests are skipped.
XMOD := /usr/share/gocode/src/golang.org/x/mod/sumdb
STRANGER := tests/ledger/stranger
strangers:
	@(command -v go >/dev/null && [ -d $(XMOD) ]) || (command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	  && apt-get update -q && apt-get install -qy --no-install-recommends golang-go golang-golang-x-mod-dev) \
	  || echo "Not installed, so not asked: golang-go, golang-golang-x-mod-dev." >&2
	@[ -d $(STRANGER)/node_modules ] || (command -v npm >/dev/null && cd $(STRANGER) \
	  && npm ci --silent --no-audit --no-fund --ignore-scripts) \
	  || echo "Not installed, so not asked beside npm's own copy: @sigstore/verify." >&2

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

# A lock without registry hosts, that installs with --require-hashes (needs `uv`).
lock:
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --extra dev \
	  --quiet --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) demo
