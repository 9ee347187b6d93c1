# What is behind `##` is what `make` prints about a target.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
STORMS := $(addprefix mockserver/tests/test_,state_machine.py replayed_conversations.py hostile_requests.py) \
  $(addprefix mockserver/tests/test_,rough_sockets.py storm.py memory_ceiling.py assault.py histories.py) \
  $(addprefix mockserver/tests/test_,wheel.py document_and_server.py) \
  $(addprefix mockserver/tests/kit/test_,controls.py mutants.py strategies.py suites.py) \
  $(addprefix mockserver/tests/verifier/test_,spending_control.py verifying.py) \
  $(addprefix mockserver/tests/,audit/test_paste.py page/test_event_to_screen.py) \
  $(addprefix mockserver/tests/,recordings/test_redaction.py openapi/check_schemathesis.py)
# Every worker collects all tests, so more than there are cores cost more than they save. A file stays
# with one worker (loadfile), which makes its servers, wheels and golden exchanges once.
WORKERS := 2
# Those that are not traced wait for other programs half of the time.
UNTRACED_WORKERS := 3
# Coverage doubles the cost of all that runs, and sees nothing of other processes: traced are the tests of
# the modules, each in the folder of its module, and not those of whole stories, which are at the top.
# Nor is what is marked `no_cover`: it goes many times through what others of its module cover.
# First is what looks at all that a process has loaded, which is little then, and what takes longest; the
# files of the page, which share a browser, stay together.
UNTRACED := $(addprefix mockserver/tests/,handles/test_virtual_sleep.py testing/test_pytest_plugin.py) \
  $(filter-out mockserver/tests/test_selfcheck.py,$(wildcard mockserver/tests/test_*.py)) \
  $(addprefix mockserver/tests/audit/,test_auditing.py test_paste.py) \
  $(addprefix mockserver/tests/,kit cli/test_execute.py cli/test_openapi.py page)
# What must be covered whole: all that does no input or output.
PURE := mockserver/base/*,mockserver/rules/*,mockserver/state/*,mockserver/verdicts/*,mockserver/gateway/*,mockserver/control/*,mockserver/spending/*
COMPILE := .venv-lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
  --generate-hashes --custom-compile-command 'make lock'
NEWEST := .venv-newest/bin/python
SDKS := .sdk/0.2.3 .sdk/1.0.1 .sdk/1.1.0 .sdk/1.2.0 .sdk/1.3.0

# What the site of the documentation is made of, with the links between them as they are.
PAGES := README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE docs

INSTALL := PYTHON='$(PYTHON)' ASKED='$(filter-out file,$(origin PYTHON))' VENV=$(VENV) sh locks/install.sh
NEW_VENV := PYTHON='$(PYTHON)' sh locks/check_python.sh $(MAKECMDGOALS) && '$(PYTHON)' -m venv --clear

.PHONY: help demo test lint unit storm openapi docs bench fixtures models facts matrix pictures dist lock test-newest clean environment

help: ## print this list
	@echo 'make TARGET [PYTHON=python3.12]'
	@awk -F ':.* ## ' '/^[a-z-]+:.* ## / {printf "  %-12s %s\n", $$1, $$2}' Makefile

demo: environment ## watch the vendor's SDK run the Ideogram models and six of other kinds
	$(BIN)/python examples/demo.py --out demo-output

# Whoever keeps Python from writing byte code would have each of the programs that tests start, some
# hundreds, compile all of segmock, and every worker all tests.
unit storm: export PYTHONDONTWRITEBYTECODE =

test: lint unit ## check everything: style, types, imports, every test, coverage

lint: environment ## check style, types and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: environment $(SDKS) .node/installed .clients/installed .page/installed ## run every test, and measure what they cover
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --cov --cov-report= $(UNTRACED:%=--ignore=%)
	$(BIN)/pytest -n $(UNTRACED_WORKERS) --dist loadfile --no-loadscope-reorder $(UNTRACED)
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include='$(PURE)' --fail-under=100

storm: environment openapi ## run the long versions of what `test` runs short, with many more examples
	SEGMOCK_STORM=1 $(BIN)/pytest -q -s $(STORMS)
	SEGMOCK_STORM=1 $(BIN)/pytest -q -m hypothesis $(STORMS:%=--ignore=%)
	$(BIN)/segmock verify client --driver '$(BIN)/python -m client_tests.clients.reference' --only 'property/*' --examples 2000

openapi: environment .sdk/1.3.0 .venv-storm/installed .openapi/installed ## hold the OpenAPI document to other projects' tools
	$(BIN)/pytest -q -s mockserver/tests/openapi/check_*.py

.venv-storm/installed: locks/storm.txt
	@$(NEW_VENV) .venv-storm
	.venv-storm/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	touch $@

# What holds the package of clients/node to types and to another runner than Node's.
.node/installed: clients/node/package.json clients/node/package-lock.json
	mkdir -p .node
	cp $^ .node
	npm ci --prefix .node --ignore-scripts --no-audit --no-fund --silent
	touch $@

# What programs in Node use that are run by `segmock exec`.
.clients/installed: mockserver/tests/programs/clients/package.json mockserver/tests/programs/clients/package-lock.json
	mkdir -p .clients
	cp $^ .clients
	npm ci --prefix .clients --ignore-scripts --no-audit --no-fund --silent
	touch $@

# What looks for barriers in the page: axe-core.
.page/installed: mockserver/tests/page/package.json mockserver/tests/page/package-lock.json
	mkdir -p .page
	cp $^ .page
	npm ci --prefix .page --ignore-scripts --no-audit --no-fund --silent
	touch $@

.openapi/installed: mockserver/tests/openapi/package.json mockserver/tests/openapi/package-lock.json
	mkdir -p .openapi
	cp $^ .openapi
	npm ci --prefix .openapi --ignore-scripts --no-audit --no-fund --silent
	touch $@

docs: .venv-docs/installed ## build the pages as a site, build/site; a link that leads nowhere ends it
	rm -rf build/pages build/site
	mkdir -p build/pages
	cp -R $(PAGES) build/pages
	.venv-docs/bin/zensical build --strict --clean
	@echo 'Open build/site/index.html; for its search: python3 -m http.server --directory build/site'

.venv-docs/installed: locks/docs.txt
	@$(NEW_VENV) .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	touch $@

bench: environment ## count the instructions of requests, then measure rates, times, memory and scaling
	$(BIN)/python benchmarks/instructions.py
	$(BIN)/python benchmarks/core.py
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/models.py
	$(BIN)/python benchmarks/scaling.py

fixtures: environment ## write golden exchanges anew: look at the difference before you commit it
	$(BIN)/segmock fixtures write

models: environment ## write contracts/parameters, of what sources/ says of the vendor's models
	$(BIN)/python -m mockserver.importing.parameter_files

facts: environment ## write which tests show which fact into the behaviour register
	$(BIN)/python -m mockserver.tests.register --write

matrix: environment ## find which mutant clients the conformance kit finds out: some minutes
	$(BIN)/python -m client_tests.mutants.kill_matrix --write

pictures: environment ## take the pictures of docs/page.md anew
	$(BIN)/python -m mockserver.tests.page.screenshots

dist: environment ## build wheel and source distribution into dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist

# What the lock has, then the project itself.
environment:
	@$(INSTALL) $(MAKECMDGOALS)

# Releases of the vendor's SDK, side by side.
.sdk/%: locks/sdk.txt | environment
	grep '^segmind==$* ' $< > $(VENV)/sdk-$*.txt
	$(PIP) install --no-deps --require-hashes --upgrade --target $@ --requirement $(VENV)/sdk-$*.txt

lock: .venv-lock/bin/uv ## bring locks/ up to what pyproject.toml asks for; UPGRADE=--upgrade takes the newest
	$(COMPILE) $(UPGRADE) --all-extras --group build --output-file locks/python.txt pyproject.toml
	$(COMPILE) --constraint locks/python.txt --no-annotate --extra redis --output-file locks/runtime.txt pyproject.toml
	$(COMPILE) --constraint locks/python.txt --no-annotate --group build --output-file locks/build.txt
	$(COMPILE) $(UPGRADE) --group storm --output-file locks/storm.txt
	$(COMPILE) $(UPGRADE) --group docs --output-file locks/docs.txt
	for each in $(SDKS:.sdk/%=segmind==%); do \
	  echo $$each | $(COMPILE) --no-deps --no-annotate --no-header - | tr -d '\\\n' | tr -s ' '; echo; \
	done > locks/sdk.txt

.venv-lock/bin/uv:
	@$(NEW_VENV) .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv

test-newest: $(SDKS) .node/installed .clients/installed .page/installed ## run the tests with every package at its newest; warns, and never fails
	@$(NEW_VENV) .venv-newest
	$(NEWEST) -m pip install --quiet --upgrade pip
	$(NEWEST) -m pip install --quiet --upgrade --upgrade-strategy eager --group build --editable '.[demo,test]'
	$(NEWEST) -m mockserver.tests.locks
	$(NEWEST) -m pytest -n $(WORKERS) --dist loadfile || echo 'warning: with the newest packages the tests fail'

clean: ## remove all that was made
	rm -rf $(VENV) .venv-docs .venv-lock .venv-newest .venv-storm .clients .node .openapi .page .sdk .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache demo-output dist build
