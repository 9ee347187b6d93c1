"""An audit as a whole: from a command to the report."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mockserver.audit.judgement import find_unstable, judge, list_tests, sort_findings
from mockserver.audit.mutants import Mutant
from mockserver.audit.own_server import serve_own
from mockserver.audit.records import RunRecord, read_records
from mockserver.audit.report_data import AuditReport, CleanRun, Finding, NotRun
from mockserver.audit.runner import CLEAN_RUNS, Runner
from mockserver.audit.suite import Suite
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.edges.realtime import read_monotonic_s
from mockserver.probe import FOLDER_VARIABLE
from mockserver.probe.lines import prepare_folder, read_lines

URL_VARIABLE = "SEGMOCK_URL"
_PYTEST_FOLDERS = "PYTEST_DEBUG_TEMPROOT"


def audit(
    command: Sequence[str],
    mutants: Sequence[Mutant],
    *,
    max_runs: int | None = None,
    tell: Callable[[str], object] = lambda _line: None,
) -> AuditReport:
    """Run a suite as it is and against mutants of the server; say what it noticed.

    Args:
        command: What runs it.
        mutants: Which mutants.
        max_runs: Against how many of those at the most that its tests reach; None for as many as
            there is time for.
        tell: Takes a line about how far it has come.

    Raises:
        SuiteFailedError: it fails without a mutant.
        NothingReachedError: none of its tests calls segmock.
        NotRepeatableError: it can be run once only.
        EmulatorError: it cannot be started.
    """
    began_s = read_monotonic_s()
    with TemporaryDirectory(prefix="segmock-audit-") as name:
        folder = Path(name)
        prepare_folder(folder)
        with serve_own(folder) as server:
            suite = Suite(tuple(command), _make_environment(name, server.url), folder)
            runner = Runner(suite, server, mutants, max_runs, tell)
            runner.run_clean()
            ended_by = _run_until_signal(runner)
            return _make_report(runner, suite, mutants, ended_by, began_s)


def _make_environment(folder: str, url: str) -> dict[str, str]:
    """Return the variables of the suite.

    pytest keeps the `tmp_path` folders of three runs: those of an audit are not to push out those
    that somebody wants to look at.
    """
    own = {FOLDER_VARIABLE: folder, URL_VARIABLE: url}
    return {_PYTEST_FOLDERS: folder, **os.environ, **own}


def _run_until_signal(runner: Runner) -> int | None:
    """Run the suite against mutants; return the number of the signal that ended it, if any."""
    try:
        runner.run_mutants()
    except KeyboardInterrupt as interrupt:
        return int(interrupt.args[0]) if interrupt.args else int(signal.SIGINT)
    return None


def _make_report(
    runner: Runner, suite: Suite, mutants: Sequence[Mutant], ended_by: int | None, began_s: float
) -> AuditReport:
    records = read_records(read_lines(suite.folder))
    done = runner.find_done()
    cleans = [runner.find_record(records, number) for number in CLEAN_RUNS if number in done]
    unstable = find_unstable(cleans)
    wanted, rows = runner.list_wanted(), load_shipped_catalogue().verdicts

    def conclude() -> Iterator[Finding | NotRun]:
        for mutant in mutants:
            run = runner.planned[mutant.id]
            if run is None:
                yield judge(mutant, cleans[0], None, unstable, rows)
            elif run.run in done:
                played = runner.find_record(records, run.run)
                yield judge(mutant, cleans[0], played, unstable, rows)
            elif run not in wanted:
                yield NotRun(mutant=mutant, why="runs")
            else:
                yield NotRun(mutant=mutant, why="interrupted" if ended_by else "time")

    concluded = list(conclude())
    return AuditReport(
        command=tuple(suite.command),
        clean=_make_clean_run(cleans, unstable, runner),
        findings=sort_findings(each for each in concluded if isinstance(each, Finding)),
        runner=records.runner or "other",
        not_run=tuple(each for each in concluded if isinstance(each, NotRun)),
        elapsed_s=read_monotonic_s() - began_s,
        budget_s=runner.budget_s,
        is_interrupted=ended_by is not None,
        signal_number=ended_by or int(signal.SIGINT),
    )


def _make_clean_run(
    cleans: Sequence[RunRecord], unstable: frozenset[str], runner: Runner
) -> CleanRun:
    first = cleans[0]
    tells = any(test.outcome != "unknown" for test in first.tests.values())
    return CleanRun(
        time_s=runner.ends[CLEAN_RUNS[0]].time_s,
        tests=list_tests(first, unstable),
        times=len(cleans),
        others=sum(not test.calls for test in first.tests.values()) if tells else None,
    )
