"""Tests of unittest's tell an audit how they went."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mockserver.probe import FOLDER_VARIABLE
from mockserver.probe.lines import Ended, OfAccount, Seen, Started, prepare_folder, read_lines
from mockserver.probe.runs import Run, write_run
from mockserver.testing.audit_lines import has_verdict
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import environment

SUITE = """
import unittest
import httpx
from mockserver.testing import segmock

def submit(account):
    key = {"x-api-key": account.api_key}
    return httpx.post(account.url + "/v2/ideogram-3", json={"prompt": "x"}, headers=key)

class Runs(unittest.TestCase):
    def test_passes(self):
        with segmock() as account:
            submit(account)

    def test_breaks_a_rule(self):
        with segmock() as account:
            for _ in range(2):
                account.faults.add({"close": True}, on="submit", when="after", times=1)
                with self.assertRaises(httpx.TransportError):
                    submit(account)

    def test_fails_in_part(self):
        with self.subTest("a part"):
            self.fail()

    @unittest.skip("not today")
    def test_is_skipped(self):
        pass

    @unittest.expectedFailure
    def test_is_no_failure(self):
        pass

class Waits(unittest.IsolatedAsyncioTestCase):
    async def test_waits(self):
        self.enterContext(segmock(strict=False))
"""


@pytest.fixture
def play(tmp_path):
    """Run the suite in an audit; return the lines that it wrote."""
    folder = tmp_path / "audit"
    folder.mkdir()
    prepare_folder(folder)
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")

    def play_suite(run):
        write_run(folder, run)
        subprocess.run(
            [sys.executable, "-m", "unittest", "-q"],
            cwd=tmp_path,
            env=environment(**{FOLDER_VARIABLE: str(folder)}),
            capture_output=True,
            check=False,
            timeout=PATIENCE_S,
        )
        return list(read_lines(folder))

    return play_suite


def test_each_test_tells_how_it_went_and_whose_account_it_has(play):
    """Failures, errors in parts, and successes that nobody expects are failures."""
    lines = play(Run(run=3))
    ended = {
        line.test.rpartition(".")[2]: (line.outcome, line.has_verdict)
        for line in lines
        if isinstance(line, Ended)
    }
    assert ended == {
        "test_passes": ("passed", False),
        "test_breaks_a_rule": ("failed", True),
        "test_fails_in_part": ("failed", False),
        "test_is_skipped": ("skipped", False),
        "test_is_no_failure": ("failed", False),
        "test_waits": ("passed", False),
    }
    accounts = [line.test for line in lines if isinstance(line, OfAccount)]
    assert sorted(accounts) == [
        "test_suite.Runs.test_breaks_a_rule",
        "test_suite.Runs.test_passes",
        "test_suite.Waits.test_waits",
    ]
    assert {line.run for line in lines if isinstance(line, Seen)} == {3}
    assert Started(runner="unittest") in lines


def test_tests_that_a_run_is_not_about_do_nothing(play):
    """What is left takes the time that it takes, and no more."""
    wanted = "test_suite.Runs.test_passes"
    lines = play(Run(run=4, tests=(wanted,)))
    assert [line.test for line in lines if isinstance(line, Ended)] == [wanted]


def test_a_complaint_about_a_broken_rule_is_told_by_its_words():
    """Whatever stands before it."""
    assert has_verdict("AssertionError: segmock: MUST resubmitted-after-lost-answer: Do not")
    assert not has_verdict("segmock: fault-1 never struck")
