# Mapokezi. `make run` answers the telephone, `make test` proves it; both set everything up.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS := never
# Where the environment says so, every process would compile all of Python's modules anew.
unexport PYTHONDONTWRITEBYTECODE

UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
PY ?= $(shell command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
SRC := $(shell find src -name '*.py' 2>/dev/null)

.PHONY: help run test check format bench proof lock clean setup-run setup-dev

help: ## say what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.tools/bin/uv:
	@$(PY) -m venv .tools 2>/dev/null || { rm -rf .tools; echo "Please install three Debian packages first: sudo apt install python3-venv make git" >&2; exit 1; }
	@echo "setting up: uv $(UV_VERSION)"
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

# The run set is a part of the dev set, so a machine set up for tests need not be set up again.
setup-run: $(if $(wildcard .tools/bin/uv),,$(if $(filter .tools/bin/uv,$(UV)),.tools/bin/uv))
	@if [ ! -e $(VENV)/.dev ] || [ requirements/dev.txt -nt $(VENV)/.dev ]; then \
	  if [ ! -e $(VENV)/.run ] || [ requirements/run.txt -nt $(VENV)/.run ]; then \
	    echo "setting up: the receptionist's own packages, her ears and her voice (about 460 MB, once)"; \
	    [ -e $(BIN)/python ] || $(UV) venv --quiet --python "$(PY)" $(VENV); \
	    $(UV) pip sync --quiet --require-hashes -p $(VENV) requirements/run.txt; \
	    $(UV) pip install --quiet --no-deps --no-build-isolation -p $(VENV) -e .; \
	    touch $(VENV)/.run; \
	  fi; \
	fi

setup-dev: $(if $(wildcard .tools/bin/uv),,$(if $(filter .tools/bin/uv,$(UV)),.tools/bin/uv))
	@if [ ! -e $(VENV)/.dev ] || [ requirements/dev.txt -nt $(VENV)/.dev ]; then \
	  echo "setting up: everything that the tests need"; \
	  [ -e $(BIN)/python ] || $(UV) venv --quiet --python "$(PY)" $(VENV); \
	  $(UV) pip sync --quiet --require-hashes -p $(VENV) requirements/dev.txt; \
	  $(UV) pip install --quiet --no-deps --no-build-isolation -p $(VENV) -e .; \
	  touch $(VENV)/.dev; \
	fi

run: setup-run ## answer the telephone here: receptionist, local voice, phone platform emulator
	@$(BIN)/mapokezi demo

test: setup-dev ## pass the tests (8 minutes at most, no root); says at its end what it left out
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 5 --dist worksteal $(PYTEST)

check: setup-dev ## lint, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy src tests
	@$(BIN)/lint-imports
	@$(BIN)/deptry src

format: setup-dev ## put the code in its usual form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup-dev ## take the figures that docs/reference/performance.md shows (about two and a half hours)
	@$(BIN)/python -m bench

proof: bench ## everything that takes too long for the tests
	@MAPOKEZI_PROOF=1 $(BIN)/python -m pytest -m proof

lock: setup-dev ## resolve the requirements anew, with hashes
	@$(UV) pip compile --universal --generate-hashes --quiet --python-version 3.11 pyproject.toml --extra local-voice --group build -o requirements/run.txt
	@$(UV) pip compile --universal --generate-hashes --quiet --python-version 3.11 pyproject.toml --extra local-voice --extra vertex --extra microphone --group build --group test --group check -o requirements/dev.txt

clean: ## remove what was set up (not the data in var/)
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
