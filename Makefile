# make run | test | test-slurm | demo | docs | bench | lint | lock | audit: see CONTRIBUTING.md
SHELL := /bin/bash
CORES ?= $(shell getconf _NPROCESSORS_ONLN)
PYTHON ?= python3
ARGS ?=
RUN ?=
# Neither make nor Snakemake can have a space in the path of the environment: below such a checkout
# there is none, but a place in the user's cache, which goes by the checkout's path.
SPACED := $(word 2,$(CURDIR))
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)
ELSEWHERE := $(CACHE)/trnn/environments/$(firstword $(shell pwd | cksum))
VENV := $(if $(SPACED),$(ELSEWHERE),.venv)
ifneq ($(word 2,$(VENV)),)
  $(error The paths of the checkout and of the cache, $(CACHE), both hold spaces: say where the \
    environment goes, make VENV=/a/path/without/spaces)
endif
STAMP := $(VENV)/.installed
BIN := $(abspath $(VENV))/bin

.PHONY: run demo verify test test-faults test-slurm test-package docs guides bench lint lock audit help

help:
	@echo "make run [CORES=8] [ARGS='--config data_mirror=...']   the whole study, into results/"
	@echo "make demo     every rule on small settings, without a network, into results/tiny/"
	@echo "make verify [RUN=results] [ARGS='--config config/tiny.yaml']   stale, altered, missing and foreign files"
	@echo "make test     lint, types and all tests"
	@echo "make test-faults  kills, full disks, damaged files and 2,000 malformed ones: an hour"
	@echo "make test-slurm   the workflow through a SLURM of one node, and its faults"
	@echo "make test-package   the wheel, installed from a registry into an empty environment"
	@echo "make docs     the site: docs/_build/html/index.html; tutorials run"
	@echo "make guides   write anew the guides and schemas that are made from the code"
	@echo "make bench [RUN=results]   speed, beside plain references: docs/performance.md"
	@echo "make lint     lint and types only"
	@echo "make lock     write requirements.lock anew from pyproject.toml"
	@echo "make audit    known vulnerabilities of what is locked; licences: docs/dependencies.md"

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which one with PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(STAMP)
	PATH="$(BIN):$$PATH" snakemake --cores $(CORES) $(ARGS)

# Which files of a results folder are not what this checkout, its settings and data would make.
verify: $(STAMP)
	PATH="$(BIN):$$PATH" trnn verify $(RUN) $(ARGS)

# Two experiments have every rule between them. (Within `$(or ...)` the comma would end the text.)
BOTH := --config 'experiments=[artificial, gershman]'
demo: $(STAMP)
	PATH="$(BIN):$$PATH" snakemake --cores $(CORES) --configfile config/tiny.yaml $(or $(ARGS),$(BOTH))

lint: $(STAMP)
	PATH="$(BIN):$$PATH" ruff check .
	PATH="$(BIN):$$PATH" ruff format --check .
	PATH="$(BIN):$$PATH" snakefmt --check Snakefile workflow/Snakefile rules
	PATH="$(BIN):$$PATH" mypy
	PATH="$(BIN):$$PATH" snakemake --lint

# The tests of a file stay on one core: those of the workflow share one run. They come first.
test: lint
	PATH="$(BIN):$$PATH" pytest -n $(CORES) --dist loadfile --no-loadscope-reorder $(ARGS)

# The long part of the fault injection: docs/reliability.md. Mounts small file systems (root).
test-faults: $(STAMP)
	PATH="$(BIN):$$PATH" pytest -m faults -rA tests/faults $(ARGS)

# A SLURM of one node, started and stopped by the tests: needs root, slurm-wlm and munge.
test-slurm: $(STAMP)
	PATH="$(BIN):$$PATH" pytest -m slurm -rA tests/slurm $(ARGS)

# The wheel in an empty environment, which needs a package registry and some 2 GB of disk.
test-package: $(STAMP)
	PATH="$(BIN):$$PATH" pytest -m network -rA tests/packaging $(ARGS)

# The site has an environment of its own that sees the other's packages, so that its own enter
# neither .venv nor the lock. It is built without a network, and every warning is an error.
DOCS := $(abspath $(VENV))/docs
$(DOCS)/.installed: $(STAMP) docs/requirements.lock
	$(PYTHON) -m venv $(DOCS)
	{ $(BIN)/python -c 'import site; print(site.getsitepackages()[0])'; echo "$(CURDIR)/src"; } > \
	  "$$($(DOCS)/bin/python -c 'import site; print(site.getsitepackages()[0])')/trnn-environment.pth"
	$(DOCS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  --requirement docs/requirements.lock
	@touch $@

docs: $(DOCS)/.installed
	PATH="$(DOCS)/bin:$(BIN):$$PATH" $(DOCS)/bin/python -m sphinx --fail-on-warning --keep-going \
	  --quiet docs docs/_build/html $(ARGS)
	@echo "docs/_build/html/index.html"

# What is generated from the code and committed.
guides: $(STAMP)
	$(BIN)/trnn settings > config/README.md
	for kind in run experiment dataset; do $(BIN)/trnn schema $$kind > config/schemas/$$kind.json; done
	$(BIN)/trnn tables --study ger2024.tables > results/README.md
	$(BIN)/python docs/generate.py

# On one thread, and nothing else should be running. RUN is a full run's results folder, whose jobs'
# times are added; BENCH_DATA (environment) a folder with the people's own files.
bench: $(STAMP)
	PATH="$(BIN):$$PATH" python -m benchmarks $(if $(RUN),--run $(RUN)) $(ARGS)

lock: $(STAMP) $(DOCS)/.installed
	$(BIN)/python -m pip freeze --all --exclude-editable --exclude pip | sed 's/+cpu$$//' > requirements.lock
	$(DOCS)/bin/python -m pip freeze --all --local --exclude pip --exclude setuptools > docs/requirements.lock

# The auditor has an environment of its own, so that it enters neither .venv nor the lock. Strict: a
# package that could not be looked up is a failure, and not one without vulnerabilities.
audit: $(STAMP)
	$(BIN)/python docs/dependencies.py
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(VENV)/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement requirements.lock $(ARGS)
