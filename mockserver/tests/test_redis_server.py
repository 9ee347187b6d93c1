"""The Redis that tests use: it serves, keeps what it acknowledged, and ends with its test."""

from __future__ import annotations

import socket

import pytest
import redis

from mockserver.tests import redis_server
from mockserver.tests.redis_server import APPEND_ONLY, find_free_port, serving_redis


def test_each_test_has_an_empty_database_of_its_own(redis_url, make_redis_url):
    """What one test writes no other one finds."""
    first, second = redis.from_url(redis_url), redis.from_url(make_redis_url())
    with first, second:
        assert first.dbsize() == second.dbsize() == 0
        first.set("a", 1)
        assert (first.get("a"), second.get("a")) == (b"1", None)


def test_it_serves_on_a_port_and_on_a_unix_socket():
    """Both lead to the same database."""
    with serving_redis() as server:
        redis.from_url(server.url).set("a", 1)
        assert redis.from_url(server.unix_url).get("a") == b"1"


def test_what_was_acknowledged_outlasts_a_kill_where_it_is_appended():
    """It comes back at the same URL, as another process."""
    with serving_redis(*APPEND_ONLY) as server, redis.from_url(server.url) as client:
        client.set("a", 1)
        before = server.url, server.pid
        server.restart()
        assert server.url == before[0]
        assert server.pid != before[1]
        assert client.get("a") == b"1"


def test_nobody_answers_once_it_is_killed_or_its_context_has_ended():
    """Neither a process nor a folder stays behind."""
    with serving_redis() as server:
        server.kill()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))
        server.start()
    assert not server.folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_it_takes_another_port_where_somebody_was_faster(monkeypatch):
    """A port is free when it is looked for, and may be taken when it is used."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1], find_free_port()])
        monkeypatch.setattr(redis_server, "find_free_port", lambda: next(ports))
        with serving_redis() as server:
            assert server.port != taken.getsockname()[1]
            assert redis.from_url(server.url).ping()


def test_it_says_why_it_does_not_start():
    """What it logged is in the error."""
    with pytest.raises(AssertionError, match="no-such-flag"), serving_redis("--no-such-flag", "1"):
        pass
