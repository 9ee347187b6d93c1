"""Which tests pytest guards, and what becomes of a client that takes no notice."""

from __future__ import annotations

import sys

import pytest

from mockserver.testing import guard_plugin, vendor_guard
from mockserver.tests.system_calls import trace

LOADED_BEFORE = (guard_plugin, vendor_guard)
"""Pytest forgets what the inner run imports, and a hook cannot be installed twice."""

PLUGIN = ("-p", "mockserver.testing.pytest_plugin", "-p", "no:cacheprovider")

HELP = """
import sys
import pytest
from mockserver.testing import RefusedHostError, guard, segmock as session

HOST = "api.segmind.com"

def ask():
    sys.audit("socket.getaddrinfo", HOST, 443, 0, 0, 0)

def swallow():
    try:
        ask()
    except Exception:
        return None
    return "let out"
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run pytest on a test file; check how many passed, failed, …; return its output."""
    for name in ("SEGMOCK_URL", "SEGMOCK_EXEC", "SEGMOCK_GUARD", "PYTEST_ADDOPTS", "CI"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(helping=HELP)

    def run(code, *flags, is_apart=False, **outcomes):
        pytester.makepyfile(test_it="from helping import *\n" + code)
        if is_apart:
            monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
            result = pytester.runpytest_subprocess(*PLUGIN, "-p", "xdist", *flags)
        else:
            result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *flags)
        result.assert_outcomes(**outcomes)
        return result.stdout.str()

    return run


USES = """
def test_server(segmock):
    assert swallow() OUTCOME

def test_respx(segmock_respx):
    assert swallow() OUTCOME

def test_server_alone(segmock_server):
    assert swallow() OUTCOME

def test_asked_for_late(request):
    request.getfixturevalue("segmock")
    assert swallow() OUTCOME

@pytest.mark.segmock(guard=True)
def test_marked():
    assert swallow() OUTCOME
"""

WITHOUT = """
def test_without():
    assert swallow() OUTCOME
"""


def refuse(code):
    """Return tests that see their calls refused."""
    return code.replace("OUTCOME", "is None")


def let_out(code):
    """Return tests that see their calls let out."""
    return code.replace("OUTCOME", "== 'let out'")


def test_where_a_fixture_is_used_the_test_is_guarded(run):
    """It passes, and fails at teardown for what its client has swallowed; others are let be."""
    told = run(refuse(USES) + let_out(WITHOUT), passed=6, errors=5)
    assert told.count("segmock: the client tried to reach the vendor, and went on when") == 5
    assert told.count("  api.segmind.com from helping.py:8 in ask: sys.audit(") == 5
    assert "guard_plugin.py" not in told


def test_the_option_guards_a_whole_run(run):
    """Tests without a fixture, and what is done when modules are imported."""
    code = refuse(WITHOUT) + "\nassert swallow() is None\n"
    told = run(code, "--segmock-guard", passed=1, errors=1)
    assert "from helping.py:8 in ask" in told


def test_the_option_guards_workers_too(run):
    """As pytest-xdist starts them."""
    code = refuse(WITHOUT) + "\ndef test_again():\n    assert swallow() is None\n"
    run(code, "--segmock-guard", "-n", "2", is_apart=True, passed=2, errors=2)
    run(refuse(USES), "-n", "2", is_apart=True, passed=5, errors=5)


def test_the_option_switches_the_guard_off(run):
    """Whatever markers say, and in sessions; what is guarded by hand stays so."""
    code = """
def test_session():
    with session():
        assert swallow() == "let out"

def test_by_hand(segmock):
    with guard():
        assert swallow() is None
"""
    run(let_out(USES) + let_out(WITHOUT) + code, "--no-segmock-guard", passed=8)
    both = ("--segmock-guard", "--no-segmock-guard")
    run(let_out(WITHOUT), *both, passed=1)
    run(refuse(WITHOUT), *reversed(both), passed=1, errors=1)


def test_the_environment_switches_the_guard_off(run, monkeypatch):
    """For fixtures and sessions; markers and options outrank it."""
    monkeypatch.setenv("SEGMOCK_GUARD", "off")
    marked = "\n@pytest.mark.segmock(guard=True)\ndef test_marked"
    code = let_out(USES.replace("\n@pytest.mark.segmock(guard=True)\ndef test_marked", "\ndef no"))
    run(code + refuse(marked + "_it(): assert swallow() OUTCOME\n"), passed=5, errors=1)
    run(refuse(WITHOUT), "--segmock-guard", passed=1, errors=1)


def test_in_a_program_that_exec_started_nothing_is_guarded(run, monkeypatch):
    """There the vendor's hosts are the emulator."""
    monkeypatch.setenv("SEGMOCK_EXEC", "env")
    run(let_out(USES) + let_out(WITHOUT), "--segmock-guard", passed=6)


def test_a_marker_switches_the_guard_off(run):
    """The nearest one counts, for a class or for a test; what is neither True nor False fails."""
    code = """
@pytest.mark.segmock(guard=False)
class TestIt:
    def test_far(self, segmock):
        assert swallow() == "let out"

    @pytest.mark.segmock(guard=True)
    def test_near(self, segmock):
        assert swallow() is None

@pytest.mark.segmock(guard="no")
def test_wrong(segmock):
    pass
"""
    assert "guard is 'no' (False lets calls" in run(code, passed=2, errors=2)


def test_a_test_that_expects_a_refusal_passes(run):
    """As it does when it is not strict, or skipped, or fails for another reason."""
    code = """
def test_expected(segmock):
    with pytest.raises(RefusedHostError, match="api.segmind.com"):
        ask()

@pytest.mark.segmock(strict=False)
def test_lenient(segmock):
    assert swallow() is None

def test_skipped(segmock):
    swallow()
    pytest.skip("not here")
"""
    run(code, passed=2, skipped=1)


def test_a_test_that_fails_shows_what_was_refused(run):
    """Unless that is what it failed with; nothing is complained of a second time."""
    code = """
def test_other(segmock):
    swallow()
    raise KeyError

def test_refusal(segmock):
    ask()

@pytest.fixture
def broken(segmock):
    swallow()
    raise KeyError

def test_setup(broken):
    pass
"""
    told = run(code, failed=2, errors=1)
    section = "segmock: which calls to the vendor were refused"
    assert told.count(section) == 2
    assert told.count("  api.segmind.com from helping.py:8 in ask: sys.audit(") == 2
    assert "RefusedHostError: segmock's guard refused api.segmind.com" in told


def test_what_fixtures_swallow_at_teardown_counts(run):
    """The guard is left after them; the error of a teardown is not hidden by a complaint."""
    code = """
@pytest.fixture
def leaving(segmock):
    yield
    swallow()

def test_it(leaving):
    pass

@pytest.fixture
def breaking(segmock):
    yield
    swallow()
    raise KeyError("broken at teardown")

def test_broken(breaking):
    pass

def test_afterwards():
    assert swallow() == "let out"
"""
    told = run(code, passed=3, errors=2)
    assert told.count("segmock: the client tried to reach the vendor") == 1
    assert "broken at teardown" in told


UNLOADED = """
import sys

def test_it():
    assert not {"mockserver.testing.guard_plugin", "mockserver.base"} & set(sys.modules)
"""


def test_a_run_without_the_fixtures_loads_no_guard(pytester, monkeypatch):
    """Nobody pays for what they do not use."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(UNLOADED)
    pytester.runpytest_subprocess(*PLUGIN).assert_outcomes(passed=1)


REACH = """
import requests

def test_it(segmock_respx):
    try:
        requests.get("https://api.segmind.com/", timeout=600)
    except Exception as error:
        print(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("flags", "is_reached"), [((), False), (("--no-segmock-guard",), True)], ids=["on", "off"]
)
def test_with_the_option_alone_a_resolver_is_reached(tmp_path, monkeypatch, flags, is_reached):
    """As the kernel saw it; no connection of that run leaves the machine."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "test_it.py").write_text(REACH)
    pytest_run = (sys.executable, "-m", "pytest", "-s", *PLUGIN, "-c", "/dev/null", "--rootdir")
    lenient = ("-p", "no:faulthandler", "--override-ini=addopts=")
    stdout, connections = trace(
        *pytest_run, str(tmp_path), *lenient, *flags, str(tmp_path), codes=(0, 1)
    )
    assert ("ConnectionError" in stdout) == is_reached
    assert any("htons(53)" in each or "nscd" in each for each in connections[""]) == is_reached
