"""How much of a suite is run, on a clock of the test's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mockserver.audit.choices import choose_mutants
from mockserver.audit.errors import SuiteFailedError
from mockserver.audit.runner import Runner
from mockserver.audit.suite import SuiteEnd
from mockserver.probe.lines import Began, Ended, Seen, prepare_folder, write_line
from mockserver.probe.runs import CurrentRun
from mockserver.state.journal import pack
from mockserver.tests.audit.calls import call

SUITE_S = 100
MUTANTS = choose_mutants(["poll-503", "unknown-state", "long-run", "slow-poll"])


@dataclass
class SuiteOnPaper:
    """A suite of one test, each run of which takes a hundred seconds of a clock.

    Attributes:
        folder: Of the audit.
        calls: What the test calls, run by run; in later ones it calls what it did in the last.
        exit_code: How each run ends.
        clock_s: What the clock says.
        runs: The numbers of the runs that were done.
    """

    folder: Path
    calls: list[str]
    exit_code: int = 0
    clock_s: float = 0.0
    runs: list[int] = field(default_factory=list)

    @property
    def output(self):
        """What it has printed."""
        return self.folder / "output.txt"

    def run(self, *_):
        """Run it."""
        run = CurrentRun(self.folder).read().run
        route = self.calls[min(len(self.runs), len(self.calls) - 1)]
        data = pack(call(route).exchange)
        write_line(self.folder, Began(run=run, at_us=0, test="a"))
        write_line(self.folder, Seen(run=run, at_us=1, test="a", owner=None, exchange=data))
        write_line(self.folder, Ended(run=run, at_us=10**8, test="a", outcome="passed"))
        self.output.write_text("x" * 10_000, encoding="utf-8")
        self.runs.append(run)
        self.clock_s += SUITE_S
        return SuiteEnd(self.exit_code, SUITE_S, 1.0)


class NoServer:
    """A server that nobody calls."""

    def reset(self):
        """Do nothing."""


@pytest.fixture
def make_runner(tmp_path, monkeypatch):
    """Return a suite, and what runs it."""
    prepare_folder(tmp_path)

    def make(calls, **fields):
        suite = SuiteOnPaper(tmp_path, calls, **fields)
        monkeypatch.setattr("mockserver.audit.runner.read_monotonic_s", lambda: suite.clock_s)
        return suite, Runner(suite, NoServer(), MUTANTS, None, lambda _: None)

    return make


@pytest.mark.parametrize(
    ("calls", "runs"),
    [(["status"], [1, 2, 4, 5]), (["status", "credits", "status"], [1, 2, 4, 3])],
)
def test_what_comes_after_the_first_run_takes_three_times_as_long_at_the_most(
    make_runner, calls, runs
):
    """A third run without a mutant, where two differ, takes the place of one with a mutant."""
    suite, runner = make_runner(calls)
    runner.run_clean()
    runner.run_mutants()
    assert suite.runs == runs
    assert suite.clock_s == 4 * SUITE_S


def test_a_line_that_a_suite_printed_is_shown_as_far_as_it_can_be_read(make_runner):
    """Whole responses may stand on one."""
    _, runner = make_runner(["status"], exit_code=1)
    with pytest.raises(SuiteFailedError) as caught:
        runner.run_clean()
    assert caught.value.output.startswith("xxx")
    assert len(caught.value.output) < 1000
