"""What is told of a store, and what is removed from it."""

from __future__ import annotations

import httpx
import pytest
from redis import Redis

from mockserver.base.errors import EmulatorError
from mockserver.emulator import Emulator
from mockserver.shared.admin import clear_store, describe_store
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT

FOREIGN = ("other:0:world", "segmock:notes", "segmock", "segmock:x:0:jobs:any")
"""Keys of others, who may call theirs as they like."""

UNREACHABLE = ("redis://me:hush@127.0.0.1:9/0", "unix://me:hush@/nowhere/redis.sock")
IMPOSSIBLE = ("http://me:hush@127.0.0.1/0", "memory", "redis://me:hush@127.0.0.1:port/0", "")


@pytest.fixture
def client(redis_url):
    """A client of the database of the test."""
    with Redis.from_url(redis_url) as client:
        yield client


def use(url: str, seed: int, *keys: str) -> Emulator:
    """Submit a run by each account of a world, and ask for its status twice."""
    emulator = Emulator(store=url, seed=seed, clock="frozen")
    for key in keys:
        with httpx.Client(transport=emulator.transport, headers={"x-api-key": key}) as client:
            submitted = client.post("http://localhost/v2/ideogram-3", json=PROMPT).json()
            for _ in range(2):
                assert client.get(submitted["status_url"]).status_code == 200
    return emulator


def test_each_seed_is_a_world(redis_url):
    """With what is in it, and how long nobody has asked."""
    use(redis_url, 0, KEY, OTHER_KEY)
    use(redis_url, -7, KEY)
    worlds = describe_store(redis_url).worlds
    counts = [(each.seed, each.accounts, each.jobs, each.exchanges) for each in worlds]
    assert counts == [(-7, 1, 1, 3), (0, 2, 2, 6)]
    for world in worlds:
        assert world.bytes > 1_000
        assert world.keys > 5
        assert world.idle_s >= 0


def test_what_a_reset_has_ended_counts_no_more(redis_url):
    """Though it may take a while until all of it is gone."""
    emulator = use(redis_url, 0, KEY)
    emulator.transactions.run(emulator.services.store.reset)
    [world] = describe_store(redis_url).worlds
    assert (world.accounts, world.jobs, world.exchanges) == (0, 0, 0)
    assert world.idle_s is None


def test_the_server_is_told_of(redis_url, client):
    """Its version, whether it comes back with what was kept, and whether it may forget keys."""
    info = describe_store(redis_url)
    assert info.server == f"Redis {client.info()['redis_version']}"
    assert (info.url, info.is_append_only, info.evicts, info.worlds) == (redis_url, False, None, [])


def test_valkey_is_called_so(redis_url, monkeypatch):
    """It tells a version of Redis as well, for clients that know no better."""
    told = {"server_name": "valkey", "valkey_version": "8.0.1", "redis_version": "7.2.4"}
    told |= {"aof_enabled": 1, "maxmemory": 1, "maxmemory_policy": "allkeys-lru"}
    monkeypatch.setattr(Redis, "info", lambda _: told)
    info = describe_store(redis_url)
    assert (info.server, info.is_append_only, info.evicts) == ("Valkey 8.0.1", True, "allkeys-lru")


def test_one_world_is_removed_or_all(redis_url, client):
    """How many keys that were is told, and what is not segmock's stays."""
    for key in FOREIGN:
        client.set(key, "theirs")
    for seed in (0, 7, 70):
        use(redis_url, seed, KEY)
    keys = {each.seed: each.keys for each in describe_store(redis_url).worlds}
    assert clear_store(redis_url, 7) == {7: keys[7]}
    assert clear_store(redis_url, 7) == {}
    assert clear_store(redis_url) == {0: keys[0], 70: keys[70]}
    assert set(map(bytes.decode, client.scan_iter())) == set(FOREIGN)


def test_a_world_that_was_removed_begins_anew(redis_url):
    """Also for a process that goes on."""
    emulator = use(redis_url, 0, KEY)
    clear_store(redis_url)
    with httpx.Client(transport=emulator.transport, headers={"x-api-key": KEY}) as client:
        answer = client.get("http://localhost/v1/get-user-credits")
    assert answer.json()["credits"] == 100
    [world] = describe_store(redis_url).worlds
    assert (world.accounts, world.jobs, world.exchanges) == (1, 0, 1)


@pytest.mark.parametrize("url", [*UNREACHABLE, *IMPOSSIBLE])
@pytest.mark.parametrize("do", [describe_store, clear_store])
def test_a_store_that_cannot_be_reached_is_refused(do, url):
    """In words that have no password in them."""
    with pytest.raises(EmulatorError) as caught:
        do(url)
    assert "hush" not in str(caught.value)
    assert ("nobody answers" in str(caught.value)) is (url in UNREACHABLE)
