"""The part of the pytest plugin that takes part in an audit; loaded in a suite that is audited.

It writes down which tests begin and how they end, and runs those that a run of the audit is about.
Where tests are not handed out to other processes it does all runs of a plan in this one, since
starting is what takes the time of most suites; between two runs every fixture is torn down.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mockserver.base.clock import SECOND
from mockserver.probe import FOLDER_VARIABLE
from mockserver.probe.current_test import enter_test, leave_test
from mockserver.probe.lines import Began, Ended, Finished, Outcome, Started, read_now_us, write_line
from mockserver.probe.runs import CurrentRun, Run, read_plan, rearm, write_run
from mockserver.testing.audit_lines import has_verdict, reset_offered_server

_REMEMBER = ("lfplugin", "nfplugin", "stepwiseplugin")
"""What of pytest's keeps in a cache how tests went."""


def join_audit(config: pytest.Config) -> None:
    """Have pytest take part in the audit whose folder the environment names."""
    config.pluginmanager.register(AuditPlugin(config, Path(os.environ[FOLDER_VARIABLE])))


def _remember_nothing(config: pytest.Config) -> None:
    """Have tests that fail for a mutant's sake not be those of `pytest --lf` the next time."""
    for name in _REMEMBER:
        if config.pluginmanager.has_plugin(name):
            config.pluginmanager.unregister(name=name)


class AuditPlugin:
    """What pytest calls.

    Args:
        config: Of the run of pytest.
        folder: Of the audit.
    """

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        self._folder = folder
        self._current = CurrentRun(folder)
        self._is_worker = hasattr(config, "workerinput")
        self._takes_plans = not self._is_worker and config.getoption("dist", "no") == "no"
        self._outcome: Outcome = "passed"
        self._has_verdict = False

    def pytest_sessionstart(self) -> None:
        """Tell who runs the tests; workers of pytest-xdist are no runners of their own."""
        if not self._is_worker:
            write_line(self._folder, Started(runner="pytest", takes_plans=self._takes_plans))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out the tests that the run is not about; a plan says so run by run."""
        run = self._current.read()
        if self._find_planned():
            return
        left_out = [item for item in items if not run.wants(item.nodeid)]
        if left_out:
            items[:] = [item for item in items if run.wants(item.nodeid)]
            config.hook.pytest_deselected(items=left_out)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Do the runs of a plan in place of the suite's own run, if there is a plan.

        Where tests cannot be collected pytest says so itself.
        """
        _remember_nothing(session.config)
        runs = () if session.testsfailed else self._find_planned()
        for run in runs:
            self._play(session, run)
        return True if runs else None

    def _find_planned(self) -> tuple[Run, ...]:
        return read_plan(self._folder).runs if self._takes_plans else ()

    def _play(self, session: pytest.Session, run: Run) -> None:
        """Do one run of the plan, unless it would last longer than there is time."""
        ends_at_s = read_plan(self._folder).ends_at_s
        now_us = read_now_us()
        if ends_at_s is not None and now_us / SECOND + run.estimate_s > ends_at_s:
            write_line(self._folder, Finished(run=run.run, at_us=now_us, is_left_out=True))
            return
        reset_offered_server()
        write_run(self._folder, run)
        items = [item for item in session.items if run.wants(item.nodeid)]
        for item, following in pairwise([*items, None]):
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        write_line(self._folder, Finished(run=run.run, at_us=read_now_us()))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Write down when a test begins, and how it has ended."""
        run, test = self._current.read().run, item.nodeid
        self._outcome, self._has_verdict = "passed", False
        if self._takes_plans:
            rearm(self._folder, self._current.read())
        write_line(
            self._folder, Began(run=run, at_us=read_now_us(), test=test, process=os.getpid())
        )
        enter_test(test)
        try:
            result = yield
        finally:
            leave_test()
        ended = Ended(
            run=run,
            at_us=read_now_us(),
            test=test,
            outcome=self._outcome,
            has_verdict=self._has_verdict,
        )
        write_line(self._folder, ended)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note how a phase of a test ended: one that fails outranks the others."""
        report = yield
        if report.failed:
            self._outcome = "failed"
            self._has_verdict |= has_verdict(report.longreprtext)
        elif report.skipped and self._outcome == "passed":
            self._outcome = "skipped"
        return report
