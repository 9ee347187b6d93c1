"""Certificates for the vendor's names and this machine's, issued by an authority of our own.

Whoever trusts the authority takes the emulator for the vendor; nobody else does.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self

import trustme

from mockserver.base.hosts import VENDOR
from mockserver.edges import realtime

_NAMES = ("localhost", "127.0.0.1", "::1", VENDOR, f"*.{VENDOR}")
"""What a client that names no host in its greeting may have meant."""

_VALID = timedelta(days=397)
"""Some systems take no certificate that lives for longer."""

_EARLIER = timedelta(days=1)
"""Clocks of clients may be behind."""

_MOST_NAMES = 256


class Authority:
    """An authority, new unless its certificate and its key are given.

    Args:
        ca: It, as trustme has it.
    """

    def __init__(self, ca: trustme.CA | None = None) -> None:
        self._ca = ca or trustme.CA(
            organization_name="segmock", organization_unit_name="segmock's own authority"
        )

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Read what `render` has written.

        Raises:
            ValueError: that is none.
        """
        return cls(trustme.CA.from_pem(cert_bytes=text, private_key_bytes=text))

    def render(self) -> bytes:
        """Return the key and the certificate as PEM: who has the key can issue certificates."""
        return self._ca.private_key_pem.bytes() + self.pem

    @property
    def pem(self) -> bytes:
        """The certificate as PEM, which clients are to trust."""
        return self._ca.cert_pem.bytes()

    def make_server_context(
        self,
        accepts: Callable[[str], bool] = lambda _name: True,
        on_refused: Callable[[str], None] = lambda _name: None,
    ) -> ssl.SSLContext:
        """Return a context for servers that shows a certificate for whatever host is asked for.

        Args:
            accepts: Whether there is such a host here; if not, the client gets the alert
                "unrecognized name" and no certificate.
            on_refused: Is told the name of each host that there is not.
        """
        find = lru_cache(_MOST_NAMES)(self._make_context)

        def choose(
            connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext
        ) -> int | None:
            if name is None:
                return None
            if accepts(name):
                try:
                    connection.context = find(name)
                except ValueError:  # no host can have such a name
                    return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
                return None
            on_refused(name)
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

        context = self._make_context(*_NAMES)
        context.sni_callback = choose
        return context

    def _make_context(self, *names: str) -> ssl.SSLContext:
        now = datetime.fromtimestamp(realtime.read_utc_us() / 1e6, UTC)
        leaf = self._ca.issue_cert(*names, not_before=now - _EARLIER, not_after=now + _VALID)
        with _name_content(leaf.private_key_and_cert_chain_pem) as path:
            return load_server_context(Path(path))


def load_server_context(certificate: Path, key: Path | None = None) -> ssl.SSLContext:
    """Return a context for servers that shows the certificate of a PEM file.

    Args:
        certificate: The file, with the certificates of those who vouch for it after it.
        key: The file of its key; None where the first file has it.

    Raises:
        OSError: a file cannot be read, or is none (as `ssl.SSLError`).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["http/1.1"])
    return context


@contextmanager
def _name_content(content: trustme.Blob) -> Iterator[str]:
    """Give a file with a content, since `ssl` reads keys of files alone; in memory if it can be."""
    if not hasattr(os, "memfd_create"):
        with content.tempfile() as path:
            yield path
        return
    file = os.memfd_create("segmock")
    try:
        os.write(file, content.bytes())
        yield f"/proc/self/fd/{file}"
    finally:
        os.close(file)
