"""The control plane is there when it is asked, and not before."""

import asyncio
import subprocess
import sys

import httpx

from mockserver.emulator import Emulator
from mockserver.tests.processes import environment

STARTED = """
import sys
from mockserver import Emulator
Emulator().protect_asgi("127.0.0.1")
print([name for name in ("starlette.applications", "anyio", "uvicorn") if name in sys.modules])
"""


def test_a_server_is_made_without_loading_it():
    """Nor what it is made of: a start would wait for that."""
    done = subprocess.run(
        [sys.executable, "-c", STARTED],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_an_application_that_was_closed_lets_nobody_wait():
    """Whoever asks first after that gets what there is, which is nothing."""
    app = Emulator().asgi
    app.close()

    async def ask():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get("/_mock/requests?wait_s=60")

    assert asyncio.run(ask()).json()["requests"] == []
