# `make` alone prints what there is. Everything real happens in Python.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
# Containers often set it: each of the many short processes would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo up run status down clean unlock test test-fast check audit bootstrap new-stack pictures format lock

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## Everything on this machine: deploy, publish, run, show the features
	@$(PYTHON) -m localcloud demo

test: setup ## Every test (the engine, Spark and the servers are real)
	@$(PYTHON) -m pytest -n 4

test-fast: setup-python ## The tests that need no engine, no servers and no Spark
	@$(PYTHON) -m pytest -m "not spark and not servers and not engine"

check: setup-python ## Format, lint, types, import contracts, workflows, scripts
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy .
	@.venv/bin/lint-imports
	@$(PYTHON) -m pipelines check
	@$(PYTHON) tools/check_files.py

audit: setup-python ## Look for known holes in the locked packages (asks PyPI)
	@.venv/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict

bootstrap: setup-python ## Make what deploying to Azure needs first: ARGS="--base-name NAME --repository OWNER/NAME"
	@$(PYTHON) -m bootstrap $(ARGS)

new-stack: setup-python ## Write the settings of a new stack: NAME=test
	@$(PYTHON) -m infra.new_stack $(NAME)

setup: setup-python ## Fetch what is missing: Python packages, Java, Spark's jars, Azurite, Pulumi
	@$(PYTHON) -m localcloud setup

.PHONY: setup-python
setup-python:
	@command -v python3 >/dev/null || { echo "fail packages   no python3 on PATH: install Python 3.11 \
	(Debian: sudo apt install python3.11), then: make setup" >&2; exit 1; }
	@python3 tools/make_venv.py

up: setup ## Start the local cloud and deploy stack local
	@$(PYTHON) -m localcloud up

run: setup-python ## Publish the pipeline, run it, show the features
	@$(PYTHON) -m localcloud run

status: setup-python ## What runs, and how the latest run ended
	@$(PYTHON) -m localcloud status

down: setup-python ## Stop the local cloud, keep its state
	@$(PYTHON) -m localcloud stop

clean: setup-python ## Destroy stack local and delete the local cloud's state
	@$(PYTHON) -m localcloud clean

unlock: setup-python ## Take away the lock that a killed update left
	@$(PYTHON) -m localcloud unlock

pictures: setup-python ## Draw docs/img/*.svg from their text
	@$(PYTHON) tools/pictures.py

format: setup-python ## Format the code
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .

lock: setup-python ## Resolve requirements*.txt into requirements.lock anew
	@$(PYTHON) -m uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" --output-file requirements.lock \
		requirements.txt requirements-dev.txt
