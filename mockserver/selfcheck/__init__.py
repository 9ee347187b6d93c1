"""The emulator checks its own faults: over a real socket, what is armed shows, and nothing else.

Each effect of contracts/faults.json is tried at every route that it names, on each side of the
commit that it allows. A cell is three calls on an equal footing, each by an account of its own:
undisturbed, with the fault armed, and with the fault disarmed again. The second has to differ
from the first in what a client can observe, now or later; the third must not.

May use the emulator and all below it, of real time what `edges/realtime` has.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.base.clock import FIXED_START, render_iso
from mockserver.emulator import Emulator
from mockserver.selfcheck.cell_runner import CellRunner
from mockserver.selfcheck.cells import Cell, list_keys


def run() -> list[Cell]:
    """Try every effect wherever it can strike."""
    return list(run_each())


def run_each() -> Iterator[Cell]:
    """Try every effect wherever it can strike, one after the other."""
    emulator = Emulator(clock="auto", clock_start=render_iso(FIXED_START))
    rows = {row.effect: row for row in emulator.catalogue.faults}
    with emulator.live() as server:
        runner = CellRunner(emulator, server.url)
        for effect, route, when in list_keys([*rows.values()]):
            yield runner.run_cell(rows[effect], route, when)
