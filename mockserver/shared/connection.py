"""One connection to Redis, over which a process asks and writes, one batch after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit
from weakref import finalize

from redis.connection import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from mockserver.base.errors import EmulatorError, StoreGoneError

Command: TypeAlias = tuple[bytes | str | int, ...]

SCHEMES = ("redis", "rediss", "unix")
OPTIONS = ("db", "username", "password")
"""What may stand in the query of a URL, beside options of TLS."""

_HINT = "give redis://HOST:PORT/DB, rediss://… for TLS, or unix:///PATH?db=DB; or memory"

TIMEOUT_S = 2.0
"""How long an answer may take: longer than a disk takes that writes the append-only file."""

REST_S = 1.0
"""How long nothing is tried again after a try has failed."""


class Connection:
    """A connection that is made when it is needed, and anew when it broke or the process forked.

    Args:
        url: Where Redis is, as `--store` has it.
        read_s: Real monotonic seconds.
        tell: Takes a line for the log, as the store goes and as it is back.

    Raises:
        EmulatorError: the URL cannot be.
    """

    def __init__(
        self, url: str, read_s: Callable[[], float], tell: Callable[[str], object]
    ) -> None:
        self.url = url
        self._pool = make_pool(url)
        self._read_s = read_s
        self._tell = tell
        self._connection: Any = None  # redis-py has no types for what is asked of it
        self._process = 0
        self._finalizer: Any = None
        """Lets the connection go, at the latest with whoever has this one."""
        self._was_there = False
        self._gone_until_s: float | None = None

    def call(self, commands: Sequence[Command], *, is_repeatable: bool = False) -> list[Any]:
        """Send commands in one batch, and return the answer to each.

        Args:
            commands: What to send.
            is_repeatable: Try once more where a connection that was open turns out to be broken.

        Raises:
            StoreGoneError: there was no answer, or a refusal: whether it was done is not known.
        """
        if self._gone_until_s is not None and self._read_s() < self._gone_until_s:
            raise StoreGoneError
        try:
            answers = self._exchange(commands, is_repeatable=is_repeatable)
        except (RedisError, OSError) as error:
            self.close()
            self._note_gone(error)
            raise StoreGoneError from error
        except BaseException:  # Ctrl-C: what is answered next is no answer to what is asked next
            self.close()
            raise
        for refusal in _find_refusals(answers):
            self.close()
            self._note_gone(refusal)
            raise StoreGoneError from refusal
        if self._gone_until_s is not None:
            self._gone_until_s = None
            self._tell(f"the store {hide_password(self.url)} is back")
        self._was_there = True
        return answers

    def close(self) -> None:
        """Let the connection go, and with it all that Redis watches for it."""
        if self._finalizer is not None:
            self._finalizer()
        self._connection = self._finalizer = None

    def _exchange(self, commands: Sequence[Command], *, is_repeatable: bool) -> list[Any]:
        was_open = self._connection is not None
        try:
            return self._send(commands)
        except (RedisConnectionError, OSError):
            if not (is_repeatable and was_open):
                raise
            self.close()
            return self._send(commands)

    def _send(self, commands: Sequence[Command]) -> list[Any]:
        connection = self._connect()
        connection.send_packed_command(connection.pack_commands(commands))
        answers: list[Any] = []
        for _ in commands:
            try:
                answers.append(connection.read_response())
            except ResponseError as error:
                answers.append(error)
        return answers

    def _connect(self) -> Any:
        if self._connection is None or self._process != os.getpid():
            self._connection = self._pool.make_connection()
            self._process = os.getpid()
            self._finalizer = finalize(self, _disconnect, self._connection, self._process)
            self._connection.connect()
        return self._connection

    def _note_gone(self, error: Exception) -> None:
        if self._was_there and self._gone_until_s is None:
            reason = str(error).rstrip(".")
            self._tell(f"the store {hide_password(self.url)} is gone: {reason}")
        self._gone_until_s = self._read_s() + REST_S


def _disconnect(connection: Any, process: int) -> None:
    """Let a connection go, unless it is that of the process that was forked."""
    if process == os.getpid():
        connection.disconnect()


def _find_refusals(answers: Iterable[Any]) -> Iterator[ResponseError]:
    """Find what Redis refused, as it does while it starts or has no room, in a batch or a whole."""
    for answer in answers:
        if isinstance(answer, ResponseError):
            yield answer
        elif isinstance(answer, list):
            yield from (each for each in answer if isinstance(each, ResponseError))


def make_pool(url: str) -> ConnectionPool:
    """Return what makes connections to a URL.

    Raises:
        EmulatorError: it cannot be one.
    """
    try:
        check_url(url)
        pool = ConnectionPool.from_url(
            url,
            protocol=2,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            client_name="segmock",
        )
        pool.make_connection()
    except (ValueError, TypeError) as error:
        raise EmulatorError(
            f"store is {hide_password(url)!r}{_explain(url, error)}", hint=_HINT
        ) from None
    return pool


def check_url(url: str) -> None:
    """Look at the parts of a URL that redis-py takes for its defaults if they cannot be.

    Raises:
        ValueError: one cannot be; it says which.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not url.startswith(f"{parts.scheme}://"):
        raise ValueError
    if parts.fragment:
        raise ValueError("nothing may follow a #")
    database = parts.path.removeprefix("/")
    if parts.scheme != "unix" and database and not database.isdecimal():
        raise ValueError(f"{database!r} is not the number of a database")
    for name in parse_qs(parts.query, keep_blank_values=True):
        if name not in OPTIONS and not name.startswith("ssl_"):
            raise ValueError(f"no option is called {name!r}: {', '.join(OPTIONS)} and ssl_… are")


def _explain(url: str, error: Exception) -> str:
    """Say what is wrong with a URL, unless that may have the password in it."""
    said = str(error)
    if said and ("@" in url or "password" in url):
        said = "%-encode what is special in name and password"
    return said and f": {said}"


def hide_password(url: str) -> str:
    """Return a URL without the password in it, however it is spelled, and without options."""
    scheme, separator, rest = url.rpartition("://")
    login, at, place = rest.rpartition("@")
    user, colon, _ = login.partition(":")
    shown = place.partition("?")[0].partition("#")[0]
    return f"{scheme}{separator}{user}{colon and ':***'}{at}{shown}"
