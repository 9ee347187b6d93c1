"""The reference client on urllib3 in place of httpx, and the driver around it.

pip install urllib3 'segmind-emulator[kit]'
segmock verify client --driver 'python urllib3_driver.py'

What a client decides is the reference's, `client_tests/clients/reference.py`; how it speaks HTTP is
here.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import urllib3
from urllib3.connection import HTTPConnection

from client_tests.clients.gateway_http import GaveUpError
from client_tests.clients.loop import serve
from client_tests.clients.reference import Reference, act

PIECE = 65536
"""Bytes that are read at once, if so many are there."""

POOL = urllib3.PoolManager()
"""Its connections, which calls share."""


class Urllib3(Reference):
    """The reference, with requests of urllib3's: it repeats none, and follows no redirect."""

    def send(self, method: str, url: str, **parts: Any) -> httpx.Response:
        """Send one request and read the whole of its answer, by the deadline."""
        headers = dict(parts["headers"])
        body = None
        if "json" in parts:
            body = json.dumps(parts["json"]).encode()
            headers["content-type"] = "application/json"
        try:
            answer = POOL.request(
                method,
                url,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(total=self.left_s()),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                return self.read(answer)
            finally:
                answer.release_conn()
        except (urllib3.exceptions.TimeoutError, TimeoutError) as error:
            raise GaveUpError("timeout", repr(error)) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise GaveUpError("transport_error", repr(error)) from error

    def left_s(self) -> float:
        """Return how long it is to the deadline; some time has to be left."""
        left: float = self.deadline - self.now()
        if left <= 0:
            raise GaveUpError("timeout", f"not done after {self.timeout_s:g} s")
        return left

    def read(self, answer: urllib3.BaseHTTPResponse) -> httpx.Response:
        """Read an answer piece by piece, each of them with the time that is left."""
        content = b""
        while piece := answer.read1(PIECE):
            content += piece
            left = self.left_s()
            if isinstance(answer.connection, HTTPConnection) and answer.connection.sock:
                answer.connection.sock.settimeout(left)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=content)


if __name__ == "__main__":
    serve(lambda call: act(call, Urllib3))
