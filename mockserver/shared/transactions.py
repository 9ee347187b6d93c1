"""What is done with a store, each piece of work as a whole, in the world as it is then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from mockserver.base.clock import VirtualClock
from mockserver.base.errors import StoreGoneError
from mockserver.rules.fault_registry import FaultRegistry, KeptRules
from mockserver.shared.connection import Command
from mockserver.shared.names import Names
from mockserver.shared.session import ConflictError, Session
from mockserver.shared.world import World, decode_world, encode_world

T = TypeVar("T")

MOST_TRIES = 1_000
"""How often work is done that others get ahead of; each time somebody else got on."""


class Transactions:
    """The transactions of one process, and what they have in common: clock, rules and epoch.

    Args:
        session: What they read and write.
        names: Under which keys things are kept.
        make_clock: Makes the default clock of a new world.
        faults: The rules of faults, which are those of the world during a transaction.
    """

    def __init__(
        self,
        session: Session,
        names: Names,
        make_clock: Callable[[], VirtualClock],
        faults: FaultRegistry,
    ) -> None:
        self._session = session
        self._names = names
        self._make_clock = make_clock
        self.clock = make_clock()
        self.faults = faults
        self.on_other_epoch: list[Callable[[], None]] = []
        """Called when the world was reset since this process last saw it."""
        self.on_new_world: Callable[[], None] | None = None
        """Called within the transaction that begins a world of which there is nothing."""
        self._world: World | None = None
        self._data = b""
        self._rules: KeptRules | None = None
        """The rules that `faults` has; None if that is not known."""

    def run(self, work: Callable[[], T]) -> tuple[T, list[Any]]:
        """Do some work until nobody got ahead; return its result, and what was answered to it.

        Raises:
            StoreGoneError: there is no answer, or others get ahead for ever.
        """
        for _ in range(MOST_TRIES):
            try:
                return self._try(work)
            except ConflictError:
                self._rules = None
            except BaseException:
                self._rules = None
                raise
        raise StoreGoneError

    def _try(self, work: Callable[[], T]) -> tuple[T, list[Any]]:
        self._session.forget()  # whoever asked something beside a transaction
        try:
            result = work()
        except StoreGoneError:
            self._session.forget()
            raise
        except Exception:
            self._session.discard()  # it may come from what was read half before, half after
            raise
        return result, self._session.commit()

    def open(self, *watched: str, then: Iterable[Command] = ()) -> list[Any] | None:
        """Read the world, and more with it, unless it was read in this transaction.

        Returns:
            What else was read; None where it was not, or was read under keys of another epoch.
        """
        if self._world is not None:
            return None
        epoch = self._names.epoch
        reads = [("GET", self._names.world), *then]
        data, *found = self._session.watch(self._names.world, *watched, then=reads)
        self._take_in(data)
        return found if self._names.epoch == epoch else None

    @property
    def world(self) -> World:
        """The world as it is in this transaction."""
        if self._world is None:
            self.open()
        if self._world is None:
            raise AssertionError("a world that was read is not there")
        return self._world

    def enter(self, world: World) -> None:
        """Have all be of this world, and of its epoch."""
        self._world = world
        self.clock.restore(world.clock)
        if self._names.epoch != world.epoch:
            self._names.epoch = world.epoch
            self._rules = None  # what was counted of equal rules is another epoch's
            for notify in self.on_other_epoch:
                notify()
        if world.rules != self._rules:
            self.faults.restore(world.rules)
            self._rules = world.rules

    def begin_epoch(self) -> None:
        """Have a world of which nothing is used yet; what there was is to be let go."""
        old = self.world
        clock = self._make_clock().save()
        self.enter(World(old.epoch + 1, clock, ended=(*old.ended, old.epoch)))

    def end_epoch(self, epoch: int) -> None:
        """Note that nothing is left of what there was in an epoch."""
        ended = tuple(each for each in self.world.ended if each != epoch)
        self._world = msgspec.structs.replace(self.world, ended=ended)

    def list_writes(self) -> Iterable[Command]:
        """Return what is to be written of the world."""
        rules = self.faults.save()
        world = msgspec.structs.replace(self.world, clock=self.clock.save(), rules=rules)
        data = encode_world(world)
        if data != self._data:
            self._rules = rules
            yield ("SET", self._names.world, data)

    def forget(self) -> None:
        """Know nothing of the world any more: the transaction is over."""
        self._world = None

    def _take_in(self, data: bytes | None) -> None:
        self._session.enlist(self)
        self._data = data or b""
        if data:
            self.enter(decode_world(data))
            return
        self.enter(World(0, self._make_clock().save()))
        if self.on_new_world is not None:
            self.on_new_world()
