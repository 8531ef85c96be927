# `make demo` shows the main job on a small real repository; `make test` passes the tests; `make check` is what CI runs;
# `make test-long` looks at more random cases, `make test-editors` follows docs/editors.md in Neovim and Emacs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-long test-editors check format docs bench clean

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("aicheck needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

demo: $(STAMP)
	PATH="$(CURDIR)/$(BIN):$$PATH" bash fixtures/demo/run.sh

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-long: $(STAMP)
	AICHECK_CASES=20000 $(BIN)/python -m pytest -n 2 --dist worksteal tests/policy/test_properties.py

test-editors: $(STAMP)
	$(BIN)/python -m pytest -rs editors

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check
	$(MAKE) --no-print-directory test

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(STAMP)
	$(BIN)/python -m docs.generate

bench: $(STAMP)
	$(BIN)/python -m benchmarks.run

clean:
	rm -rf $(VENV) demo demo.sarif build dist
