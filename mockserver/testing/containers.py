"""The emulator in a container, started and stopped by tests in Python.

It needs Docker, an image made by the `Dockerfile`, and the extra `containers`:

    with SegmockContainer("segmock") as container:
        account = container.account()
        client = SegmindClient(api_key=account.api_key, base_url=account.base_url)
"""

from __future__ import annotations

import secrets
from typing import Any, Self

from mockserver.base.errors import EmulatorError
from mockserver.base.hosts import render_authority
from mockserver.edges.access import make_token
from mockserver.extras import require_extra
from mockserver.handles.control_client import HttpControlClient
from mockserver.handles.health import wait_for_health
from mockserver.testing.sessions import TestAccount, make_key

with require_extra("mockserver.testing.containers", "containers"):
    from testcontainers.core.container import DockerContainer

PORT = 8765
_ENDED = {"exited", "dead"}


class SegmockContainer(DockerContainer):
    """A container of testcontainers in which the emulator runs.

    Settings are variables: `SegmockContainer().with_env("SEGMOCK_CLOCK", "auto")`.

    Args:
        image: The name of the image.
        admin_token: The token of its control plane; a random one unless given.
        wait_s: How many seconds it may take to serve.
        options: What testcontainers takes besides.

    Attributes:
        admin_token: What control requests must bear.
    """

    def __init__(
        self,
        image: str = "segmock",
        *,
        admin_token: str | None = None,
        wait_s: float = 60.0,
        **options: Any,
    ) -> None:
        super().__init__(image, **options)
        self.admin_token = admin_token or make_token()
        self._wait_s = wait_s
        self._client: HttpControlClient | None = None
        self.with_exposed_ports(PORT)
        self.with_env("SEGMOCK_ADMIN_TOKEN", self.admin_token)

    def start(self) -> Self:
        """Start it, and return when it serves.

        Raises:
            EmulatorError: it does not; its log is told.
        """
        super().start()
        client = HttpControlClient(self._find_address(), self.admin_token)
        wait_for_health(client, self._wait_s, self._check_running)
        self._client = client
        return self

    @property
    def url(self) -> str:
        """The server's root for clients of this machine, without a slash at the end.

        Raises:
            EmulatorError: it was not started.
        """
        return self._find_client().url

    def account(self, api_key: str | None = None, **fields: Any) -> TestAccount:
        """Return an account, and all that a test wants to do with it.

        Args:
            api_key: Its key; a fresh one unless given.
            fields: What is said of it: `plan`, `credits`, `requests_per_minute`, ….

        Raises:
            EmulatorError: it was not started, or something that is said cannot be.
        """
        client = self._find_client()
        key = api_key or make_key(secrets.token_hex())
        return TestAccount(client, key, client.url, **fields)

    def _find_client(self) -> HttpControlClient:
        if self._client is None:
            hint = "use it as a context manager, or call its start()"
            raise EmulatorError("the container does not run", hint=hint)
        return self._client

    def _find_address(self) -> str:
        """Return where the port of the container is published."""
        host = self.get_container_host_ip()
        try:
            return f"http://{render_authority(host, int(self.get_exposed_port(PORT)))}"
        except Exception:
            self._check_running()
            raise

    def _check_running(self) -> None:
        """Raise with the log if the container has ended."""
        container = self.get_wrapped_container()
        container.reload()
        if container.status in _ENDED:
            log = b"".join(self.get_logs()).decode("utf-8", "replace").strip()
            raise EmulatorError(f"the container has ended: {log}", hint="what it said is its log")
