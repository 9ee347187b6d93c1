"""What tests of the store in Redis share: clients of it, and others who get ahead of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
import redis

from mockserver.shared.connection import Connection
from mockserver.shared.session import Session
from mockserver.tests.conftest import Client

T = TypeVar("T")


class SharedClient(Client):
    """A client of an emulator whose accounts are in Redis."""

    def __init__(self, url: str, **settings: Any) -> None:
        super().__init__(store=url, **settings)

    def run(self, work: Callable[[], T]) -> T:
        """Do a step of the control plane."""
        return self.emulator.transactions.run(work)

    def advance(self, seconds: float, key: str | None = None) -> Any:
        """Move the default clock, or an account's."""
        return self.run(lambda: super(SharedClient, self).advance(seconds, key))

    def account(self, key: str | None = None, **fields: Any) -> Any:
        """Change an account, and return what is said about it."""
        return self.run(lambda: super(SharedClient, self).account(key, **fields))

    @contextmanager
    def preceded(self, act: Callable[[], object], times: int = 1) -> Iterator[list[int]]:
        """Have something done right before each of the next commits; list the tries so far."""
        session, tries = self.store._session, []
        commit = session.commit

        def commit_late() -> Any:
            tries.append(len(tries) + 1)
            if len(tries) <= times:
                act()
            return commit()

        with patch.object(session, "commit", commit_late):
            yield tries


@pytest.fixture
def make_shared(redis_url):
    """Make clients of emulators that share the test's database."""
    return lambda **settings: SharedClient(redis_url, **settings)


@pytest.fixture
def raw(redis_url):
    """The test's database, as Redis has it."""
    with redis.from_url(redis_url) as found:
        yield found


@pytest.fixture
def told():
    """The lines for the log of the connections that `make_session` has made."""
    return []


@pytest.fixture
def make_session(redis_url, told):
    """Make sessions of processes that share the test's database."""
    return lambda: Session(Connection(redis_url, lambda: 0.0, told.append))


@pytest.fixture
def session(make_session):
    """The session of one process."""
    return make_session()


@pytest.fixture
def fresh_names():
    """Names of keys of which each is used once."""
    return map("key-{}".format, count())
