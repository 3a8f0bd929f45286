# All that a person or CI does here, by name; `make` alone lists it.

VENV := .venv
BIN := $(VENV)/bin
UV := uv==0.13.9
LOCKED := requirements requirements-dev requirements-build
# Chinese, Japanese, Korean and emoji: too large for git, so packages bring them.
FONTS := assets/fonts/fetched/.complete

# A make target that is only a name.
.PHONY: help install fonts run test check bench fix lock
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed $(FONTS)  ## make the environment in .venv and install Kindly into it

fonts: $(FONTS)  ## bring the fonts that are too large for git

run: install  ## start everything on this machine, with a sample story on its way
	@exec $(BIN)/kindly up

test: $(VENV)/.ready-for-tests $(FONTS)  ## everything that CI runs: all checks, all tests, real servers
	$(BIN)/python -m tests.servers.prepare
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

check: $(VENV)/.ready-for-tests $(FONTS)  ## the quick part of test, without servers, for use while working
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not servers and not peers"

bench: $(VENV)/.ready-for-tests $(FONTS)  ## measure how fast it is on this machine
	@exec $(BIN)/python -m tests.bench

fix: $(VENV)/.ready-for-tests  ## repair and format what a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(BIN)/python  ## turn the .in files into exact versions with hashes
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(BIN)/python -m venv "$$tools" && "$$tools/bin/python" -m pip install -q '$(UV)' && \
	for name in $(LOCKED); do \
		"$$tools/bin/uv" pip compile -q --python-version 3.11 --universal --generate-hashes \
			--no-header "$$name.in" -o "$$name.txt" || exit 1; \
	done

# Debian keeps ensurepip (and so a venv's own pip) in a package of its own. Where only that is
# missing, the machine's pip installs into the environment from outside.
$(BIN)/python:
	@for each in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		"$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
			2>/dev/null && python="$$each" && break; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Kindly needs Python 3.11 to 3.14, and this machine has" \
			"$$(python3 --version 2>/dev/null || echo none): on Debian 12 or newer, run" \
			"apt-get install python3 python3-venv; elsewhere, run make PYTHON=/path/to/python" >&2; \
		exit 1; \
	fi; \
	if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		exec "$$python" -m venv --clear $(VENV); \
	elif "$$python" -m pip --version >/dev/null 2>&1; then \
		exec "$$python" -m venv --clear --without-pip $(VENV); \
	fi; \
	echo "$$python can make no environment, because it has neither ensurepip nor pip:" \
		"on Debian, run apt-get install python3-venv" >&2; \
	exit 1

# Stamps: a second `make install` has nothing to do until one of these files changes.
$(VENV)/.installed: $(BIN)/python requirements-build.txt requirements.txt pyproject.toml
	@echo "Installing Kindly into $(VENV)"
	@$(call pip,--require-hashes -r requirements-build.txt)
	@$(call pip,--require-hashes -r requirements.txt)
	@$(call pip,--no-deps --no-build-isolation -e .)
	@touch $@

$(VENV)/.ready-for-tests: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what tests and checks need into $(VENV)"
	@$(call pip,--require-hashes -r requirements-dev.txt)
	@touch $@

# Where no way works everything else still does, so this stops nothing: it is tried again next time.
$(FONTS): assets/fonts/fetched.toml | $(VENV)/.installed
	@if $(BIN)/kindly fonts fetch; then touch $@; fi

define pip
if $(BIN)/python -c 'import pip' 2>/dev/null; then \
	$(BIN)/python -m pip install -q $(1); \
else \
	"$$($(BIN)/python -c 'import sys; print(sys._base_executable)')" \
		-m pip --python $(BIN)/python install -q $(1); \
fi
endef
