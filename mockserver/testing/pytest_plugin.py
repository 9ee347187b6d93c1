"""The pytest plugin: an account for each test, on one server.

Every pytest run of everyone who has installed segmock imports this file, so it imports nothing
but pytest; the rest comes with the first fixture that is used.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.edges.respx import EmulatedRouter
    from mockserver.emulator import Emulator
    from mockserver.testing.lazy_server import LazyServer
    from mockserver.testing.sessions import TestAccount

_URL = "--segmock-url"
_WORKER_INPUT = "segmock_url"
_MARKER = (
    "segmock(strict=True, **account): what the fixtures segmock and segmock_respx do for this "
    "test. strict=False: complain of nothing at teardown; account: plan, credits, "
    "requests_per_minute, …"
)

_accounts_key: pytest.StashKey[list[TestAccount]] = pytest.StashKey()
_passed_key: pytest.StashKey[bool] = pytest.StashKey()
_server_key: pytest.StashKey[LazyServer] = pytest.StashKey()


class Server:
    """The server that the tests of this run share; `url` is its root."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names a server which is already running."""
    group = parser.getgroup("segmock", "a local Segmind gateway")
    group.addoption(
        _URL, metavar="URL", help="use the segmock that runs there, in place of starting one"
    )


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
            for module in (
                "client_tests.running.client_under_test",
                "client_tests.running.execution",
            ):
                import_module(module)
    except MissingExtraError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", _MARKER)


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
    """Show what a failed test's client did."""
    report = yield
    if call.when != "teardown":
        item.stash[_passed_key] = report.passed
    if report.failed and call.when == "call":
        for account in item.stash.get(_accounts_key, []):
            report.sections.append(("segmock: what the client asked", _render_requests(account)))
    return report


def _render_requests(account: TestAccount) -> str:
    from mockserver.base.errors import EmulatorError
    from mockserver.testing.failure_report import render_requests

    try:
        return render_requests(account)
    except EmulatorError as error:
        return str(error)


@pytest.fixture(scope="session")
def segmock_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server that all tests share: `.url` is its root.

    It is the one that --segmock-url names, else one for all workers of pytest-xdist, else one in
    this process.
    """
    config = request.config
    shared = getattr(config, "workerinput", {}).get(_WORKER_INPUT)
    url = config.getoption(_URL) or shared
    if url:
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
    never struck, unless the test is marked `@pytest.mark.segmock(strict=False)`.
    """
    from mockserver.testing.sessions import open_account_on

    is_strict, fields = _read_markers(request.node)
    with open_account_on(segmock_server.url, _make_key(request), **fields) as account:
        yield from _watch(request.node, account, is_strict=is_strict)


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
    from mockserver.testing.sessions import VENDOR_URL, open_account_in

    is_strict, fields = _read_markers(request.node)
    emulator = _segmock_in_process
    with (
        _make_router(emulator) as router,
        open_account_in(emulator, _make_key(request), VENDOR_URL, **fields) as account,
        account.env,
    ):
        account.router = router
        yield from _watch(request.node, account, is_strict=is_strict)


def _make_router(emulator: Emulator) -> EmulatedRouter:
    from mockserver.extras import MissingExtraError

    try:
        return emulator.respx()
    except MissingExtraError as error:
        pytest.fail(f"segmock_respx: {error}", pytrace=False)


def _read_markers(item: pytest.Item) -> tuple[bool, dict[str, Any]]:
    """Return what the markers of a test say: whether it is strict, and of its account."""
    fields: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("segmock"))):
        fields |= marker.kwargs
    return fields.pop("strict", True), fields


def _make_key(request: pytest.FixtureRequest) -> str:
    from mockserver.testing.sessions import make_key

    worker = getattr(request.config, "workerinput", {}).get("workerid", "master")
    return make_key(request.node.nodeid, worker)


def _watch(item: pytest.Item, account: TestAccount, *, is_strict: bool) -> Iterator[TestAccount]:
    """Let a test have its account, and complain afterwards of what its client did."""
    item.stash.setdefault(_accounts_key, []).append(account)
    yield account
    item.stash[_accounts_key].remove(account)
    if not is_strict:
        return
    from mockserver.testing.failure_report import find_violations

    found = find_violations(account, with_faults=item.stash.get(_passed_key, False))
    if found:
        pytest.fail("\n\n".join(found), pytrace=False)
