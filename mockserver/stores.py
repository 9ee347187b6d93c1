"""The store of an emulator: in this process, or one that many processes share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from logging import getLogger
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mockserver.base.clock import NOW, SECOND, VirtualClock, parse_start
from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import Catalogue
from mockserver.edges.realtime import read_monotonic_s
from mockserver.extras import require_extra
from mockserver.gateway.context import Services
from mockserver.gateway.gateway import Gateway
from mockserver.rules.fault_registry import FaultRegistry
from mockserver.settings import MEMORY, Settings
from mockserver.state.account_maker import AccountMaker
from mockserver.state.memory_store import MemoryStore

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.replay.gateway import OnMiss
    from mockserver.shared.redis_store import RedisStore

MakeGateway: TypeAlias = Callable[[Services, Callable[[str], object]], Gateway]
ReadTime: TypeAlias = Callable[[], int]

_MIB = 1024 * 1024


class OpenStore(NamedTuple):
    """A store, the rules of faults in it, and what makes a gateway over both."""

    store: MemoryStore | RedisStore
    faults: FaultRegistry
    make_gateway: MakeGateway


def open_store(
    settings: Settings, catalogue: Catalogue, lock: Lock, *, monotonic: ReadTime, utc: ReadTime
) -> OpenStore:
    """Return the store that the settings name.

    Args:
        settings: How the emulator behaves.
        catalogue: Models and plans.
        lock: Held around every use of it.
        monotonic: Real monotonic microseconds.
        utc: The real time in microseconds since 1970.

    Raises:
        EmulatorError: it cannot be had, or an account of the settings cannot be.
    """
    maker = AccountMaker(
        catalogue.plans,
        settings.plan,
        settings.credits,
        settings.accounts,
        use_triggers=settings.triggers,
    )
    if settings.store != MEMORY:
        _check_no_replay(settings)
        return _open_shared_store(settings, catalogue, lock, maker, utc)
    store = MemoryStore(
        clock=partial(_make_clock, settings, monotonic, utc),
        maker=maker,
        seed=settings.seed,
        max_bytes=settings.memory_mib * _MIB,
    )
    faults = FaultRegistry(catalogue, settings.seed)
    return OpenStore(store, faults, _find_gateway(settings.replay, settings.on_miss))


def _find_gateway(replay: Path | None, on_miss: OnMiss) -> MakeGateway:
    """Return what makes the gateway; with a recording it is one that plays it."""
    if replay is None:
        return Gateway
    from mockserver.replay.gateway import ReplayGateway
    from mockserver.replay.recording_index import load_index

    warn = getLogger("segmock").warning
    return partial(ReplayGateway, index=load_index(replay), on_miss=on_miss, warn=warn)


def _check_no_replay(settings: Settings) -> None:
    if settings.replay is not None:
        raise EmulatorError(
            f"replay is {settings.replay} and store is {settings.store.partition(':')[0]}://…: how "
            "far an account has come on a recording is kept in one process",
            hint="leave the store at memory, with one worker",
        )


def _open_shared_store(
    settings: Settings, catalogue: Catalogue, lock: Lock, maker: AccountMaker, utc: ReadTime
) -> OpenStore:
    with require_extra(f"--store {settings.store.partition(':')[0]}://…", "redis"):
        from mockserver.shared.gateway import SharedGateway
        from mockserver.shared.opening import open_shared_store
    store = open_shared_store(
        settings.store,
        lock,
        read_monotonic_s,
        clock=partial(_make_clock, settings),
        maker=maker,
        catalogue=catalogue,
        seed=settings.seed,
        max_bytes=settings.memory_mib * _MIB,
    )
    return OpenStore(store, store.faults, partial(SharedGateway, store=store, read_utc=utc))


def _make_clock(settings: Settings, monotonic: ReadTime, utc: ReadTime) -> VirtualClock:
    """Start at the whole second of the real time, or at the instant of the settings."""
    if settings.clock_start == NOW:
        start = utc() // SECOND * SECOND
        return VirtualClock(settings.clock, monotonic, start, utc)
    return VirtualClock(settings.clock, monotonic, parse_start(settings.clock_start))
