"""The connection to Redis: made when needed, made again when it broke, and given up for a while."""

from __future__ import annotations

import gc
import os
import re
import socket
import warnings
from contextlib import contextmanager
from threading import Thread

import pytest
import redis

from mockserver.base.errors import EmulatorError, StoreGoneError
from mockserver.shared import connection as module
from mockserver.shared.connection import REST_S, Connection, hide_password, make_pool
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.redis_server import APPEND_ONLY, find_free_port, serving_redis

PASSWORDS = ["qqzz", "qq/zz", "qq#zz", "qq?zz", "qq:zz", "qq@zz", "qq%2Fzz", "[qqzz"]


class Watch:
    """Seconds that move when told."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """Read them."""
        return self.now_s


@pytest.fixture
def watch():
    """What the connection reads the time on."""
    return Watch()


@pytest.fixture
def make_connection(watch, told):
    """Make connections to a URL, whose lines for the log are in `told`."""
    return lambda url: Connection(url, watch, told.append)


@pytest.fixture
def own_server():
    """A Redis that the test may kill; it comes back with what it acknowledged."""
    with serving_redis(*APPEND_ONLY) as server:
        yield server


@contextmanager
def answering(answer):
    """Serve one connection as Redis does, but for PING, which is answered with these bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            client, _ = listener.accept()
            with client:
                while asked := client.recv(65536):
                    commands = len(re.findall(rb"^\*\d+\r$", asked, re.MULTILINE))
                    client.sendall(answer if b"PING" in asked else b"+OK\r\n" * commands)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        thread.join(PATIENCE_S)


def kill_clients(url):
    """Have Redis cut every other connection."""
    with redis.from_url(url) as client:
        client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


# --- URLs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "store is ''"),
        ("redis", "store is 'redis'"),
        ("redis:", "store is 'redis:'"),
        ("redis:localhost", "store is 'redis:localhost'"),
        ("http://localhost", "store is 'http://localhost'"),
        ("redis://localhost:abc/0", "'abc'"),
        ("redis://localhost:99999/0", "0-65535"),
        ("redis://localhost/abc", "'abc' is not the number of a database"),
        ("redis://localhost/0/1", "'0/1' is not the number of a database"),
        ("redis://localhost/-1", "'-1' is not the number of a database"),
        ("redis://localhost/0#1", "nothing may follow a #"),
        ("redis://[::1/0", "IPv6"),
        ("redis://localhost?db=x", "'db'"),
        ("redis://localhost?frob=1", "'frob'"),
        ("redis://localhost?decode_responses=1", "'decode_responses'"),
        ("redis://localhost?protocol=3", "'protocol'"),
    ],
)
def test_a_url_that_cannot_be_is_refused_with_what_is_wrong_with_it(url, said):
    """Nothing is taken for something else, such as a database that is no number for the first."""
    with pytest.raises(EmulatorError) as refused:
        make_pool(url)
    assert said in refused.value.message
    assert "redis://HOST:PORT/DB" in refused.value.hint


@pytest.mark.parametrize(
    "url",
    [
        *("redis://localhost", "redis://localhost:1/15", "redis://[::1]:1/0", "redis://u:p@h/1"),
        *("rediss://localhost/0?ssl_cert_reqs=none", "unix:///a.sock", "unix:///a.sock?db=2"),
        *("redis://localhost/?db=3", "redis://localhost?username=u&password=p", "redis:///1"),
    ],
)
def test_a_url_that_can_be_is_taken(url):
    """Whether anybody is there is asked when it is used."""
    make_pool(url)


@pytest.mark.parametrize("user", ["", "user"])
@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize(
    "form",
    [
        *("redis://{}:{}@127.0.0.1:{}/0", "redis://{}:{}@127.0.0.1:{}", "http://{}:{}@h:{}"),
        *("redis:{}:{}@h:{}", "{}:{}@h:{}", "redis://{}:{}@[h:{}", "redis://{}:{}@h:{}x/y?z"),
    ],
)
def test_no_password_is_ever_shown(form, user, password, make_connection, told):
    """However it is spelled, and whether or not the URL can be, or leads to anybody."""
    url = form.format(user, password, find_free_port())
    shown = [hide_password(url)]
    try:
        connection = make_connection(url)
        connection._was_there = True
        connection.call([("PING",)])
    except StoreGoneError:
        shown += told
    except EmulatorError as error:
        shown += [error.message, error.hint, str(error)]
    assert len(shown) > 1
    assert not [part for part in ("qq", "zz") if part in " ".join(shown)]
    assert "***" in shown[0]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://localhost:1/2", "redis://localhost:1/2"),
        ("redis://user@localhost", "redis://user@localhost"),
        ("redis://user:a@localhost", "redis://user:***@localhost"),
        ("redis://localhost?password=a", "redis://localhost"),
        ("unix://:a@/b.sock?db=1", "unix://:***@/b.sock"),
    ],
)
def test_all_else_of_a_url_is_shown(url, shown):
    """So that it can be told which store is meant."""
    assert hide_password(url) == shown


# --- Gone, and back -----------------------------------------------------------------------


def test_answers_come_in_the_order_of_the_commands(make_connection, redis_url):
    """A batch is sent in one piece."""
    asked = [("SET", "a", 1), ("GET", "a"), ("INCR", "a"), ("HGET", "b", "c")]
    assert make_connection(redis_url).call(asked) == [b"OK", b"1", 2, None]


def test_a_store_that_goes_and_comes_back_is_told_of_once_each_way(
    make_connection, own_server, watch, told
):
    """Nothing is tried for a second after a try that failed."""
    connection = make_connection(own_server.url)
    connection.call([("SET", "a", 1)])
    own_server.kill()
    for _ in range(3):
        with pytest.raises(StoreGoneError):
            connection.call([("GET", "a")])
        watch.now_s += REST_S
    own_server.start()
    watch.now_s -= REST_S / 100
    with pytest.raises(StoreGoneError):
        connection.call([("GET", "a")])
    watch.now_s += REST_S / 100
    assert connection.call([("GET", "a")]) == connection.call([("GET", "a")]) == [b"1"]
    gone, back = told
    assert gone.startswith(f"the store {own_server.url} is gone: ")
    assert back == f"the store {own_server.url} is back"


def test_where_nobody_ever_was_nobody_is_told_to_be_gone(make_connection, told):
    """That it cannot be used is said by whoever wants to begin."""
    with pytest.raises(StoreGoneError) as gone:
        make_connection(f"redis://127.0.0.1:{find_free_port()}").call([("PING",)])
    assert "refused" in str(gone.value.__cause__)
    assert told == []


@pytest.mark.parametrize(
    "answer",
    [
        b"-LOADING Redis is loading the dataset in memory\r\n",
        b"-MASTERDOWN Link with MASTER is down\r\n",
        b"-READONLY You can't write against a read only replica.\r\n",
        b"-MISCONF Errors writing to the AOF file\r\n",
        b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
        b"-BUSY Redis is busy running a script.\r\n",
        b"-NOPERM this user has no permissions\r\n",
        b"-NOAUTH Authentication required.\r\n",
        b"-ERR unknown\r\n",
        b"*2\r\n+OK\r\n-WRONGTYPE no\r\n",
        b"garbage\r\n",
    ],
)
def test_a_store_that_refuses_is_as_good_as_gone(answer, make_connection):
    """Whatever it says: nothing can be kept there now."""
    with answering(answer) as url, pytest.raises(StoreGoneError):
        make_connection(url).call([("PING",)])


def test_a_store_that_does_not_answer_in_time_is_gone(make_connection, monkeypatch, told):
    """Nobody waits for ever."""
    monkeypatch.setattr(module, "TIMEOUT_S", 0.05)
    with answering(b"") as url:
        connection = make_connection(url)
        connection._was_there = True
        with pytest.raises(StoreGoneError):
            connection.call([("PING",)])
    assert len(told) == 1


def test_what_may_be_repeated_is_where_an_open_connection_was_cut(make_connection, redis_url, told):
    """Redis lets connections go that say nothing for long: nobody is told, or has to wait."""
    connection = make_connection(redis_url)
    connection.call([("SET", "a", 1)])
    kill_clients(redis_url)
    assert connection.call([("GET", "a")], is_repeatable=True) == [b"1"]
    assert told == []


def test_what_may_not_be_repeated_is_not(make_connection, redis_url):
    """It may have been done."""
    connection = make_connection(redis_url)
    connection.call([("SET", "a", 1)])
    kill_clients(redis_url)
    with pytest.raises(StoreGoneError):
        connection.call([("INCR", "a")])
    with redis.from_url(redis_url) as client:
        assert client.get("a") == b"1"


def test_what_breaks_on_a_connection_that_is_new_is_not_repeated(make_connection):
    """There is nobody who could answer."""
    with answering(b"garbage\r\n") as url, pytest.raises(StoreGoneError):
        make_connection(url).call([("PING",)], is_repeatable=True)


def test_an_answer_that_nobody_has_read_is_never_taken_for_another(make_connection, redis_url):
    """Ctrl-C may come while one is read."""
    connection = make_connection(redis_url)
    connection.call([("SET", "a", "1"), ("SET", "b", "2")])
    read = connection._connection.read_response

    def read_and_interrupt():
        read()
        raise KeyboardInterrupt

    connection._connection.read_response = read_and_interrupt
    with pytest.raises(KeyboardInterrupt):
        connection.call([("GET", "a"), ("GET", "a")])
    assert connection.call([("GET", "b")]) == [b"2"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_process_that_was_forked_connects_for_itself(make_connection, redis_url):
    """Neither reads what the other was answered, and the parent's connection stays open."""
    connection = make_connection(redis_url)
    connection.call([("SET", "a", "parent")])
    before = connection.call([("CLIENT", "ID")])
    reader, writer = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of threads
        child = os.fork()
    if not child:
        own = connection.call([("CLIENT", "ID"), ("SET", "a", "child")])[0]
        os.write(writer, b"%d" % own)
        connection.close()
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        assert int(pipe.read()) not in before
    assert os.waitpid(child, 0)[1] == 0
    assert connection.call([("CLIENT", "ID")]) == before
    assert connection.call([("GET", "a")]) == [b"child"]


def test_a_connection_that_nobody_has_any_more_is_let_go(make_connection, redis_url):
    """Also where it is part of a circle, as it is in an emulator."""
    connection = make_connection(redis_url)
    connection.call([("PING",)])
    found = connection._connection
    connection.circle = connection
    del connection
    gc.collect()
    assert not found.is_connected


def test_a_connection_that_was_let_go_is_made_again(make_connection, redis_url):
    """What is watched on it is not any more."""
    connection = make_connection(redis_url)
    connection.close()
    first = connection.call([("CLIENT", "ID")])
    connection.close()
    assert connection.call([("CLIENT", "ID")]) != first
