# Everything a developer or operator does. `make` alone lists it. Needs Python 3.11 or newer and nothing else.

PYTHON ?= python3
STAGE ?= local
PYTHONS ?= 3.12 3.13
export PORT LOCALSTACK STACK_DIR DYNOXIDE

BIN := .venv/bin
INFRA := $(BIN)/python -m infra
# Installers write to stderr: stdout belongs to the answer (`make -s url`).
PIP := -m pip install --quiet --disable-pip-version-check
DEV := .venv/.installed
STACK := .venv-stack/.installed .venv-lambda/.installed
RECORD := build/record
TESTS ?= tests/unit tests/integration tests/e2e
NIGHTLY_TESTS ?= tests/unit/pricelists/reading/test_fuzz.py tests/integration/catalogue/test_page_budget.py \
	tests/integration/catalogue/search/test_generations.py tests/integration/catalogue/search/test_index_levels.py \
	tests/integration/catalogue/search/test_opensearch.py \
	tests/integration/dynamo/test_sdk_versions.py tests/integration/notifications/test_sending_crashes.py \
	tests/integration/pricelists/test_import_crashes.py tests/integration/pricelists/test_import_fuzz.py \
	tests/integration/infra/test_sorted_partitions.py \
	tests/e2e/test_schemathesis.py tests/e2e/test_orders_under_load.py tests/e2e/test_published_calls.py \
	tests/e2e/test_generated_clients.py tests/e2e/test_typescript_clients.py tests/e2e/test_deploy_again.py \
	tests/e2e/test_data_commands.py tests/e2e/test_imports.py tests/integration/test_lost_answers.py

PYTHON_TESTS ?= tests/unit tests/integration

LINTERS := ruff mypy imports bandit cloudformation policies workflows

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: $(addprefix lint-,$(LINTERS)) help venvs up down demo url bucket mails admin build preflight deploy shop-access \
	migrate restore forget export-person smoke redrive rollback drift destroy test e2e audit-calls replay-calls \
	test-browser test-engines test-faults test-dynoxide test-localstack test-opensearch test-python coverage nightly clients bench bench-import \
	bench-order bench-console bench-search bench-opensearch bench-engines lint format vulnerabilities pins

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  \033[1m%-15s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  variables: PORT=4566 LOCALSTACK=1|running DYNOXIDE=program STAGE=local|staging|prod DRY_RUN=1 PYTHON=python3 STACK_DIR=.stack"

# ---- the stack on this machine

up: $(DEV) $(STACK) ## start the local stack, deploy to it, leave it running (LOCALSTACK=1: in Docker)
	@$(INFRA) up

down: $(DEV) ## stop the local stack that is up; the embedded one keeps its state
	@$(INFRA) down

demo: up ## play the main job through the public interfaces
	@$(BIN)/python -m infra.demo

url: $(DEV) ## print the base URL
	@$(INFRA) url --stage $(STAGE)

bucket: $(DEV) ## print the bucket for price lists
	@$(INFRA) bucket --stage $(STAGE)

mails: $(DEV) ## print the mails sent by the local stack, as JSON
	@$(INFRA) mails

# Shells remember command lines, and `ps` shows them.
ifeq ($(origin PASSWORD)$(filter admin,$(MAKECMDGOALS)),command lineadmin)
$(error the password is asked for, or read from standard input; change the one you have just typed, if it is used)
endif

admin: $(DEV) ## create an administrator: EMAIL=… (the password is asked for, or read from standard input)
	@$(if $(filter-out 0,$(DRY_RUN)),$(error admin has no dry run: it creates one account, and refuses an address that has one))$(INFRA) admin --stage $(STAGE) --email "$(EMAIL)"

# ---- AWS

build: $(DEV) ## build the project to deploy, in build/STAGE
	@$(INFRA) build --stage $(STAGE)

preflight: $(DEV) ## check what would stop a deployment to STAGE=…; changes nothing
	@$(INFRA) preflight --stage $(STAGE)

deploy: $(DEV) $(if $(filter local,$(STAGE)),$(STACK)) ## deploy resources, functions and routes to STAGE=… (ALARM_EMAIL=…: recipient of alarms; DRY_RUN=1)
	@$(INFRA) deploy --stage $(STAGE) --alarm-email "$(ALARM_EMAIL)" --dry-run "$(DRY_RUN)"

shop-access: $(DEV) ## print the policy by which SHOP=… may put files into the bucket of STAGE=… (PRINCIPAL=arn: of another account)
	@$(INFRA) shop-access --stage $(STAGE) --shop "$(SHOP)" --principal "$(PRINCIPAL)"

# ---- data

migrate: $(DEV) ## make the migrations that STAGE=… has not had, as deploy does (DRY_RUN=1, RATE=items a second, AGAIN=number)
	@$(INFRA) migrate --stage $(STAGE) $(if $(filter-out 0,$(DRY_RUN)),--dry-run) $(if $(RATE),--rate $(RATE)) $(if $(AGAIN),--again $(AGAIN))

restore: $(DEV) ## restore tables of STAGE=… to AT=moment beside those in use (TABLE=, DRY_RUN=1, SWITCH=1; BACK=1)
	@$(INFRA) restore --stage $(STAGE) --at "$(AT)" --table "$(TABLE)" $(if $(filter-out 0,$(DRY_RUN)),--dry-run) $(if $(RATE),--rate $(RATE)) \
		$(if $(SWITCH),--switch) $(if $(BACK),--back)

forget: $(DEV) ## forget a person on STAGE=…: EMAIL=… or USER_ID=… (DRY_RUN=1; AGAIN=1: everybody, after a restoration)
	@$(INFRA) forget --stage $(STAGE) --email "$(EMAIL)" --user "$(USER_ID)" $(if $(filter-out 0,$(DRY_RUN)),--dry-run) $(if $(RATE),--rate $(RATE)) \
		$(if $(AGAIN),--again)

export-person: $(DEV) ## write all that STAGE=… has about EMAIL=… or USER_ID=… to a private file (OUT=…, DRY_RUN=1)
	@$(INFRA) export-person --stage $(STAGE) --email "$(EMAIL)" --user "$(USER_ID)" --out "$(OUT)" $(if $(filter-out 0,$(DRY_RUN)),--dry-run) \
		$(if $(RATE),--rate $(RATE))

# ---- operating a stage; STAGE has to be named, and DRY_RUN=1 only says what would be done

# No stage is the default one: a slip must not reach the wrong one.
NAMED_STAGE = --stage "$(if $(filter file,$(origin STAGE)),,$(STAGE))"

smoke: $(DEV) ## play the main job on STAGE=… with accounts of its own, then delete what it made
	@$(INFRA) smoke $(NAMED_STAGE) --dry-run "$(DRY_RUN)"

redrive: $(DEV) ## show the dead letters of QUEUE=…, then give them to their function again: STAGE=…
	@$(INFRA) redrive $(NAMED_STAGE) --queue "$(QUEUE)" --dry-run "$(DRY_RUN)"

rollback: $(DEV) ## deploy the build before the present one, or the one that REF=… names, to STAGE=…
	@$(INFRA) rollback $(NAMED_STAGE) --ref "$(REF)" --dry-run "$(DRY_RUN)"

drift: $(DEV) ## say what was changed by hand in the resources of STAGE=…
	@$(INFRA) drift $(NAMED_STAGE)

destroy: $(DEV) ## delete STAGE=… with all its data, after its name was typed (prod: PROTECTION=off)
	@PROTECTION="$(PROTECTION)" $(INFRA) destroy $(NAMED_STAGE) --dry-run "$(DRY_RUN)"

# ---- quality

test: lint $(STACK) ## run all checks: lint, unit, integration, end to end
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadgroup $(TESTS)

e2e: $(DEV) ## run the end-to-end tests on the stack that is up, without those that need what it lacks
	E2E_ENDPOINT=running $(BIN)/python -m pytest tests/e2e

# Drives the Chromium of this machine (CHROMIUM=/path is another), or Debian's, which it installs as root.
# Where there is none to be had it says so and fails.
test-browser: $(DEV) $(STACK) .venv/.browser ## use every screen of the console in Chromium: keyboard, barriers, widths, languages
	@$(BIN)/python -m tests.browser.chromium >/dev/null
	$(BIN)/python -m pytest tests/browser

# What moto is sent while RECORD names a directory: `DYNAMODB_RECORD=build/record make test` makes one.
audit-calls: $(DEV) ## check the calls to DynamoDB recorded in build/record against its rules
	@$(BIN)/python -m tests.engines.audit $(RECORD)

# What is recorded, audited and sent again are the calls of integration tests and of the stack that e2e tests share.
# The other engines need node 20 and npm: without them this fails, and says so.
test-engines: $(DEV) $(STACK) ## record all calls to DynamoDB, audit them, replay them on two other engines, inject faults
	rm -rf $(RECORD)
	@$(BIN)/python -m tests.engines.packages
	DYNAMODB_RECORD=$(RECORD) DYNAMODB_RECORD_STACK=$(CURDIR)/$(RECORD) $(BIN)/python -m pytest \
		--numprocesses=auto --dist=loadgroup --ignore=tests/integration/infra tests/integration tests/e2e
	@$(MAKE) --no-print-directory --jobs=2 test-faults audit-calls replay-calls

replay-calls: $(DEV) ## replay the calls to DynamoDB recorded in build/record on two other engines
	@$(BIN)/python -m tests.engines.replay $(RECORD)

# Mostly waits for indexes that lag, so something else can run beside it.
test-faults: $(DEV) $(STACK) ## run the main job, crowds and imports above a DynamoDB that conflicts, throttles and lags
	$(BIN)/python -m pytest tests/engines

# DYNOXIDE=program is another than npm's.
test-dynoxide: $(DEV) $(STACK) ## run the end-to-end tests on a stack whose tables dynoxide keeps
	@program="$$($(BIN)/python -m tests.engines.packages)" && DYNOXIDE="$$program" $(BIN)/python -m pytest tests/e2e

# Python 3.13 is what LocalStack's package needs; its Lambda and DynamoDB are replaced, see tests/engines/localstack_host.py.
test-localstack: $(DEV) $(STACK) .venv-localstack/.installed ## play demo and end-to-end tests on LocalStack without Docker
	@$(BIN)/python -m tests.engines.localstack

# Maven fetches the node once, 53 MB.
test-opensearch: $(DEV) ## run the tests of the search on a node of OpenSearch (needs Java 17 and Maven)
	@$(BIN)/python -m tests.engines.opensearch

# Separate from `make test`: tracing makes tests take up to twice as long.
coverage: $(DEV) $(STACK) ## fail below 90 % branch coverage of unit and integration tests
	$(BIN)/python -m pytest --numprocesses=auto --cov --cov-report=term:skip-covered tests/unit tests/integration

bench-order: $(DEV) $(STACK) ## compare orders with the bare calls that read, write and announce the same
	@$(BIN)/python -m tests.benchmarks

bench-console: $(DEV) $(STACK) ## compare each page of the console with the calls of the API that show the same
	@$(BIN)/python -m tests.benchmarks.console

# These tests are bounded in `make test`; each names its environment variable in its first lines. What this machine
# has no tools for is named and left out.
nightly: $(DEV) $(STACK) ## run the generated-input and load tests with many more examples, then what other engines and Pythons say
	NIGHTLY=1 $(BIN)/python -m pytest $(NIGHTLY_TESTS)
	@if $(BIN)/python -m tests.engines.packages >/dev/null; then $(MAKE) --no-print-directory test-dynoxide; fi
	@if $(BIN)/python -m tests.engines.packages 2>/dev/null >/dev/null && $(BIN)/python -m tests.pythons 3.13 >/dev/null; then \
	  $(MAKE) --no-print-directory test-localstack; fi
	@! $(BIN)/python -m tests.engines.opensearch check || NIGHTLY=1 $(MAKE) --no-print-directory test-opensearch
	@for python in $(PYTHONS); do \
	  ! $(BIN)/python -m tests.pythons $$python >/dev/null || $(MAKE) --no-print-directory test-python PYTHONS=$$python || exit 1; \
	done

# What an upgrade of the functions' Python would meet; the environments are made from the same hashes.
test-python: $(STACK) $(addprefix .venv-,$(addsuffix /.installed,$(PYTHONS))) ## run unit and integration tests on other Pythons: PYTHONS="3.12 3.13"
	@for python in $(PYTHONS); do .venv-$$python/bin/python -m pytest -p no:cacheprovider --numprocesses=auto $(PYTHON_TESTS) || exit 1; done

# TypeScript needs node, npm, java and mvn: without them its tests are skipped, and say so.
clients: $(DEV) $(STACK) ## generate clients from openapi.json, type-check them, play a story with them, lint it
	NIGHTLY=1 $(BIN)/python -m pytest tests/e2e/test_generated_clients.py tests/e2e/test_typescript_clients.py

bench: $(DEV) $(STACK) ## compare with baselines measured in the same run
	$(BIN)/python -m pytest -s tests/benchmarks

bench-search: $(DEV) $(STACK) ## build and search the embedded index beside SQLite (BENCH_FULL=1: also a million products)
	@$(BIN)/python -m tests.benchmarks.search

bench-opensearch: $(DEV) ## search a node of OpenSearch as bench-search does the embedded index (needs Java 17 and Maven)
	@$(BIN)/python -m tests.engines.opensearch bench

bench-import: $(DEV) $(STACK) ## compare imports with the maximum of the stack (BENCH_FULL=1: also a million products)
	@$(BIN)/python -m tests.benchmarks.imports

bench-engines: $(DEV) $(STACK) .venv-localstack/.installed ## time the demo and the crowds on every engine, as a table
	@$(BIN)/python -m tests.benchmarks.engines

# The official actionlint is a module of Go, whose checksum database vouches for it; its Python package downloads a binary.
ACTIONLINT_VERSION := 1.7.12

lint: $(DEV) ## run ruff, mypy, the import contracts, bandit, cfn-lint, parliament and actionlint
	@$(MAKE) --no-print-directory --jobs=4 $(addprefix lint-,$(LINTERS))

lint-ruff:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-mypy:
	$(BIN)/mypy

lint-imports:
	$(BIN)/lint-imports

# Ruff has most of its rules, and the reasons for exceptions.
lint-bandit:
	$(BIN)/bandit --quiet --configfile pyproject.toml --severity-level medium --recursive chalicelib infra app.py

lint-cloudformation:
	$(BIN)/cfn-lint
	$(BIN)/cfn-lint --template infra/aws/budget.yaml --regions us-east-1

lint-policies:
	$(BIN)/python -W ignore -m tests.policy_lint

lint-workflows:
	@program="$(or $(shell command -v actionlint),build/.tools/actionlint-$(ACTIONLINT_VERSION))"; \
	[ -x "$$program" ] || ! command -v go >/dev/null || $(MAKE) --no-print-directory "$$program" || true; \
	if [ -x "$$program" ]; then echo "$$program"; "$$program" -shellcheck= -pyflakes=; \
	else echo "workflows are not checked: actionlint needs Go and its registry" >&2; fi

build/.tools/actionlint-%:
	@echo "· actionlint" >&2
	@GOBIN=$(CURDIR)/build/.tools/$*.new go install github.com/rhysd/actionlint/cmd/actionlint@v$*
	@mv build/.tools/$*.new/actionlint $@ && rmdir build/.tools/$*.new

vulnerabilities: $(DEV) .venv-audit/.installed ## look for known vulnerabilities of everything pinned; fails if it could not ask
	@$(BIN)/python -m infra.audit

format: $(DEV) ## format the code with ruff
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# ---- virtual environments

venvs: $(DEV) $(STACK) ## create the virtual environments

pins: .venv-pins/.installed ## look up the hashes of all versions in requirements/*.in, for requirements*.txt
	@for list in $(notdir $(basename $(wildcard requirements/*.in))); do \
	  .venv-pins/bin/uv pip compile --quiet --universal --python-version 3.11 --no-deps --generate-hashes --no-annotate \
	    --custom-compile-command "make pins" requirements/$$list.in --output-file $$(echo requirements-$$list.txt | sed s/-package//); \
	done
	@.venv-pins/bin/uv pip compile --quiet --universal --python-version 3.13 --no-deps --generate-hashes --no-annotate \
	  --custom-compile-command "make pins" tests/engines/localstack.in --output-file tests/engines/localstack.txt

# Everything is pinned to the hashes of its files, dependencies included: pip resolves nothing and installs no other file.
INSTALL := $(PIP) --require-hashes --no-deps

$(DEV): requirements.txt requirements-dev.txt
	@echo "· .venv" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	@$(PYTHON) -m venv --clear .venv >&2
	@$(BIN)/python $(INSTALL) -r requirements.txt -r requirements-dev.txt >&2
	@touch $@

.venv-3.%/.installed: requirements.txt requirements-dev.txt | $(DEV)
	@echo "· .venv-3.$*" >&2
	@python="$$($(BIN)/python -m tests.pythons 3.$*)" && "$$python" -m venv --clear .venv-3.$* >&2
	@.venv-3.$*/bin/python $(INSTALL) -r requirements.txt -r requirements-dev.txt >&2
	@touch $@

.venv-localstack/.installed: tests/engines/localstack.txt | $(DEV)
	@echo "· .venv-localstack" >&2
	@python="$$($(BIN)/python -m tests.pythons 3.13)" && "$$python" -m venv --clear .venv-localstack >&2
	@.venv-localstack/bin/python $(INSTALL) -r $< >&2
	@touch $@

# Large, and needed by `make test-browser` alone.
.venv/.browser: requirements-browser.txt | $(DEV)
	@echo "· .venv: playwright" >&2
	@$(BIN)/python $(INSTALL) -r $< >&2
	@touch $@

.venv-%/.installed: requirements-%.txt
	@echo "· .venv-$*" >&2
	@$(PYTHON) -m venv --clear .venv-$* >&2
	@.venv-$*/bin/python $(INSTALL) -r requirements-$*.txt >&2
	@touch $@
