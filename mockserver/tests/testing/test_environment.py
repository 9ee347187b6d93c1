"""The variables that point a client at an account, and past the proxies of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest
from urllib.request import getproxies_environment, proxy_bypass_environment

import pytest
import segmind
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.proxy_bypasses import VARIABLES as BYPASSES
from mockserver.testing import segmock
from mockserver.testing.environment import Environment

VARIABLES = (
    *("SEGMIND_API_KEY", "SEGMIND_BASE_URL", "SEGMIND_API_BASE", "SEGMIND_API_URL"),
    *BYPASSES,
)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    """Whoever runs these tests may have settings of their own; these do not use them."""
    for name in ("SEGMOCK_URL", "SEGMOCK_ADMIN_TOKEN", *VARIABLES):
        monkeypatch.delenv(name, raising=False)


def test_an_environment_is_a_mapping():
    """It has the key and the roots, as a subprocess takes them, and sets nothing by itself."""
    with segmock() as account:
        assert dict(account.env) == {
            "SEGMIND_API_KEY": account.api_key,
            "SEGMIND_BASE_URL": account.base_url,
            "SEGMIND_API_BASE": account.base_url,
            "SEGMIND_API_URL": account.url,
            "NO_PROXY": "127.0.0.1,localhost,::1",
            "no_proxy": "127.0.0.1,localhost,::1",
        }
        assert (len(account.env), set(account.env)) == (6, set(VARIABLES))
        assert not set(VARIABLES) & set(os.environ)
        code = "import os; print(os.environ['SEGMIND_API_KEY'])"
        env = {**os.environ, **account.env}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, check=True
        )
        assert done.stdout.decode().strip() == account.api_key


def test_an_environment_is_set_and_restored(monkeypatch):
    """What was there before is there again, and what was not is not."""
    monkeypatch.setenv("SEGMIND_API_KEY", "mine")
    with segmock() as account:
        with account.env as env:
            assert {name: os.environ[name] for name in VARIABLES} == dict(env)
        assert os.environ["SEGMIND_API_KEY"] == "mine"
        assert "SEGMIND_BASE_URL" not in os.environ


def test_an_environment_that_was_set_by_a_call_is_restored_at_the_end(monkeypatch):
    """Called, even twice, it holds until the test is over, or until `restore`."""
    monkeypatch.setenv("SEGMIND_API_KEY", "mine")
    with segmock() as account:
        assert account.env()() is account.env
        assert os.environ["SEGMIND_API_KEY"] == account.api_key
        account.env.restore()
        assert os.environ["SEGMIND_API_KEY"] == "mine"
        account.env()
    assert os.environ["SEGMIND_API_KEY"] == "mine"
    with pytest.raises(KeyError), segmock() as account:
        raise account.env() and KeyError()
    assert os.environ["SEGMIND_API_KEY"] == "mine"


def test_the_sdks_default_client_is_made_anew(monkeypatch):
    """It would keep the key that it was made with; afterwards it is there again, the new closed."""
    monkeypatch.setenv("SEGMIND_API_KEY", "mine")
    monkeypatch.setattr(segmind, "_default_client", None)
    mine = segmind._get_client()
    with segmock() as account, account.env:
        made = segmind._get_client()
        assert made.api_key == account.api_key
    assert segmind._get_client() is mine
    assert (mine.api_key, mine._client.is_closed, made._client.is_closed) == ("mine", False, True)
    mine._client.close()


def test_an_environment_does_without_the_sdk(monkeypatch):
    """Where the SDK is not imported, or has no such client, there is nothing to drop."""
    for there in (None, unittest):
        monkeypatch.setitem(sys.modules, "segmind", there)
        with segmock() as account, account.env:
            assert os.environ["SEGMIND_API_KEY"] == account.api_key
        assert not hasattr(unittest, "_default_client")


SETTERS = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=12)


@given(steps=SETTERS)
def test_environments_may_be_left_in_any_order(steps):
    """Whoever is set last holds while it is; when all are left, all is as it was."""
    environments = [Environment(f"SG_{number}", "http://127.0.0.1") for number in range(3)]
    before, client = dict(os.environ), segmind._default_client
    held: list[Environment] = []
    for sets, number in steps:
        if sets:
            held.append(environments[number % 3]())
        elif held:
            left = held[number % len(held)]
            left.restore()
            held = [each for each in held if each is not left]
        key = held[-1]["SEGMIND_API_KEY"] if held else None
        assert os.environ.get("SEGMIND_API_KEY") == key
    for each in environments:
        each.restore()
    assert (dict(os.environ), segmind._default_client) == (before, client)


def test_a_client_made_inside_is_closed_whatever_the_order(monkeypatch):
    """Each environment's default client is closed when it is left, and the first one is back."""
    monkeypatch.setenv("SEGMIND_API_KEY", "mine")
    monkeypatch.setattr(segmind, "_default_client", None)
    mine = segmind._get_client()
    one, other = (Environment(key, "http://127.0.0.1") for key in ("one", "other"))
    made = []
    for each in (one, other):
        each()
        made.append(segmind._get_client())
    one.restore()
    assert [client._client.is_closed for client in made] == [True, False]
    assert segmind._get_client() is made[1]
    other.restore()
    assert [client._client.is_closed for client in made] == [True, True]
    assert segmind._get_client() is mine
    mine._client.close()


def test_leaving_what_was_restored_inside_does_nothing_more(monkeypatch):
    """`restore` in a context brings back what was before it, and its end has nothing to do."""
    monkeypatch.setenv("SEGMIND_API_KEY", "mine")
    with Environment("SG_1", "http://127.0.0.1") as env:
        env.restore()
        os.environ["SEGMIND_API_KEY"] = "changed"
    assert os.environ["SEGMIND_API_KEY"] == "changed"


# Proxies


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[::1]:1", "http://segmock.lan:1"])
def test_a_server_is_reached_past_the_proxy(monkeypatch, url):
    """Also one on another machine, which --segmock-url may name."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "example.org")
    host = url.removeprefix("http://").rpartition(":")[0].strip("[]")
    with Environment("SG_1", url):
        proxies = getproxies_environment()
        assert proxy_bypass_environment(host, proxies)
        assert proxy_bypass_environment("example.org", proxies)
        assert not proxy_bypass_environment("api.segmind.com", proxies)
    assert not proxy_bypass_environment(host, getproxies_environment())


def test_the_vendors_hosts_are_never_bypassed():
    """In process they are answered whatever the proxy; a subprocess should not get past one."""
    assert "segmind" not in Environment("SG_1", "https://api.segmind.com")["NO_PROXY"]
