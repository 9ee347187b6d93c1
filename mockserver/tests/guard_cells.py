"""Calls the vendor in each way that a client may, and prints as JSON what came of each.

python guard_cells.py guarded|answered|left|never

Before each call it connects to a file that is not there and is named after the cell, so that
whoever traces system calls knows which call they belong to.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress

import aiohttp
import httpx
import httpx2
import requests
import segmind
import trio
import uvloop

from mockserver import Emulator
from mockserver.testing import RefusedHostError, guard

URL = "https://api.segmind.com/v1/get-user-credits"
KEY = {"x-api-key": "SG_0123456789abcdef"}
MARK = "/guard-cell/"


def call_httpx() -> int:
    """Call with httpx."""
    return httpx.get(URL, headers=KEY).status_code


def call_httpx2() -> int:
    """Call with httpx2."""
    return httpx2.get(URL, headers=KEY).status_code


def call_requests() -> int:
    """Call with requests."""
    return requests.get(URL, headers=KEY, timeout=600).status_code


def call_urllib() -> int:
    """Call with urllib."""
    with urllib.request.urlopen(urllib.request.Request(URL, headers=KEY)) as answer:
        return answer.status


def call_sdk() -> int:
    """Call with the vendor's SDK."""
    client = segmind.SegmindClient(api_key=KEY["x-api-key"])
    try:
        return 200 if client.submit_async("ideogram-3", prompt="A boat").request_id else 0
    finally:
        client._client.close()


async def await_httpx() -> int:
    """Call with httpx's async client."""
    async with httpx.AsyncClient() as client:
        return (await client.get(URL, headers=KEY)).status_code


async def await_httpx2() -> int:
    """Call with httpx2's async client."""
    async with httpx2.AsyncClient() as client:
        return (await client.get(URL, headers=KEY)).status_code


async def await_aiohttp() -> int:
    """Call with aiohttp."""
    async with aiohttp.ClientSession() as session, session.get(URL, headers=KEY) as answer:
        return answer.status


SYNC = {
    "httpx": call_httpx,
    "httpx2": call_httpx2,
    "requests": call_requests,
    "urllib": call_urllib,
    "segmind": call_sdk,
}
ASYNC = {"httpx": await_httpx, "httpx2": await_httpx2, "aiohttp": await_aiohttp}
LOOPS = {"asyncio": asyncio.run, "uvloop": uvloop.run}


def run_on(loop: str, call: Callable, *arguments: object) -> object:
    """Run a coroutine function on a loop."""
    if loop == "trio":
        return trio.run(call, *arguments)
    return LOOPS[loop](call(*arguments))


async def call_in_thread(loop: str, call: Callable) -> object:
    """Run a function in a thread of a loop's."""
    return await (trio.to_thread.run_sync(call) if loop == "trio" else asyncio.to_thread(call))


def list_cells() -> dict[str, Callable[[], object]]:
    """Return each way to call, by its name; aiohttp knows no trio."""
    loops = (*LOOPS, "trio")
    return {
        **{f"{name} sync": call for name, call in SYNC.items()},
        **{
            f"{name} in a thread of {loop}": lambda loop=loop, call=call: run_on(
                loop, call_in_thread, loop, call
            )
            for name, call in SYNC.items()
            for loop in loops
        },
        **{
            f"{name} async on {loop}": lambda loop=loop, call=call: run_on(loop, call)
            for name, call in ASYNC.items()
            for loop in loops
            if (name, loop) != ("aiohttp", "trio")
        },
    }


def run_cell(name: str, call: Callable[[], object]) -> str:
    """Return what came of a call: a status, or an error's kind and sentence."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as mark:
        mark.connect(MARK + name)
    try:
        return str(call())
    except (
        RefusedHostError,
        OSError,
        aiohttp.ClientError,
        httpx.HTTPError,
        httpx2.HTTPError,
    ) as error:
        return f"{type(error).__name__}: {error}"


def main(mode: str) -> None:
    """Run all cells with the guard as the mode has it."""
    with ExitStack() as contexts:
        if mode != "never":
            contexts.enter_context(guard())
        if mode == "answered":
            contexts.enter_context(Emulator(clock="auto").respx())
        if mode == "left":
            contexts.close()
        json.dump({name: run_cell(name, call) for name, call in list_cells().items()}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
