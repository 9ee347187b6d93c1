"""A suite is run in a process group of its own, and ended when nothing is heard of it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import pytest

from mockserver.audit.suite import Suite, SuiteEnd
from mockserver.base.errors import EmulatorError
from mockserver.probe.lines import prepare_folder
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.processes import wait_for_ends


@pytest.fixture
def make_suite(tmp_path):
    """Return a suite that is a program in Python."""
    prepare_folder(tmp_path)

    def make(program):
        return Suite((sys.executable, "-c", program), dict(os.environ), tmp_path)

    return make


def test_it_ends_with_its_exit_status_and_what_it_printed_is_kept(make_suite):
    """Of both streams, of the last run alone."""
    suite = make_suite("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    ends = [suite.run(), suite.run()]
    assert [(end.exit_code, end.has_hung) for end in ends] == [(3, False)] * 2
    assert sorted(suite.output.read_text(encoding="utf-8").split()) == ["err", "out"]
    assert 0 < ends[0].longest_gap_s <= ends[0].time_s


def test_what_is_silent_for_too_long_is_ended_with_all_that_it_started(make_suite):
    """A child of a child that waits for ever goes too."""
    suite = make_suite(
        "import os, signal, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()"
    )

    def find_patience_s():
        return 0 if suite.output.read_bytes().endswith(b"\n") else PATIENCE_S

    end = suite.run(find_patience_s)
    assert end.has_hung
    child = int(suite.output.read_text(encoding="utf-8"))
    with suppress(ProcessLookupError):
        wait_for_ends([os.pidfd_open(child)])


def test_news_of_tests_are_told(make_suite, tmp_path):
    """Whoever waits can say how far it has come."""
    file = tmp_path / "tests" / "any.jsonl"
    news = []
    make_suite(f"open({str(file)!r}, 'w').write('x')").run(on_news=lambda: news.append(1))
    assert news == [1]


def test_a_program_that_is_not_there_is_told(tmp_path):
    """In one sentence, with what to give."""
    prepare_folder(tmp_path)
    with pytest.raises(EmulatorError, match=r"cannot run 'no-such-program'.*-- pytest tests/"):
        Suite(("no-such-program",), {}, tmp_path).run()


@pytest.mark.parametrize(("since_others_s", "time_s"), [(40.0, 40.0), (200.0, 90.0)])
def test_the_last_run_of_a_process_took_what_others_left_of_its_time(since_others_s, time_s):
    """The others may have been done by a process before it."""
    assert SuiteEnd(None, 90.0, 1.0).shorten(since_others_s).time_s == time_s
