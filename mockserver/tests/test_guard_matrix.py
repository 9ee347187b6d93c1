"""Each way to call the vendor under the guard, and what the kernel saw of it.

The calls are made in a process whose system calls are traced, so that no resolver goes unseen,
those below Python included. Every connection of that process is made to fail: nothing leaves the
machine, whatever the guard does.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache

import pytest

from mockserver.tests import guard_cells
from mockserver.tests.guard_cells import list_cells
from mockserver.tests.system_calls import trace

CELLS = list(list_cells())
SENTENCE = re.compile(
    r"RefusedHostError: segmock's guard refused api\.segmind\.com: .*segmock_respx.*"
    r"base URL.*segmock exec.*--no-segmock-guard.*"
)


@cache
def run_cells(mode: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return what came of each cell, and to what it connected."""
    stdout, connections = trace(sys.executable, guard_cells.__file__, mode)
    return json.loads(stdout), connections


@pytest.mark.parametrize("cell", CELLS)
def test_under_the_guard_each_way_to_call_is_refused_and_reaches_no_resolver(cell):
    """The sentence says which host, how to have it answered, and how to switch the guard off."""
    outcomes, connections = run_cells("guarded")
    assert SENTENCE.fullmatch(outcomes[cell])
    assert connections[cell] == connections[""] == []


@pytest.mark.parametrize("cell", CELLS)
def test_under_respx_and_the_guard_each_way_to_call_is_answered_or_refused(cell):
    """Answered in process are clients on httpx and httpx2, of which the vendor's SDK is one."""
    outcomes, connections = run_cells("answered")
    if cell.split()[0] in {"httpx", "httpx2", "segmind"}:
        assert outcomes[cell] == "200"
    else:
        assert SENTENCE.fullmatch(outcomes[cell])
    assert connections[cell] == connections[""] == []


@pytest.mark.parametrize("mode", ["left", "never"])
@pytest.mark.parametrize("cell", CELLS)
def test_without_the_guard_each_way_to_call_reaches_a_resolver(cell, mode):
    """Once it is left it does as little as one that was never entered; so the trace sees all."""
    outcomes, connections = run_cells(mode)
    assert "RefusedHostError" not in outcomes[cell]
    assert [address for address in connections[cell] if "htons(53)" in address or "nscd" in address]


def test_every_library_is_called_on_every_loop_that_it_knows():
    """The table has no hole: sync, in threads of the loops, and async."""
    loops = {"asyncio", "uvloop", "trio"}
    sync = {"httpx", "httpx2", "requests", "urllib", "segmind"}
    wanted = {f"{name} sync" for name in sync}
    wanted |= {f"{name} in a thread of {loop}" for name in sync for loop in loops}
    wanted |= {f"{name} async on {loop}" for name in ("httpx", "httpx2") for loop in loops}
    wanted |= {"aiohttp async on asyncio", "aiohttp async on uvloop"}
    assert set(CELLS) == wanted
