# `make check` is what CI runs after the installation; `make test` is quick enough to be run by habit.
BIN := $(if $(wildcard .venv/bin/python),.venv/bin/,)
export QT_QPA_PLATFORM ?= offscreen

# What needs no window, no command line and no whole edit.
QUICK := batch core diffusion history imaging packs presets support worker

.PHONY: check test
check:
	$(BIN)ruff check .
	$(BIN)ruff format --check .
	$(BIN)mypy
	$(BIN)lint-imports
	$(BIN)python -m pytest -n 2 --dist loadfile

test:
	$(BIN)python -m pytest -m "not slow" $(addprefix tests/,$(QUICK))
