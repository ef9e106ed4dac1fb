# Everything that is typed here. Each target does its own set-up, shows progress, may be repeated, and writes nothing
# outside of this folder but into one cache folder ($AUDITOR_CACHE, or ~/.cache/auditor).

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.ONESHELL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
AUDITOR_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/auditor
override AUDITOR_CACHE := $(abspath $(AUDITOR_CACHE))
export AUDITOR_CACHE
# What pip, uv, fontconfig, Chromium and the like keep goes there, too.
export PIP_CACHE_DIR := $(AUDITOR_CACHE)/downloads/pip
export UV_CACHE_DIR := $(AUDITOR_CACHE)/downloads/uv
export XDG_CACHE_HOME := $(AUDITOR_CACHE)/other
export BREAKPAD_DUMP_LOCATION := $(AUDITOR_CACHE)/other/chromium
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

VENV := .venv
BIN := $(VENV)/bin
AUDITOR := $(BIN)/auditor
LOCKED := $(BIN)/python -m pip install --require-hashes --progress-bar off --requirement
NEWS := sed -u -E '/^(Requirement already satisfied|Ignoring|Looking in)/d'
# A stamp says that the environment holds what these files ask for; its name is their digest, so a clone's file times do
# not matter, and going back to an older lock is noticed.
digest = $(shell cat $(1) 2>/dev/null | sha256sum | cut -c1-16)
RUN_STAMP := $(VENV)/.stamps/run-$(call digest,requirements/run.txt requirements/build.txt pyproject.toml scripts/environment.py)
DEV_STAMP := $(VENV)/.stamps/dev-$(call digest,requirements/*.txt pyproject.toml scripts/environment.py)

# Programs that tests start are those of every stage that has one.
TEST_STAGES := code kubernetes policy sbom vulnerabilities
# Two processes, a file each: fixtures of a module (a browser, an API server, a whole run) are made once.
PYTEST_ARGS ?= -n 2 --dist loadfile

.PHONY: help setup tools demo test check lint policies bench sbom tour format lock clean dev system-packages test-tools test-servers

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: tools ## .venv/bin/auditor and the programs it wraps, ready to run

tools: $(RUN_STAMP) ## install the wrapped programs (what is there is checked, and kept)
	@$(AUDITOR) tools install

SAMPLES := lineage=tests/data/lineage/samples auditlog=tests/data/auditlog/samples
demo: setup ## audit the bundled example platform, agentscope 2.0.11 and public samples; FULL=1 starts a real OpenBao and audits it, too
	@release="$$($(BIN)/python scripts/agentscope.py)"
	$(if $(FULL),PYTHONPATH=. $(BIN)/python -m scripts.openbao) $(AUDITOR) demo "code=$$release" $(SAMPLES)

test: system-packages dev test-tools test-servers ## run the whole suite
	@$(BIN)/pytest $(PYTEST_ARGS)

check: system-packages dev test-tools lint policies test ## what CI runs: format, lint, types, contracts, policies, tests

lint: dev ## format, lint, types, import contracts, workflows
	@set -x
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet --persona pedantic .github/workflows

policies: dev test-tools ## format, compile and test the Rego policies
	@opa="$$($(BIN)/python -c 'from auditor.tools.programs import Programs; print(Programs.here().find("opa").path)')"
	set -x
	"$$opa" fmt --fail --list policies
	"$$opa" check --strict --schema policies/schemas policies
	"$$opa" test --timeout=60s policies

bench: dev test-tools ## measure against the bare tools (minutes); benchmarks/README.md says what and how
	@release="$$($(BIN)/python scripts/agentscope.py)"
	for each in $$(grep -l '^if __name__' benchmarks/*.py); do
	  name="$$(basename "$$each" .py)"
	  printf '\n== %s\n' "$$name"
	  if [ "$$name" = code ]; then $(BIN)/python -m benchmarks.code "$$release"; else $(BIN)/python -m "benchmarks.$$name"; fi
	done

sbom: setup ## write this project's own SBOM into sbom/
	@$(BIN)/python scripts/own_sbom.py

tour: system-packages dev setup ## run the tour of docs/ and write its output into it
	@$(BIN)/python scripts/agentscope.py
	$(BIN)/python scripts/tour.py

format: dev ## format the code and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lock: dev ## write requirements/*.txt anew from pyproject.toml
	@compile() { $(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet "$$@"; }
	compile pyproject.toml --group dev --group build --output-file requirements/dev.txt
	compile pyproject.toml --constraint requirements/dev.txt --output-file requirements/run.txt
	compile --group build --constraint requirements/dev.txt --output-file requirements/build.txt

clean: ## remove what make has made in this folder (runs in .auditor/runs and the cache folder stay)
	rm -rf $(VENV) .auditor/demo .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "kept: $(AUDITOR_CACHE) (downloads, wrapped programs, observations); remove it at any time"

dev: $(DEV_STAMP)

# Stops at once, with the command to type, where a package is missing and may not be installed.
system-packages:
	@$(PYTHON) scripts/system_packages.py tests/system-packages.txt

test-tools: $(RUN_STAMP)
	@$(AUDITOR) tools install $(TEST_STAGES)

# kube-apiserver and etcd, for the contract tests of the live path; TLCP servers by others, for those of tls
test-servers: $(RUN_STAMP)
	@$(BIN)/python -m tests.contract.kubernetes.apiserver.build
	@$(BIN)/python -m tests.contract.tls.build

$(RUN_STAMP):
	@echo "== environment: $(VENV)"
	$(PYTHON) scripts/environment.py $(VENV)
	echo "== packages: requirements/run.txt, by hash"
	$(LOCKED) requirements/run.txt --requirement requirements/build.txt | $(NEWS)
	$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	mkdir -p $(@D)
	rm -f $(@D)/run-*
	touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo "== packages: requirements/dev.txt, by hash"
	$(LOCKED) requirements/dev.txt | $(NEWS)
	rm -f $(@D)/dev-*
	touch $@
