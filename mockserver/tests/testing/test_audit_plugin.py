"""A suite of pytest's takes part in an audit: real runs of pytest, in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from mockserver.audit.records import read_records
from mockserver.probe import FOLDER_VARIABLE
from mockserver.probe.lines import (
    Began,
    Ended,
    Finished,
    OfAccount,
    Seen,
    Started,
    prepare_folder,
    read_lines,
    read_now_us,
)
from mockserver.probe.runs import Plan, Run, write_plan, write_run
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import environment

BUSY = ({"do": {"status": 503}, "on": {"route": "submit"}},)

SUITE = """
import httpx, pytest

@pytest.fixture(scope="session")
def session_list():
    return []

def submit(account):
    key = {"x-api-key": account.api_key}
    return httpx.post(account.url + "/v2/ideogram-3", json={"prompt": "x"}, headers=key)

def test_plain():
    pass

def test_server(segmock, session_list):
    session_list.append(1)
    assert session_list == [1]
    assert submit(segmock).status_code == 200

def test_respx(segmock_respx):
    assert submit(segmock_respx).status_code == 200

def test_rule(segmock):
    for _ in range(2):
        segmock.faults.add({"close": True}, on="submit", when="after", times=1)
        try:
            submit(segmock)
        except httpx.TransportError:
            pass

def test_skipped(segmock):
    pytest.skip("not today")
"""

NAMES = ("plain", "server", "respx", "rule", "skipped")
PLAIN, SERVER, RESPX, RULE, SKIPPED = (f"test_suite.py::test_{name}" for name in NAMES)


@pytest.fixture
def folder(tmp_path):
    """The folder of an audit that is going on."""
    (tmp_path / "audit").mkdir()
    prepare_folder(tmp_path / "audit")
    return tmp_path / "audit"


def play(folder, *flags, text=SUITE):
    """Run the suite in the audit; return the lines that it wrote."""
    suite = folder.parent / "test_suite.py"
    suite.write_text(text, encoding="utf-8")
    plugins = ["-p", "xdist", "-p", "mockserver.testing.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, suite.name, *flags]
    subprocess.run(
        command,
        cwd=folder.parent,
        env=environment(
            PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **{FOLDER_VARIABLE: str(folder)}
        ),  # the others would take longer than the suite
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )
    return list(read_lines(folder))


def list_outcomes(lines, run):
    """Return how the tests of a run have ended."""
    ended = [line for line in lines if isinstance(line, Ended) and line.run == run]
    return {line.test: line.outcome for line in ended}


def test_every_test_tells_when_it_begins_how_it_ends_and_whose_account_it_has(folder):
    """One that breaks a rule says that this is what has failed it."""
    lines = play(folder)
    began = [line.test for line in lines if isinstance(line, Began)]
    assert began == [PLAIN, SERVER, RESPX, RULE, SKIPPED]
    assert list_outcomes(lines, 0) == {
        PLAIN: "passed",
        SERVER: "passed",
        RESPX: "passed",
        RULE: "failed",
        SKIPPED: "skipped",
    }
    assert [line.test for line in lines if isinstance(line, Ended) and line.has_verdict] == [RULE]
    keys = {line.api_key: line.test for line in lines if isinstance(line, OfAccount)}
    calls = Counter(keys[line.owner] for line in lines if isinstance(line, Seen))
    assert calls == {SERVER: 1, RESPX: 1, RULE: 2}
    assert [line for line in lines if isinstance(line, Started)] == [
        Started(runner="pytest", takes_plans=True)
    ]


def test_a_plan_is_done_run_by_run_in_one_process_with_fresh_fixtures(folder):
    """Each run has its tests and its mutant; one that there is no time for is left out.

    `-x` ends a suite at its first failure, but no audit.
    """
    soon = read_now_us() / 1e6 + PATIENCE_S
    runs = (
        Run(run=4, tests=(SERVER, RESPX)),
        Run(run=5, mutant_id="busy", rules=BUSY, tests=(SERVER, RESPX)),
        Run(run=6, mutant_id="late", estimate_s=2 * PATIENCE_S),
        Run(run=7, tests=(SERVER,)),
    )
    write_plan(folder, Plan(runs=runs, ends_at_s=soon))
    lines = play(folder, "-x")
    assert list_outcomes(lines, 4) == {SERVER: "passed", RESPX: "passed"}
    assert list_outcomes(lines, 5) == {SERVER: "failed", RESPX: "failed"}
    assert list_outcomes(lines, 7) == {SERVER: "passed"}
    finished = [(line.run, line.is_left_out) for line in lines if isinstance(line, Finished)]
    assert finished == [(4, False), (5, False), (6, True), (7, False)]
    assert not list(folder.parent.rglob("lastfailed"))


def test_calls_with_an_account_of_the_session_are_of_the_test_that_makes_them(folder):
    """Whichever test was the first to ask for it."""
    text = """
import httpx, pytest
from mockserver.testing import segmock as open_account

@pytest.fixture(scope="session")
def account():
    with open_account() as account:
        yield account

@pytest.mark.parametrize("calls", (1, 2))
def test_calls(account, calls):
    for _ in range(calls):
        httpx.get(account.base_url + "/get-user-credits", headers={"x-api-key": account.api_key})
"""
    tests = read_records(play(folder, text=text)).runs[0].tests
    assert {name: len(test.calls) for name, test in tests.items()} == {
        "test_suite.py::test_calls[1]": 1,
        "test_suite.py::test_calls[2]": 2,
    }


def test_workers_of_xdist_do_the_one_run_that_goes_on(folder):
    """They have no plan, as nobody could tell them when the next run of it begins."""
    write_plan(folder, Plan(runs=(Run(run=8),)))
    write_run(folder, Run(run=9, mutant_id="busy", rules=BUSY, tests=(SERVER, RESPX)))
    lines = play(folder, "-n", "2")
    assert list_outcomes(lines, 9) == {SERVER: "failed", RESPX: "failed"}
    assert [line.takes_plans for line in lines if isinstance(line, Started)] == [False]
    struck = [line.run for line in lines if isinstance(line, Seen)]
    assert struck == [9, 9]
