"""`pytest --pyargs client_tests`: the same checks, for those who live in pytest."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REFERENCE = ("--python", "client_tests.clients.reference:InProcess")
QUICK = ("-k", "run/submit/400")
PLUGIN = ("-p", "mockserver.testing.pytest_plugin")
"""Where the options come from."""


@pytest.fixture
def suite(pytester, monkeypatch):
    """Run the suite from a folder that has nothing to do with it."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they take longer than the checks

    def run(*words):
        """Run pytest on the package by its name."""
        return pytester.runpytest_subprocess(*PLUGIN, "--pyargs", "client_tests", *words)

    return run


def test_a_right_client_passes(suite):
    """The ids of the tests are those of the checks."""
    result = suite(*REFERENCE, *QUICK, "-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*test_client?run/submit/400*PASSED*"])


def test_a_wrong_client_fails_with_the_kits_own_words(suite, pytester):
    """No traceback: the report of that check."""
    pytester.makepyfile(
        nothing="def act(call):\n    return {'id': call['id'], 'outcome': 'timeout'}"
    )
    result = suite("--python", "nothing:act", *QUICK, "-x")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*It reported timeout*"])


def test_what_the_driver_cannot_do_is_skipped(suite, pytester):
    """It is never passed."""
    pytester.makepyfile(
        less="def act(call):\n    return {'id': call['id'], 'outcome': 'unsupported'}"
    )
    result = suite("--python", "less:act", *QUICK)
    assert result.ret == 0
    assert result.parseoutcomes().keys() == {"skipped", "deselected"}


def test_a_broken_driver_ends_it(suite):
    """With 2, as the command does."""
    assert suite("--driver", "no-such-program", *QUICK).ret == 2


def test_without_a_client_it_says_what_is_missing(suite):
    """In a line, as a usage error."""
    result = suite()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*say which client: --driver*"])


def test_pytest_of_others_has_no_such_options(pytester):
    """Other plugins may have a --driver of their own."""
    pytester.makepyfile("def test_nothing(): pass")
    assert pytester.runpytest_subprocess("--driver", "x").ret == 4
