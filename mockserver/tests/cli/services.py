"""A server of another process that stands for the real service, and the witness of what it said."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from mockserver.edges.authority_store import load_authority
from mockserver.facts.observed import Observed
from mockserver.tests.processes import serving


@dataclass
class Service:
    """What stands for the service: its root, and the file of its authority."""

    url: str
    ca: Path

    def read_journal(self, key: str) -> list[dict[str, Any]]:
        """Return what it was asked with a key, and what it answered."""
        tls = ssl.create_default_context(cafile=self.ca)
        with httpx.Client(verify=tls, trust_env=False) as client:
            url = f"{self.url}/_mock/requests"
            return client.get(url, params={"api_key": key}).json()["requests"]


@contextmanager
def serve_service(folder: Path) -> Iterator[Service]:
    """Serve it over TLS while the context lasts."""
    ca = folder / "ca.pem"
    ca.write_bytes(load_authority().pem)
    with serving("--tls", "--clock", "auto", cwd=folder) as served:
        yield Service(served.url, ca)


def assert_hidden(folder: Path, *keys: str) -> None:
    """See that no file has a key."""
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for key in keys:
            assert key.encode() not in content, path
            assert key.removeprefix("SG_").encode() not in content, path


def assert_same(journal: list[dict[str, Any]], exchanges: tuple[Observed, ...]) -> None:
    """See that what the service has in its journal is what was recorded."""
    assert [(row["method"], row["path"], row["status"]) for row in journal] == [
        (each.method, each.path, each.status) for each in exchanges
    ]
    for row, each in zip(journal, exchanges, strict=True):
        if each.find_header("content-type") == "application/json":
            assert row["response"]["body"] == each.body.document
            assert row["response"]["headers"] == dict(each.headers)
        if each.request_body.size:
            assert row["request"]["body"] == each.request_body.document
