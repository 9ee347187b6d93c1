"""The environment variables that point a client at a test's account, and past every proxy."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from mockserver.base.hosts import is_vendor
from mockserver.base.proxy_bypasses import LOOPBACK, compute_bypasses


class Environment(Mapping[str, str]):
    """The environment variables that point a client at a test's account.

    As a mapping it goes into a subprocess: `env={**os.environ, **account.env}`. Called, or as a
    context manager, it sets them for this process until the test is over, and puts aside the client
    that the vendor's SDK may have made from others.

    `NO_PROXY` is among them, with what it has and this machine's names: a proxy that the
    environment names knows no server here.
    """

    def __init__(self, api_key: str, url: str) -> None:
        self._variables = {
            "SEGMIND_API_KEY": api_key,
            "SEGMIND_BASE_URL": f"{url}/v1",
            "SEGMIND_API_BASE": f"{url}/v1",
            "SEGMIND_API_URL": url,
        }
        host = urlsplit(url).hostname or ""
        self._hosts = LOOPBACK if is_vendor(host) else (*LOOPBACK, host)
        self._levels: list[_Level] = []

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __call__(self) -> Self:
        """Set the variables."""
        self._levels.append(_Level(self._read()))
        return self

    def restore(self) -> None:
        """Bring back what was there before."""
        while self._levels:
            self._levels.pop().leave()

    def __enter__(self) -> Self:
        self()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._levels:  # or it was restored inside
            self._levels.pop().leave()

    def _read(self) -> dict[str, str]:
        return self._variables | compute_bypasses(os.environ, self._hosts)


class _Level:
    """What was there before some variables were set; levels may be left in any order."""

    entered: list[_Level] = []  # noqa: RUF012 (one process has one environment)

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.before = {name: os.environ.get(name) for name in variables}
        self.client = _find_default_client()
        os.environ.update(variables)
        _use_default_client(None)
        self.entered.append(self)

    def leave(self) -> None:
        """Bring it back, or have the level that was entered next bring it back."""
        index = self.entered.index(self)
        del self.entered[index]
        if later := self.entered[index:]:
            _close(later[0].client)
            later[0].before, later[0].client = self.before, self.client
            return
        for name, value in self.before.items():
            _set_variable(name, value)
        _close(_find_default_client())
        _use_default_client(self.client)


def _set_variable(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _find_default_client() -> Any:
    """Return the client that the SDK, if it is there, has made from what was set before."""
    return getattr(sys.modules.get("segmind"), "_default_client", None)


def _use_default_client(client: Any) -> None:
    """Give the SDK this default client; without one it makes one from what is set by then."""
    sdk: Any = sys.modules.get("segmind")
    if hasattr(sdk, "_default_client"):
        sdk._default_client = client  # noqa: SLF001


def _close(client: Any) -> None:
    if client is not None:
        client._client.close()  # noqa: SLF001 (the SDK has no way of its own)
