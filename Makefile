# The two commands of the README are `demo` and `test`; everything else serves development.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
STORMS := $(addprefix mockserver/tests/test_,state_machine.py hostile_requests.py rough_sockets.py storm.py memory_ceiling.py assault.py)
# Every worker collects all tests, so more than there are cores cost more than they save. A file stays
# with one worker (loadfile), which makes its servers, wheels and golden exchanges once.
WORKERS := 2
# Coverage doubles the cost of what makes very many calls, and sees nothing of other processes.
UNTRACED := mockserver/tests/kit mockserver/tests/testing/test_pytest_plugin.py $(STORMS) \
  $(addprefix mockserver/tests/test_,browser.py examples.py extras.py site.py wheel.py)
# What must be covered whole: all that does no input or output.
PURE := mockserver/base/*,mockserver/rules/*,mockserver/state/*,mockserver/verdicts/*,mockserver/gateway/*,mockserver/control/*
COMPILE := .venv-lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
  --generate-hashes --custom-compile-command 'make lock'
NEWEST := .venv-newest/bin/python
SDKS := .sdk/1.0.1 .sdk/1.1.0 .sdk/1.2.0 .sdk/1.3.0

# What the site of the documentation is made of, with the links between them as they are.
PAGES := README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE docs

.PHONY: demo test lint unit docs test-newest lock storm openapi bench fixtures facts matrix clean

demo: $(VENV)/installed
	$(BIN)/python examples/demo.py --out demo-output

test: lint unit

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/installed $(SDKS)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --cov --cov-report= $(UNTRACED:%=--ignore=%)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(UNTRACED)
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include='$(PURE)' --fail-under=100

# The long versions of what `test` runs short: many more generated examples.
storm: $(VENV)/installed openapi
	SEGMOCK_STORM=1 $(BIN)/pytest -q -s $(STORMS)
	$(BIN)/segmock verify client --driver '$(BIN)/python -m client_tests.clients.reference' --only 'property/*' --examples 2000

# What other projects' tools make of the OpenAPI document, and of the server held against it.
openapi: $(VENV)/installed .sdk/1.3.0 .venv-storm/installed .openapi/installed
	$(BIN)/pytest -q -s mockserver/tests/openapi/check_*.py

.venv-storm/installed: locks/storm.txt
	$(PYTHON) -m venv .venv-storm
	.venv-storm/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

.openapi/installed: mockserver/tests/openapi/package.json mockserver/tests/openapi/package-lock.json
	mkdir -p .openapi
	cp $^ .openapi
	npm ci --prefix .openapi --ignore-scripts --no-audit --no-fund --silent
	touch $@

# The pages as a site, build/site: a link to a page or heading that is not there ends it.
docs: .venv-docs/installed
	rm -rf build/pages build/site
	mkdir -p build/pages
	cp -R $(PAGES) build/pages
	.venv-docs/bin/zensical build --strict --clean

.venv-docs/installed: locks/docs.txt
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

bench: $(VENV)/installed
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/cycles.py

# Write what the tests compare with: look at the difference before you commit it.
fixtures: $(VENV)/installed
	$(BIN)/segmock fixtures write

facts: $(VENV)/installed
	$(BIN)/python -m mockserver.tests.register --write

# Which mutant clients the conformance kit finds out, and by what: some minutes.
matrix: $(VENV)/installed
	$(BIN)/python -m client_tests.mutants.kill_matrix --write

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# What the lock has, then the project itself.
$(VENV)/installed: pyproject.toml locks/python.txt | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement locks/python.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

# Releases of the vendor's SDK, side by side.
.sdk/%: locks/sdk.txt | $(VENV)/bin/python
	grep '^segmind==$* ' $< > $(VENV)/sdk-$*.txt
	$(PIP) install --no-deps --require-hashes --upgrade --target $@ --requirement $(VENV)/sdk-$*.txt

# Bring the locks up to what pyproject.toml asks for; `make lock UPGRADE=--upgrade` takes the newest.
lock: .venv-lock/bin/uv
	$(COMPILE) $(UPGRADE) --all-extras --group build --output-file locks/python.txt pyproject.toml
	$(COMPILE) $(UPGRADE) --group storm --output-file locks/storm.txt
	$(COMPILE) $(UPGRADE) --group docs --output-file locks/docs.txt
	for each in $(SDKS:.sdk/%=segmind==%); do \
	  echo $$each | $(COMPILE) --no-deps --no-annotate --no-header - | tr -d '\\\n' | tr -s ' '; echo; \
	done > locks/sdk.txt

.venv-lock/bin/uv:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv

# Every package at its newest, in an environment of its own: warns of what will break, never fails.
test-newest: $(SDKS)
	$(PYTHON) -m venv .venv-newest
	$(NEWEST) -m pip install --quiet --upgrade pip
	$(NEWEST) -m pip install --quiet --upgrade --upgrade-strategy eager --group build --editable '.[demo,test]'
	$(NEWEST) -m mockserver.tests.locks
	$(NEWEST) -m pytest -n $(WORKERS) --dist loadfile || echo 'warning: with the newest packages the tests fail'

clean:
	rm -rf $(VENV) .venv-docs .venv-lock .venv-newest .venv-storm .openapi .sdk .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache demo-output dist build
