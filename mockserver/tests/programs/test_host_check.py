"""Requests for other hosts are refused, wherever a program thinks that they are."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from mockserver.emulator import Emulator
from mockserver.programs.host_check import HostCheck

HEALTH = "/_mock/health"


def ask(host: str, scheme: str = "http") -> tuple[httpx.Response, list[tuple[str, str]]]:
    """Ask an emulator behind the check for a host; return the answer and what was refused."""
    refused = []
    app = HostCheck(Emulator().asgi, lambda *told: refused.append(told))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.get(f"{scheme}://127.0.0.1{HEALTH}", headers={"host": host})

    answer = asyncio.run(ask())
    app.close()
    return answer, refused


@pytest.mark.parametrize(
    "host",
    [
        "api.segmind.com",
        "API.Segmind.COM.:443",
        "segmind.com",
        "127.0.0.1:8765",
        "localhost",
        "[::1]:1",
    ],
)
def test_the_vendor_and_this_machine_are_answered(host):
    """As if nobody had looked."""
    answer, refused = ask(host)
    assert (answer.status_code, refused) == (200, [])
    assert answer.json()["status"] == "ok"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("example.com", "example.com"),
        ("Example.com:8080", "example.com"),
        ("1.1.1.1", "1.1.1.1"),
        ("notsegmind.com", "notsegmind.com"),
        ("segmind.com.example", "segmind.com.example"),
    ],
)
def test_other_hosts_are_refused_and_told_of(host, name, scheme):
    """With the status of a request that went to a wrong server."""
    answer, refused = ask(host, scheme)
    assert answer.status_code == 421
    assert answer.json()["error"].startswith(f"{name} cannot be reached from here")
    assert refused == [(name, f"a request over {scheme.upper()}")]
