# `make check` is what CI runs after the installation.
BIN := $(if $(wildcard .venv/bin/python),.venv/bin/,)
export QT_QPA_PLATFORM ?= offscreen

.PHONY: check
check:
	$(BIN)ruff check .
	$(BIN)ruff format --check .
	$(BIN)mypy
	$(BIN)lint-imports
	$(BIN)python -m pytest
