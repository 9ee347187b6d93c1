"""For tests: an account of one's own on a server, and a verdict on the client when it is done.

pytest users get it as the fixture `segmock`, everybody else as a context manager:

    with segmock() as account:
        client = SegmindClient(api_key=account.api_key, base_url=account.base_url)
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ContextDecorator, ExitStack, contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from mockserver.base.errors import is_misuse
from mockserver.control.failure_report import FailureReport, Strict
from mockserver.handles.account import AccountHandle
from mockserver.handles.control_client import (
    ControlClient,
    HttpControlClient,
    InProcessControlClient,
)
from mockserver.testing.environment import Environment
from mockserver.testing.expectations import heed_expectations
from mockserver.testing.replays import FIELDS, find_replay, find_server
from mockserver.testing.strictness import parse_strict, refuse_misplaced
from mockserver.testing.vendor_guard import Guard, is_wanted

if TYPE_CHECKING:
    import pytest

    from mockserver.emulator import Emulator

__tracebackhide__ = is_misuse
__unittest = True  # has unittest leave frames of this module out of a failure

URL_VARIABLE, TOKEN_VARIABLE = "SEGMOCK_URL", "SEGMOCK_ADMIN_TOKEN"
_AUDITED = "SEGMOCK_AUDIT"  # `probe.FOLDER_VARIABLE`, which nobody else needs to load
VENDOR_URL = "https://api.segmind.com"
_KEY_BYTES = 8
_REPLAYING: dict[str, bool] = {}


class TestAccount(AccountHandle):
    """An account on a server, as a test has it.

    Args:
        client: Calls the control plane of the server.
        api_key: The account's key.
        url: The server's root.
        fields: What is said of the account.

    Attributes:
        url: The server's root, without a slash at the end.
        base_url: The root of v1, as the vendor's SDK takes it.
        env: Environment variables that point clients here; see `Environment`.
        router: The respx router, where the account is reached through one.
    """

    __test__ = False  # pytest: this is no test, whatever its name

    def __init__(self, client: ControlClient, api_key: str, url: str, **fields: Any) -> None:
        super().__init__(client, api_key, **fields)
        self.url = url
        self.base_url = f"{url}/v1"
        self.env = Environment(api_key, url)
        self.router: Any = None

    @property
    def replays(self) -> bool:
        """Whether its server plays a recording; a server on a socket is asked once."""
        known = _REPLAYING.get(self.url)
        if known is None:
            known = bool(self._client.call("GET", "/_mock/health").get("replay"))
            if self.url != VENDOR_URL:  # which stands for several emulators
                _REPLAYING[self.url] = known
        return known

    def reset(self) -> None:
        """Begin anew: as when the test began, with the clock `auto`."""
        super().reset()
        if self.clock.mode != "auto":
            self.clock.set("auto")

    def check(self, *, strict: Strict = True) -> None:
        """Hold the client to the MUST rules, and the test to its faults.

        Args:
            strict: `"should"` holds the client to the SHOULD rules too.

        Raises:
            AssertionError: a rule was broken, or a fault never struck; it shows the exchanges.
            EmulatorError: `strict` is something else.
        """
        __tracebackhide__ = True
        found = FailureReport(self).find_violations(parse_strict(strict))
        if found:
            raise AssertionError("\n\n".join(found))


TestWorld = TestAccount
"""The public name of the class, for annotations."""


def make_key(*names: str) -> str:
    """Return the key that belongs to these names: always the same, and nobody else's."""
    text = "\0".join(names).encode("utf-8", "surrogatepass")
    return f"SG_{blake2b(text, digest_size=_KEY_BYTES).hexdigest()}"


def make_test_key(request: pytest.FixtureRequest) -> str:
    """Return the key of a test, which no other test of a run has, in whichever worker."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "master")
    return make_key(request.node.nodeid, worker)


@contextmanager
def open_account_on(url: str, api_key: str, **fields: Any) -> Iterator[TestAccount]:
    """Give a test a fresh account on a server, with the clock `auto`."""
    client = HttpControlClient(url, os.environ.get(TOKEN_VARIABLE))
    with _open_fresh(client, api_key, client.url, **fields) as account:
        yield account


@contextmanager
def open_account_in(
    emulator: Emulator, api_key: str, url: str, **fields: Any
) -> Iterator[TestAccount]:
    """Give a test a fresh account of an emulator in this process, with the clock `auto`."""
    with _open_fresh(
        InProcessControlClient(emulator.in_process), api_key, url, **fields
    ) as account:
        yield account


@contextmanager
def _open_fresh(
    client: ControlClient, api_key: str, url: str, **fields: Any
) -> Iterator[TestAccount]:
    account = _make_fresh(client, api_key, url, fields, is_shared=False)
    try:
        yield account
    finally:
        account.env.restore()


def _make_fresh(
    client: ControlClient, api_key: str, url: str, fields: dict[str, Any], *, is_shared: bool
) -> TestAccount:
    account = TestAccount(client, api_key, url, **fields)
    account.reset()
    if folder := os.environ.get(_AUDITED):
        from mockserver.testing.audit_lines import tell_account

        tell_account(Path(folder), api_key, is_shared=is_shared)
    return account


class _Session(ContextDecorator, AbstractContextManager[TestAccount]):
    """An account while a context lasts; at its end the client is held to the rules.

    It is no generator, so that what it raises has no frame but the user's own and ours.
    """

    def __init__(
        self, strict: Strict, url: str | None, fields: dict[str, Any], *, is_guarded: bool
    ) -> None:
        self._replay = find_replay(fields, Path.cwd())
        fields = {name: value for name, value in fields.items() if name not in FIELDS}
        refuse_misplaced(fields)
        self._strict = parse_strict(strict)
        self._url = url
        self._fields = fields
        self._is_guarded = is_guarded

    def __enter__(self) -> TestAccount:
        named = self._url or os.environ.get(URL_VARIABLE)
        shared = "" if self._replay else named or start_shared_server()
        url = find_server(self._replay, shared, named)
        client = HttpControlClient(url, os.environ.get(TOKEN_VARIABLE))
        api_key = make_key(secrets.token_hex())
        self._account = _make_fresh(client, api_key, client.url, self._fields, is_shared=True)
        self._guard, self._guarding = Guard(), ExitStack()
        if self._is_guarded and is_wanted():
            heed_expectations()
            self._guarding.enter_context(self._guard)
        return self._account

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None and (found := self._find_complaints()):
                raise AssertionError("\n\n".join(found))
        finally:
            self._guarding.close()
            self._account.env.restore()

    def _find_complaints(self) -> list[str]:
        violations = FailureReport(self._account).find_violations(self._strict)
        return [*(self._guard.refusals.find_complaints() if self._strict else ()), *violations]


def segmock(
    *, strict: Strict = True, url: str | None = None, guard: bool = True, **fields: Any
) -> AbstractContextManager[TestAccount]:
    """Give a test, of whatever framework, an account on a server.

    Args:
        strict: Complain in the end about broken MUST rules and faults that never struck;
            `"should"` about broken SHOULD rules too, False about nothing.
        url: A server that is running, as the variable `SEGMOCK_URL` names one too; without
            either, one is started in this process and shared by all.
        guard: Refuse whatever tries to reach the vendor meanwhile, and complain in the end of
            what took no notice; `SEGMOCK_GUARD=off` does neither.
        fields: What is said of the account: `plan`, `credits`, `requests_per_minute`, …; and
            `replay`, the folder of a recording that is played to it on a server of its own, and
            `on_miss`, which is `emulate` where calls that it does not have are to be emulated.

    Raises:
        AssertionError: there is something to complain about; it shows the exchanges.
        EmulatorError: something that is said of the account, or `strict`, cannot be.
    """
    return _Session(strict, url, fields, is_guarded=guard)


@cache
def start_shared_server() -> str:
    """Start a server that lasts as long as this process; return its root."""
    import atexit

    from mockserver.emulator import Emulator

    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(Emulator(clock="auto").live()).url


if _AUDITED in os.environ and "pytest" not in sys.modules:
    from mockserver.testing.audit_lines import watch_unittest

    watch_unittest(Path(os.environ[_AUDITED]))
