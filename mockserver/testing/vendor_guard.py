"""The guard: while it lasts, no library of this process reaches one of the vendor's hosts.

It sees names, not addresses: what asks a resolver for the vendor, connects to it by name, begins
TLS with it or asks a proxy for it is refused before anything is sent. Python's audit events tell
of most of that; `library_patches` has the rest. A call that is answered in this process, as under
respx, comes by none of them.

An audit hook cannot be removed, so there is one, which does nothing unless a guard is entered.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ContextDecorator
from functools import wraps
from inspect import iscoroutinefunction
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from mockserver.base.errors import is_misuse
from mockserver.base.hosts import is_vendor
from mockserver.testing.library_patches import Patcher, find_address_host, find_proxied_host
from mockserver.testing.refusals import Refusals, RefusedHostError

__tracebackhide__ = is_misuse
__unittest = True  # has unittest leave frames of this module out of a failure

EXEC_VARIABLE = "SEGMOCK_EXEC"
"""Set where `segmock exec` started this process: there the vendor's hosts are the emulator."""

GUARD_VARIABLE = "SEGMOCK_GUARD"
"""`off`: no guard but those that are asked for by `guard()`."""

Function = TypeVar("Function", bound=Callable[..., Any])

_entered: list[Guard] = []
_lock = Lock()


class Guard(ContextDecorator):
    """Refuses what goes to the vendor, in all threads, while at least one guard is entered.

    Attributes:
        refusals: What was refused while no guard was entered later.
    """

    def __init__(self) -> None:
        self.refusals = Refusals()
        self._levels: list[bool] = []

    def __enter__(self) -> Self:
        is_active = not os.environ.get(EXEC_VARIABLE)
        self._levels.append(is_active)
        if is_active:
            _install()
            _entered.append(self)
            _patcher.apply()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._levels.pop():
            _entered.remove(self)

    def __call__(self, function: Function) -> Function:
        """Guard a function, or a coroutine function until what it returned was awaited."""
        if not iscoroutinefunction(function):
            return super().__call__(function)

        @wraps(function)
        async def call(*arguments: Any, **named: Any) -> Any:
            with self:
                return await function(*arguments, **named)

        return cast("Function", call)


def guard() -> Guard:
    """Refuse whatever tries to reach the vendor, as a context manager or as a decorator.

    It holds for the whole process: for every thread, and every task on asyncio, uvloop or trio.
    Guards nest. Once the last one is left nothing is refused, threads and tasks that go on
    included. What is forked meanwhile is guarded too; other programs are not. In a program that
    `segmock exec` has started it does nothing.

    Raises:
        RefusedHostError: in whoever tries.
    """
    return Guard()


def is_wanted() -> bool:
    """Tell whether fixtures and sessions are to be guarded, as far as the environment says."""
    return os.environ.get(GUARD_VARIABLE, "").lower() != "off"


def check_host(host: Any) -> None:
    """Refuse a host that is the vendor's, if a guard is entered.

    Args:
        host: A name or an address, as text or bytes; whatever else it is passes.

    Raises:
        RefusedHostError: it is the vendor's.
    """
    if not _entered:
        return
    _patcher.apply()
    name = host.decode("latin-1") if isinstance(host, bytes | bytearray) else host
    if not isinstance(name, str) or not is_vendor(name):
        return
    error = RefusedHostError(name)
    if innermost := _entered[-1:]:  # or it was left meanwhile
        innermost[0].refusals.add(error)
        raise error


_patcher = Patcher(_entered, check_host)


def _check_first(arguments: tuple[Any, ...]) -> None:
    check_host(arguments[0])


def _check_address(arguments: tuple[Any, ...]) -> None:
    check_host(find_address_host(*arguments))


def _check_sent(arguments: tuple[Any, ...]) -> None:
    check_host(find_proxied_host(arguments[1]))


def _apply_patches(_: tuple[Any, ...]) -> None:
    _patcher.apply()


_EVENTS = {
    "socket.getaddrinfo": _check_first,
    "socket.gethostbyname": _check_first,  # gethostbyname_ex too
    "socket.gethostbyaddr": _check_first,
    "socket.connect": _check_address,
    "socket.sendto": _check_address,
    "socket.sendmsg": _check_address,
    "http.client.send": _check_sent,
    "import": _apply_patches,
    # a loop begins to run; the documentation has the other spelling
    "sys.set_asyncgen_hook_firstiter": _apply_patches,
    "sys.set_asyncgen_hooks_firstiter": _apply_patches,
}


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _entered and (check := _EVENTS.get(event)):
        check(arguments)


def _install() -> None:
    """Install what cannot be taken away again, once."""
    global _is_installed  # noqa: PLW0603
    with _lock:
        if _is_installed:
            return
        _is_installed = True
        import ssl  # noqa: F401 (is patched, and may be imported too late for it)

        sys.addaudithook(_audit)


_is_installed = False
