"""The pytest plugin: an account for each test, on one server.

Every pytest run of everyone who has installed segmock imports this file, so it imports nothing
but pytest; the rest comes with the first fixture that is used.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.testing import FIXTURES, GUARD_OPTION

if TYPE_CHECKING:
    from mockserver.control.failure_report import Strict
    from mockserver.emulator import Emulator
    from mockserver.testing.lazy_server import LazyServer
    from mockserver.testing.sessions import TestAccount
    from mockserver.testing.strictness import Marked

_URL = "--segmock-url"
_WORKER_INPUT = "segmock_url"
_ADVICE = "--segmock-advice"
_ADVICE_OF_REPORT = "segmock_advice"
_GUARD_OPTIONS = (
    ("--segmock-guard", "store_true", "refuse calls to the vendor in tests without a fixture too"),
    ("--no-segmock-guard", "store_false", "let calls to the vendor out: they may cost credits"),
)
_MARKER = (
    "segmock(strict=True, **account): what the fixtures segmock and segmock_respx do for this "
    'test. strict="should": complain of SHOULD rules too at teardown; strict=False: of nothing; '
    "guard=False: let calls to the vendor out; replay=DIR: answer as in that recording; "
    "account: plan, credits, requests_per_minute, …"
)

_accounts_key: pytest.StashKey[list[TestAccount]] = pytest.StashKey()
_passed_key: pytest.StashKey[bool] = pytest.StashKey()
_told_key: pytest.StashKey[bool] = pytest.StashKey()
_advice_key: pytest.StashKey[list[str]] = pytest.StashKey()
_server_key: pytest.StashKey[LazyServer] = pytest.StashKey()


class Server:
    """The server that the tests of this run share; `url` is its root."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names a server which is already running."""
    group = parser.getgroup("segmock", "a local Segmind gateway")
    url = os.environ.get("SEGMOCK_URL") if os.environ.get("SEGMOCK_EXEC") else None
    text = "use the segmock that runs there, in place of starting one (in `segmock exec`: its own)"
    group.addoption(_URL, metavar="URL", default=url, help=text)
    group.addoption(
        _ADVICE,
        action="store_true",
        help="show at the end which SHOULD rules the clients of passing tests broke",
    )
    for name, action, text in _GUARD_OPTIONS:
        group.addoption(name, action=action, dest=GUARD_OPTION, default=None, help=text)


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Bring along the options of the conformance kit, for `pytest --pyargs client_tests`.

    Raises:
        UsageError: the kit is wanted, and its extra is not installed.
    """
    if not any(arg.partition("::")[0].partition(".")[0] == "client_tests" for arg in args):
        return
    from mockserver.extras import MissingExtraError, require_extra

    early_config.pluginmanager.import_plugin("client_tests.options")
    try:
        with require_extra("the conformance kit", "kit"):
            for module in ("client_under_test", "execution"):
                import_module(f"client_tests.running.{module}")
    except MissingExtraError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker; in a suite that is audited, take part in that."""
    config.addinivalue_line("markers", _MARKER)
    if "SEGMOCK_AUDIT" in os.environ:
        import_module("mockserver.testing.audit_plugin").join_audit(config)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Guard the whole run, or nothing of it, if the command line says so."""
    if session.config.getoption(GUARD_OPTION) is not None:
        _load_guard(session.config).guard_run(session.config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have tests guarded, if some use a fixture of ours or say so."""
    if any(map(_names_segmock, session.items)):
        _load_guard(session.config)


def _names_segmock(item: pytest.Item) -> bool:
    names = {*getattr(item, "fixturenames", ()), *(mark.name for mark in item.iter_markers())}
    return not FIXTURES.isdisjoint(names)


def _load_guard(config: pytest.Config) -> ModuleType:
    """Return the part of this plugin that guards tests, and have pytest call its hooks."""
    from mockserver.testing import guard_plugin

    if not config.pluginmanager.is_registered(guard_plugin):
        config.pluginmanager.register(guard_plugin)
    return guard_plugin


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of pytest-xdist where the server is that all of them share."""
    if node.config.getoption(_URL):
        return
    if _server_key not in node.config.stash:
        from mockserver.testing.lazy_server import LazyServer

        node.config.stash[_server_key] = LazyServer()
    node.workerinput[_WORKER_INPUT] = node.config.stash[_server_key].url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server of the workers."""
    if _server_key in config.stash:
        config.stash[_server_key].close()
        del config.stash[_server_key]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what a failed test's client did, and keep the advice to a passing one's."""
    report = yield
    if call.when == "setup":  # maybe another time, by a plugin that repeats tests
        item.stash[_told_key], item.stash[_advice_key] = False, []
    if call.when != "teardown":
        item.stash[_passed_key] = report.passed
    elif item.stash[_passed_key] and item.stash[_advice_key]:
        setattr(report, _ADVICE_OF_REPORT, item.stash[_advice_key])
    if report.failed and call.when == "call":
        for account in item.stash.get(_accounts_key, []):
            report.sections += _render_sections(account)
            item.stash[_told_key] = True
    return report


def _render_sections(account: TestAccount) -> Iterator[tuple[str, str]]:
    """Yield the sections of a report: what the client asked, and which rules it broke."""
    from mockserver.base.errors import EmulatorError
    from mockserver.control.failure_report import ASKED, FailureReport

    try:
        yield from FailureReport(account).render_sections()
    except EmulatorError as error:
        yield ASKED, str(error)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tell of the advice that clients of passing tests drew: in a line, or in full."""
    reports = [each for some in terminalreporter.stats.values() for each in some]
    told = {
        each.nodeid: advice
        for each in reports
        if (advice := getattr(each, _ADVICE_OF_REPORT, None))
    }
    if not told:
        return
    if config.getoption(_ADVICE):
        terminalreporter.section("segmock: advice")
        for nodeid, advice in told.items():
            terminalreporter.write_line("\n\n".join([nodeid, *advice, ""]))
    elif terminalreporter.verbosity >= 0:
        from mockserver.base.plurals import count

        tests = count(len(told), "passing test")
        terminalreporter.write_line(f"segmock: {tests} drew advice; {_ADVICE} shows it")


@pytest.fixture(scope="session")
def segmock_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server that all tests share: `.url` is its root.

    It is the one that --segmock-url names, else that of `segmock exec`, which is the vendor to the
    code under test, else one for all workers of pytest-xdist, else one in this process.
    """
    config = request.config
    if url := config.getoption(_URL) or getattr(config, "workerinput", {}).get(_WORKER_INPUT):
        yield Server(url)
        return
    from mockserver.emulator import Emulator

    with Emulator(clock="auto").live() as server:
        yield Server(server.url)


@pytest.fixture
def segmock(request: pytest.FixtureRequest, segmock_server: Server) -> Iterator[TestAccount]:
    """A fresh account on the shared server; the clock steps on with each poll.

    It has `.url`, `.base_url` and `.api_key` for the client, `.env` and `.sleepless()` to make
    one find them and be quick, and `.clock`, `.faults`, `.requests`, `.jobs`, `.verdicts` and
    `.account` to arrange and to look. At teardown it fails on MUST verdicts and on faults that
    never struck, unless the test is marked `@pytest.mark.segmock(strict=False)`; with
    `strict="should"` on SHOULD verdicts too.
    """
    from mockserver.testing.replays import find_server
    from mockserver.testing.sessions import make_test_key, open_account_on

    marked = _read_markers(request.node)
    _load_guard(request.config).guard_test(request.node)
    with (
        _tell_errors(),
        open_account_on(
            find_server(marked.replay, segmock_server.url, request.config.getoption(_URL)),
            make_test_key(request),
            **marked.fields,
        ) as account,
    ):
        yield from _watch(request.node, account, marked.strict)


@pytest.fixture(scope="session")
def _segmock_in_process() -> Emulator:
    """The emulator behind `segmock_respx`."""
    from mockserver.emulator import Emulator

    return Emulator(clock="auto")


@pytest.fixture
def segmock_respx(
    request: pytest.FixtureRequest, _segmock_in_process: Emulator
) -> Iterator[TestAccount]:
    """A fresh account at the vendor's own host names, through respx: no base URL to change.

    It is like `segmock`, without a server, and its `.env` is set while the test lasts, so that
    `segmind.run(…)` uses its key; `.router` is the respx router, for routes of your own.
    """
    from mockserver.testing.replays import find_emulator
    from mockserver.testing.sessions import VENDOR_URL, make_test_key, open_account_in

    marked = _read_markers(request.node)
    _load_guard(request.config).guard_test(request.node)
    with (
        _tell_errors(),
        (emulator := find_emulator(marked.replay) or _segmock_in_process).respx() as router,
        open_account_in(emulator, make_test_key(request), VENDOR_URL, **marked.fields) as account,
        account.env,
    ):
        account.router = router
        yield from _watch(request.node, account, marked.strict)


@contextmanager
def _tell_errors() -> Iterator[None]:
    """Fail a test with the sentence of whatever its author asked for that cannot be."""
    from mockserver.base.errors import EmulatorError

    try:
        yield
    except EmulatorError as error:
        raise pytest.fail.Exception(f"segmock: {error}", pytrace=False) from None


def _read_markers(item: pytest.Item) -> Marked:
    from mockserver.testing.strictness import read_markers

    with _tell_errors():
        return read_markers(item.iter_markers("segmock"), item.path.parent)


def _watch(item: pytest.Item, account: TestAccount, strict: Strict) -> Iterator[TestAccount]:
    """Let a test have its account, and complain afterwards of what its client did."""
    item.stash.setdefault(_accounts_key, []).append(account)
    yield account
    item.stash[_accounts_key].remove(account)
    if not strict:
        return
    from mockserver.control.failure_report import FailureReport

    report, has_passed = FailureReport(account), item.stash.get(_passed_key, False)
    is_told = item.stash.get(_told_key, False)
    if found := report.find_violations(strict, with_faults=has_passed, is_told=is_told):
        pytest.fail("\n\n".join(found), pytrace=False)
    if advice := report.find_advice(strict):
        item.stash.setdefault(_advice_key, []).extend(advice)
