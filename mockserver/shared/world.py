"""What there is once for all accounts of a store: the default clock, and the rules of faults."""

from __future__ import annotations

import msgspec

from mockserver.base.clock import ClockState
from mockserver.rules.fault_registry import KeptRules


class World(msgspec.Struct, frozen=True, array_like=True):
    """One value that every transaction watches; only the control plane changes it.

    Attributes:
        epoch: How often it was reset: what there was before is kept under other keys.
        clock: The default clock.
        rules: Those of faults.
        ended: The epochs of which not everything is gone yet.
    """

    epoch: int
    clock: ClockState
    rules: KeptRules = KeptRules()
    ended: tuple[int, ...] = ()


encode_world = msgspec.msgpack.encode
decode_world = msgspec.msgpack.Decoder(World).decode
