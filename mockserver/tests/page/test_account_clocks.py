"""What time it is for each account."""

from __future__ import annotations

import pytest

from mockserver.base.ids import name_account
from mockserver.tests.conftest import KEY, OTHER_KEY

THIRD = "SG_third_account_0003"


@pytest.mark.parametrize("clock", ["real", "x60", "x100000", "frozen"])
def test_accounts_of_one_clock_have_one_present(replace_server, open_view, clock):
    """However fast it goes while the server tells it; one that was moved on has another."""
    server = replace_server(clock=clock)
    for key in (KEY, OTHER_KEY, THIRD):
        server.steer("PUT", f"/_mock/accounts/{key}", {})
    server.steer("PATCH", "/_mock/clock", {"advance_s": 10**8, "api_key": THIRD})
    page = open_view("live")
    names = [name_account(key) for key in (KEY, OTHER_KEY, THIRD)]
    first, second, moved = page.evaluate(
        """async (names) => {
          const { makeClocks } = await import("/_mock/page/clock/account_clocks.mjs");
          const clocks = makeClocks();
          await clocks.load();
          const at = performance.now();
          return names.map((name) => clocks.readNow(name, at));
        }""",
        names,
    )
    assert first == second
    assert moved > first
