"""Whole audits of small suites, in processes of their own."""

from __future__ import annotations

import os
import sys
from math import inf

import pytest

from mockserver.audit.auditing import audit
from mockserver.audit.choices import choose_mutants
from mockserver.audit.errors import NothingReachedError, NotRepeatableError, SuiteFailedError
from mockserver.tests.processes import environment

CLIENT = """
import httpx

def buy(url, api_key, attempts):
    key = {"x-api-key": api_key}
    for left in reversed(range(attempts)):
        try:
            answer = httpx.post(url + "/v2/ideogram-3", json={"prompt": "x"}, headers=key)
            break
        except httpx.TransportError:
            if not left:
                raise
    job = answer.json()
    while True:
        state = httpx.get(job["status_url"], headers=key).json()["status"]
        if state == "COMPLETED":
            return httpx.get(job["response_url"], headers=key).json()["output"]
        if state == "FAILED":
            raise ValueError("the run failed")
"""

PYTEST = """
import pytest
from client import buy

@pytest.mark.segmock(strict=False)
def test_careless(segmock):
    assert buy(segmock.url, segmock.api_key, 2)

def test_plain(tmp_path):
    pass
"""

RESPX = """
from client import buy

def test_correct(segmock_respx):
    assert buy(segmock_respx.url, segmock_respx.api_key, 1)
"""

UNITTEST = """
import unittest
from client import buy
from mockserver.testing import segmock

class Buys(unittest.TestCase):
    def test_careless(self):
        with segmock() as account:
            self.assertTrue(buy(account.url, account.api_key, 2))
"""

BY_URL = """
import os
from client import buy

for _ in range(2):
    assert buy(os.environ["SEGMOCK_URL"], "SG_0123456789abcdef", 2)
"""

HANGS = """
import signal
from pathlib import Path
from client import buy

def test_hangs(segmock):
    try:
        buy(segmock.url, segmock.api_key, 1)
    except ValueError:
        Path("hangs").touch()
        signal.pause()

def test_goes_on(segmock):
    buy(segmock.url, segmock.api_key, 1)
"""


def make_folder(path):
    """Return the path of a folder, which is made."""
    path.mkdir()
    return path


@pytest.fixture
def run_audit(tmp_path, monkeypatch):
    """Write a suite and audit it."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SEGMOCK_")]:
        monkeypatch.delenv(name)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PYTEST_DEBUG_TEMPROOT", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("TMPDIR", str(make_folder(tmp_path / "temporary")))
    (tmp_path / "client.py").write_text(CLIENT, encoding="utf-8")

    def run(suite, *command, mutants=("answer-lost-after-submit",), **fields):
        (tmp_path / "test_suite.py").write_text(suite, encoding="utf-8")
        return audit((sys.executable, *command), choose_mutants(mutants), **fields)

    return run


ONCE = """
from pathlib import Path
from client import buy

def test_buys(segmock):
    buy(segmock.url, segmock.api_key, 1)

mark = Path("was-here")
assert not mark.exists(), "it was here"
mark.touch()
"""

RUN_PYTEST = ("-m", "pytest", "-q", "-p", "mockserver.testing.pytest_plugin")
"""Other plugins, which are of no concern, would take longer than the suite."""


def test_a_careless_client_of_a_suite_that_passes_is_found_to_pay_twice(run_audit, tmp_path):
    """It comes first, only the tests that call are run again, and no folder of theirs is left."""
    lines = []
    report = run_audit(
        PYTEST,
        *RUN_PYTEST,
        mutants=("answer-lost-*", "rate-limited"),
        max_runs=1,
        tell=lines.append,
    )
    careless = "test_suite.py::test_careless"
    lost, v1 = report.findings
    assert (lost.mutant.id, lost.status, lost.by) == (
        "answer-lost-after-submit",
        "noticed",
        "verdict",
    )
    assert [(each.test, each.runs, each.clean_runs) for each in lost.charges] == [(careless, 2, 1)]
    assert lost.unnoticing_tests == (careless,)
    assert [each.struck for each in lost.exchanges][:2] == [True, False]
    assert (v1.mutant.id, v1.status) == ("answer-lost-v1", "not reached")
    assert [(each.mutant.id, each.why) for each in report.not_run] == [("rate-limited", "runs")]
    assert (report.runner, report.clean.others, report.clean.unstable) == ("pytest", 1, ())
    [told] = report.clean.tests
    assert (told.id, told.passed, told.runs) == (careless, True, 1)
    assert report.exit_code == 1
    assert lines[-1] == "1 of 1: answer-lost-after-submit"
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_correct_client_behind_respx_pays_once_and_its_test_fails(run_audit):
    """The answer is lost in process as on a socket."""
    report = run_audit(RESPX, *RUN_PYTEST, max_runs=1)
    [lost] = report.findings
    assert (lost.status, lost.by, lost.charges) == ("noticed", "test", ())
    assert lost.failing_tests == ("test_suite.py::test_correct",)
    assert lost.exchanges[0].host == "api.segmind.com"
    assert report.exit_code == 0


def test_tests_of_unittest_are_told_apart_and_fail_by_the_rule(run_audit):
    """Their client pays twice all the same, and no assertion of theirs says so."""
    report = run_audit(UNITTEST, "-m", "unittest", "-q", max_runs=1)
    [lost] = report.findings
    assert (lost.status, lost.by) == ("noticed", "verdict")
    assert lost.failing_tests == ("test_suite.Buys.test_careless",)
    assert (lost.paid_twice, report.runner, report.exit_code) == (True, "unittest", 1)


def test_a_suite_that_only_knows_a_url_is_judged_as_a_whole(run_audit):
    """It has one key for all, and its exit status is all that it says."""
    report = run_audit(BY_URL, "test_suite.py", max_runs=1)
    [lost] = report.findings
    assert [(each.runs, each.clean_runs) for each in lost.charges] == [(3, 2)]
    assert (report.runner, report.clean.others, report.exit_code) == ("other", None, 1)


def test_a_test_that_hangs_is_ended_and_the_others_go_on(run_audit, tmp_path, monkeypatch):
    """What is left of the plan is done by another process."""

    def be_patient(*_):
        """Return how long to wait: no longer, once, when a test has said that it hangs."""
        try:
            (tmp_path / "hangs").unlink()
        except FileNotFoundError:
            return inf
        return -1

    monkeypatch.setattr("mockserver.audit.runner.compute_patience_s", be_patient)
    report = run_audit(HANGS, *RUN_PYTEST, mutants=("job-failed", "unknown-state"), max_runs=2)
    found = {finding.mutant.id: finding for finding in report.findings}
    hung = found["job-failed"]
    assert (hung.status, hung.by) == ("noticed", "hang")
    assert hung.failing_tests == ("test_suite.py::test_hangs",)
    assert found["unknown-state"].status == "handled"


def test_ctrl_c_leaves_what_was_found(run_audit):
    """Whatever was not run says why."""

    def interrupt(line):
        if line.startswith("1 of"):
            raise KeyboardInterrupt

    report = run_audit(
        BY_URL,
        "test_suite.py",
        mutants=("answer-lost-after-submit", "rate-limited"),
        tell=interrupt,
    )
    assert [finding.mutant.id for finding in report.findings] == ["answer-lost-after-submit"]
    assert [(each.mutant.id, each.why) for each in report.not_run] == [
        ("rate-limited", "interrupted")
    ]
    assert report.exit_code == 130


@pytest.mark.parametrize(
    ("suite", "error", "says"),
    [
        (
            "print('told')\nraise SystemExit(3)",
            SuiteFailedError,
            "fails without any mutant: exit 3",
        ),
        ("", NothingReachedError, "no test called segmock .*SEGMOCK_URL"),
    ],
)
def test_a_suite_that_cannot_be_audited_is_told(run_audit, suite, error, says):
    """It fails as it is, or never calls."""
    with pytest.raises(error, match=says) as caught:
        run_audit(suite, "test_suite.py")
    assert getattr(caught.value, "output", "told") == "told"


def test_a_suite_that_runs_once_and_no_more_is_told(run_audit):
    """With what it said the second time."""
    with pytest.raises(NotRepeatableError, match="no test of it began") as caught:
        run_audit(ONCE, *RUN_PYTEST)
    assert "it was here" in caught.value.output
