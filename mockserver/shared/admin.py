"""A store seen from outside: what worlds are in it, and how they are removed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from redis import Redis
from redis.exceptions import RedisError

from mockserver.base.clock import SECOND
from mockserver.base.errors import EmulatorError
from mockserver.shared.connection import hide_password, make_pool
from mockserver.shared.names import PREFIX, Names
from mockserver.shared.world import decode_world

_AT_ONCE = 1_000
"""How many keys are looked at before Redis does something else."""

_KEY = re.compile(rf"{PREFIX}(-?\d+):(?:(\d+):([a-z-]+))?".encode())
"""A key of a world: its seed, and but for a few the epoch and the part that is kept there."""

_JOBS = b"jobs"


class WorldInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of one seed.

    Attributes:
        seed: The seed.
        accounts: How many accounts there are.
        jobs: How many jobs they have.
        exchanges: How many exchanges are in their journals.
        keys: How many keys of Redis all of it takes.
        bytes: How much memory, as Redis estimates it.
        idle_s: How many seconds ago somebody last asked; None if nobody has.
    """

    seed: int
    accounts: int
    jobs: int
    exchanges: int
    keys: int
    bytes: int
    idle_s: float | None


class StoreInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What there is in a store, and what would become of it.

    Attributes:
        server: What serves it, with its version.
        url: Where, without the password.
        is_append_only: Whether it writes an append-only file, and comes back with what was kept.
        evicts: The policy by which it forgets keys when its memory is full; None if it does not.
        worlds: The worlds in it, by their seeds.
    """

    server: str
    url: str
    is_append_only: bool
    evicts: str | None
    worlds: list[WorldInfo]


def describe_store(url: str) -> StoreInfo:
    """Tell what there is in a store.

    Raises:
        EmulatorError: the URL cannot be, or nobody answers there.
    """
    with _reach(url) as client:
        info = client.info()
        is_valkey = info.get("server_name") == "valkey"
        name, version = ("Valkey", "valkey_version") if is_valkey else ("Redis", "redis_version")
        policy = info.get("maxmemory_policy", "noeviction")
        may_evict = info.get("maxmemory") and policy != "noeviction"
        return StoreInfo(
            server=f"{name} {info[version]}",
            url=hide_password(url),
            is_append_only=bool(info.get("aof_enabled")),
            evicts=policy if may_evict else None,
            worlds=_describe_worlds(client),
        )


def clear_store(url: str, seed: int | None = None) -> dict[int, int]:
    """Remove the world of a seed from a store, or all of them; nothing else in it is touched.

    Returns:
        How many keys were removed, by the seeds of those worlds that there were.

    Raises:
        EmulatorError: the URL cannot be, or nobody answers there.
    """
    removed: Counter[int] = Counter()
    with _reach(url) as client:
        for found in _scan(client, seed):
            client.unlink(*(key for key, _ in found))
            removed.update(int(match[1]) for _, match in found)
    return dict(sorted(removed.items()))


@contextmanager
def _reach(url: str) -> Iterator[Any]:
    """Speak to a store while the context lasts."""
    pool = make_pool(url)
    try:
        yield Redis(connection_pool=pool)
    except (RedisError, OSError) as error:
        raise EmulatorError(
            f"nobody answers at store {hide_password(url)}: {str(error).rstrip('.')}",
            hint="start a Redis or Valkey there, or name another store",
        ) from None
    finally:
        pool.disconnect()


def _scan(client: Any, seed: int | None = None) -> Iterator[list[tuple[bytes, re.Match[bytes]]]]:
    """Yield the keys of a world, or of all, some at a time, each with what its name says."""
    pattern = f"{PREFIX}{'*' if seed is None else f'{seed}:*'}"
    cursor = 0
    while True:
        cursor, keys = client.scan(cursor, match=pattern, count=_AT_ONCE)
        if found := [(key, match) for key in keys if (match := _KEY.match(key))]:
            yield found
        if not cursor:
            return


@dataclass
class _Tally:
    """What is found of a world by its keys; jobs by the epoch, for some may be about to go."""

    keys: int = 0
    bytes: int = 0
    jobs: Counter[int] = field(default_factory=Counter)


def _describe_worlds(client: Any) -> list[WorldInfo]:
    tallies: defaultdict[int, _Tally] = defaultdict(_Tally)
    for found in _scan(client):
        commands = client.pipeline(transaction=False)
        for key, match in found:
            commands.memory_usage(key)
            if match[3] == _JOBS:
                commands.hlen(key)
        answers = iter(commands.execute())
        for _, match in found:
            tally = tallies[int(match[1])]
            tally.keys += 1
            tally.bytes += next(answers) or 0  # None of a key that has gone meanwhile
            if match[3] == _JOBS:
                tally.jobs[int(match[2])] += next(answers)
    return [_describe_world(client, seed, tally) for seed, tally in sorted(tallies.items())]


def _describe_world(client: Any, seed: int, tally: _Tally) -> WorldInfo:
    names = Names(seed)
    world = client.get(names.world)
    names.epoch = decode_world(world).epoch if world else 0
    newest = client.zrange(names.spoken_to, -1, -1, withscores=True)
    return WorldInfo(
        seed=seed,
        accounts=client.zcard(names.accounts),
        jobs=tally.jobs[names.epoch],
        exchanges=client.zcard(names.exchanges),
        keys=tally.keys,
        bytes=tally.bytes,
        idle_s=max(_read_now(client) - newest[0][1], 0) / SECOND if newest else None,
    )


def _read_now(client: Any) -> int:
    """Return the time of Redis in microseconds since 1970."""
    seconds, microseconds = client.time()
    return int(seconds) * SECOND + int(microseconds)
