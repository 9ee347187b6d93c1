# The two commands of the README are `demo` and `test`; everything else serves development.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STORMS := $(addprefix mockserver/tests/test_,state_machine.py hostile_requests.py rough_sockets.py storm.py)
# Many tests wait for a socket or a process: more of them fit on two cores than two.
WORKERS := 4
SDKS := .sdk/1.0.1 .sdk/1.1.0 .sdk/1.2.0 .sdk/1.3.0

.PHONY: demo test lint check-types unit storm bench fixtures facts matrix clean

demo: $(VENV)/demo.installed
	$(BIN)/python examples/demo.py --out demo-output

test: lint unit

lint: $(VENV)/test.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/test.installed $(SDKS)
	$(BIN)/pytest -n $(WORKERS) --cov --cov-report= --ignore mockserver/tests/kit
	$(BIN)/pytest -n $(WORKERS) mockserver/tests/kit
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include='mockserver/core/*' --fail-under=100

# The long versions of what `test` runs short: many more generated examples.
storm: $(VENV)/test.installed
	SEGMOCK_STORM=1 $(BIN)/pytest -q -s $(STORMS)
	$(BIN)/segmock verify client --driver '$(BIN)/python -m client_tests.clients.reference' --only 'property/*' --examples 2000

bench: $(VENV)/test.installed
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/cycles.py

# Write what the tests compare with: look at the difference before you commit it.
fixtures: $(VENV)/test.installed
	$(BIN)/segmock fixtures write

facts: $(VENV)/test.installed
	$(BIN)/python -m mockserver.tests.register --write

# Which mutant clients the conformance kit finds out, and by what: some minutes.
matrix: $(VENV)/test.installed
	$(BIN)/python -m client_tests.matrix --write

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo]'
	touch $@

$(VENV)/test.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo,test]'
	touch $@

# Releases of the vendor's SDK, side by side.
.sdk/%: | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $@ segmind==$*

clean:
	rm -rf $(VENV) .sdk .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache demo-output dist build
