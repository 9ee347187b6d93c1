"""Emulators of an audited suite strike as the mutant says, and write down what they see."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from mockserver import Emulator
from mockserver.base.errors import EmulatorError
from mockserver.probe import FOLDER_VARIABLE
from mockserver.probe.current_test import enter_test, leave_test
from mockserver.probe.lines import Seen, prepare_folder, read_lines
from mockserver.probe.runs import Run, write_run
from mockserver.state.journal import unpack
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT
from mockserver.tests.edges.test_asgi import SUBMIT, ask_app
from mockserver.tests.processes import environment

BUSY = ({"do": {"status": 503}, "on": {"route": "submit"}, "times": 1},)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of an audit that is going on."""
    prepare_folder(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def submit(emulator, key=KEY, body=PROMPT):
    """Submit a run; return the status of the answer."""
    asked = ask_app(
        emulator, "POST", f"http://emulator.test{SUBMIT}", headers={"x-api-key": key}, json=body
    )
    return asked.status_code


def list_seen(folder):
    """Return what emulators have written down."""
    return [line for line in read_lines(folder) if isinstance(line, Seen)]


def test_a_mutant_strikes_each_account_that_appears_and_again_after_its_reset(folder):
    """What it has counted of one account is nothing to another."""
    emulator = Emulator()
    write_run(folder, Run(run=1, mutant_id="busy", rules=BUSY))
    assert [submit(emulator), submit(emulator), submit(emulator, OTHER_KEY)] == [503, 200, 503]
    emulator.account(KEY).reset()
    assert [submit(emulator), submit(emulator, OTHER_KEY)] == [503, 200]


def test_a_new_run_has_another_mutant_and_has_counted_nothing(folder):
    """An emulator that lasts from run to run is part of each."""
    emulator = Emulator()
    write_run(folder, Run(run=1, mutant_id="busy", rules=BUSY))
    first = [submit(emulator), submit(emulator)]
    write_run(folder, Run(run=2))
    second = [submit(emulator)]
    write_run(folder, Run(run=3, mutant_id="busy", rules=BUSY))
    assert (first, second, submit(emulator)) == ([503, 200], [200], 503)
    assert [line.run for line in list_seen(folder)] == [1, 1, 2, 3]


def test_faults_of_the_suite_go_first_and_the_mutant_is_not_among_them(folder):
    """A test that arms a fault of its own sees no more and no fewer than it armed."""
    emulator = Emulator()
    write_run(folder, Run(run=1, mutant_id="busy", rules=BUSY))
    account = emulator.account(KEY)
    account.faults.add({"status": 502}, on="submit", times=1)
    assert [submit(emulator) for _ in range(3)] == [502, 503, 200]
    assert [(rule["do"], rule["hits"]) for rule in account.faults] == [({"status": 502}, 1)]


def test_what_is_written_down_tells_whose_call_it_was_and_what_its_run_costs(folder):
    """And which test ran meanwhile, and whether the mutant struck."""
    emulator = Emulator()
    write_run(folder, Run(run=4, mutant_id="busy", rules=BUSY))
    submit(emulator)
    enter_test("a")
    submit(emulator)
    leave_test()
    struck, made = list_seen(folder)
    assert (struck.owner, struck.run, struck.ends) == (KEY, 4, None)
    assert (made.owner, made.run, made.ends, made.price) == (KEY, 4, "COMPLETED", "0.075")
    assert (struck.test, made.test) == (None, "a")
    assert [unpack(line.exchange).fault_id for line in (struck, made)] == ["audit:busy", None]
    assert struck.at_us <= made.at_us


def test_a_store_that_processes_share_counts_a_mutant_once_for_all_of_them(folder, redis_url):
    """Two servers on one store are one server to the suite."""
    one, two = Emulator(store=redis_url), Emulator(store=redis_url)
    write_run(folder, Run(run=1, mutant_id="busy", rules=BUSY))
    assert [submit(one), submit(two), submit(one, OTHER_KEY)] == [503, 200, 503]
    assert len(list_seen(folder)) == 3


def test_a_folder_that_is_not_there_is_told(monkeypatch, tmp_path):
    """The variable is left over from somewhere, and says where it comes from."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(EmulatorError, match=r"SEGMOCK_AUDIT is .*gone.*unset it elsewhere"):
        Emulator()


def test_without_the_variable_nothing_of_a_probe_is_loaded():
    """An emulator outside of an audit costs what it did."""
    program = (
        "import json, sys; from mockserver import Emulator; Emulator()\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('mockserver.probe')]))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment(), capture_output=True, check=True)
    assert json.loads(done.stdout) == []
