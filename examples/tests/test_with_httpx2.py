"""A program on httpx2, which many SDKs have moved to: it keeps the vendor's host names.

httpx2 is a library of its own. Its clients get its responses and its errors, under asyncio and
under trio, and routes of a test's own are written in its words.
"""

from __future__ import annotations

import anyio
import httpx2
import pytest

BALANCE = "https://api.segmind.com/v1/get-user-credits"
PRINTER = "https://printer.example/orders"


async def order_stamp(api_key: str) -> str:
    """The code under test: see whether there is money for a stamp, then order one."""
    async with httpx2.AsyncClient(timeout=5) as client:
        answer = await client.get(BALANCE, headers={"x-api-key": api_key})
        if answer.raise_for_status().json()["credits"] < 1:
            return "too poor"
        printed = await client.post(PRINTER, json={"motif": "a ferry"})
        return "printed" if printed.status_code == httpx2.codes.CREATED else "jammed"


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_stamp_is_printed(segmock_respx, loop):
    """The gateway is emulated, the printer is a route of this test's own."""
    printer = segmock_respx.router.post(PRINTER).mock(return_value=httpx2.Response(201))
    assert anyio.run(order_stamp, segmock_respx.api_key, backend=loop) == "printed"
    assert printer.call_count == 1
    assert segmock_respx.requests[0]["route"] == "credits"


@pytest.mark.segmock(credits=0.5)
def test_who_is_poor_gets_none(segmock_respx):
    """Nothing is ordered."""
    assert anyio.run(order_stamp, segmock_respx.api_key) == "too poor"


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_lost_connection_is_an_error_of_httpx2(segmock_respx, loop):
    """As it would be on a socket."""
    segmock_respx.faults.add({"reset": True}, "credits")
    with pytest.raises(httpx2.ReadError):
        anyio.run(order_stamp, segmock_respx.api_key, backend=loop)


def test_what_goes_elsewhere_is_refused(segmock_respx):
    """The printer has no route here, and the order does not leave the machine."""
    with pytest.raises(AssertionError, match="segmock answers for"):
        anyio.run(order_stamp, segmock_respx.api_key)
