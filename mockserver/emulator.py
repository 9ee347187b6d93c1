"""One emulator: contracts, rules and state wired together, with a lock around every use of them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from secrets import token_hex
from socket import socket
from threading import Lock
from typing import TYPE_CHECKING, Any

from mockserver import __version__
from mockserver.base.errors import EmulatorError, is_misuse
from mockserver.base.hosts import is_loopback
from mockserver.base.ids import make_id
from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue
from mockserver.control.control import Control
from mockserver.edges import realtime
from mockserver.edges.forks import keep_forkable
from mockserver.edges.transactions import Transactions
from mockserver.edges.webhook_sender import WebhookSender
from mockserver.extras import require_extra
from mockserver.gateway.context import Options, Services
from mockserver.media.cache import RenderCache
from mockserver.settings import MEMORY, Settings, change_settings
from mockserver.stores import open_store

if TYPE_CHECKING:
    from mockserver.edges.asgi import App
    from mockserver.edges.httpx import Transport
    from mockserver.edges.inprocess import InProcess
    from mockserver.edges.listeners import Listener
    from mockserver.edges.respx import EmulatedRouter
    from mockserver.edges.serve import LiveServer
    from mockserver.handles.account import AccountHandle


__tracebackhide__ = is_misuse

_AUDITED = "SEGMOCK_AUDIT"  # `probe.FOLDER_VARIABLE`, which nobody else needs to load

_MIB = 1024 * 1024
_MOST_RENDERED = 32 * _MIB


class Emulator:
    """The gateway and its control plane.

    Args:
        settings: How it behaves.
        fields: Fields of `Settings` by name, which outrank those of `settings`.
        monotonic: Real monotonic microseconds; tests give their own.
        utc: The real time in microseconds since 1970, which clients read on their clocks.

    Raises:
        ContractError: a contract file is broken.
        EmulatorError: a setting cannot be.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        monotonic: Callable[[], int] = realtime.read_monotonic_us,
        utc: Callable[[], int] = realtime.read_utc_us,
        **fields: Any,
    ) -> None:
        self.settings = change_settings(settings or Settings(), fields)
        self._monotonic, self._utc = monotonic, utc
        self._accounts_made = 0
        self._key_space = "" if self.settings.store == MEMORY else token_hex()
        """Tells fresh keys from those that other processes of the store make."""
        self.lock = Lock()
        try:
            self._wire()
        except EmulatorError as error:  # it says all; where the wiring found it says nothing
            raise error.with_traceback(None) from None

    def _wire(self) -> None:
        models = self.settings.models
        catalogue = Catalogue(models) if models else load_shipped_catalogue()
        self.catalogue = catalogue.serve_unknown(self.settings.unknown_models)
        rules = Options(
            seed=self.settings.seed,
            speed=self.settings.speed,
            accept=self.settings.accept,
            v1=self.settings.v1,
            v1_limit=self.settings.v1_limit,
            types=self.settings.types,
            validation=self.settings.validation,
            credits_status=self.settings.credits_status,
            use_triggers=self.settings.triggers,
            max_body_mib=self.settings.max_body_mib,
            explain=self.settings.explain,
            cors=self.settings.cors == "on",
            replays=self.settings.replay is not None,
        )
        store, faults, make_gateway = open_store(
            self.settings,
            self.catalogue,
            self.lock,
            monotonic=self._monotonic,
            utc=self._utc,
        )
        self.transactions = Transactions(store, self.lock)
        self.webhook_sender = WebhookSender(store, self.lock)
        self.webhook_sender.is_open = self.settings.webhooks != "off"
        store.on_due = self.webhook_sender.wake
        keep_forkable(self)
        self.services = Services(self.catalogue, rules, store, self._make_cache(), faults)
        self.gateway = make_gateway(self.services, logging.getLogger("segmock").error)
        self.control = Control(self.services, __version__)
        if folder := os.environ.get(_AUDITED):
            from mockserver.probe.probe import attach_probe

            attach_probe(self.services, folder)

    def _make_cache(self) -> RenderCache:
        return RenderCache(min(_MOST_RENDERED, self.settings.memory_mib * _MIB // 4))

    @cached_property
    def asgi(self) -> App:
        """The emulator as an ASGI application, for use in this process."""
        return self._make_app()

    @cached_property
    def transport(self) -> Transport:
        """The emulator as a transport for `Client` and `AsyncClient` of httpx and of httpx2.

        Raises:
            EmulatorError: neither is installed.
        """
        with require_extra("Emulator.transport", "respx"):
            from mockserver.edges.httpx import Transport

        return Transport(self.in_process)

    @cached_property
    def in_process(self) -> InProcess:
        """The emulator as an edge without a socket asks it."""
        from mockserver.edges.inprocess import InProcess

        return InProcess(self.asgi)

    def respx(self, *, pass_through: bool = False, using: str | None = None) -> EmulatedRouter:
        """Answer for every host of the vendor's while the context lasts, through respx.

        Args:
            pass_through: Let requests to other hosts out, in place of refusing them.
            using: What is patched: `httpcore`, `httpx`, `httpcore2` or `httpx2`, and nothing
                else. None answers clients on httpx and, where it is installed, on httpx2.

        Raises:
            EmulatorError: that cannot be patched, or it or respx is not installed.
        """
        with require_extra("Emulator.respx()", "respx"):
            from mockserver.edges.respx import EmulatedRouter

        with require_extra(f'Emulator.respx(using="{using}")', "httpx2"):
            return EmulatedRouter(self.transport, pass_through=pass_through, using=using)

    def account(self, api_key: str | None = None, **fields: Any) -> AccountHandle:
        """Return an account of this emulator, and all that a test wants to do with it.

        Args:
            api_key: Its key; a fresh one unless given.
            fields: What is said of it: `plan`, `credits`, `requests_per_minute`, ….
        """
        from mockserver.handles.account import AccountHandle
        from mockserver.handles.control_client import InProcessControlClient

        self._accounts_made += 1
        fresh = make_id(self.settings.seed, "account", self._key_space, self._accounts_made)[:16]
        return AccountHandle(
            InProcessControlClient(self.in_process), api_key or f"SG_{fresh}", **fields
        )

    def protect_asgi(self, host: str, token: str | None = None) -> App:
        """Return the emulator as an ASGI application for a socket on this address.

        Where it can be reached from elsewhere webhooks are called only if `webhooks` is `on`:
        what others register and read in the log would tell them what listens on this machine.

        Raises:
            EmulatorError: the address can be reached from elsewhere, and there is no token.
        """
        if self.settings.webhooks == "auto" and not is_loopback(host):
            self.webhook_sender.is_open = False
        return self._make_app().guard(host, token)

    def _make_app(self) -> App:
        from mockserver.edges.asgi import App

        return App(self.gateway, self.control, self.transactions, self.settings.max_body_mib)

    def live(self, host: str = "127.0.0.1", port: int = 0) -> AbstractContextManager[LiveServer]:
        """Serve on a real socket, in a thread, while the context lasts; port 0 takes any.

        At its end exchanges in flight have `shutdown_grace` seconds, then their connections are
        closed.
        """
        from mockserver.edges.listeners import listen

        app = self.protect_asgi(host)
        return self._serve(app, listen(host, port))

    def live_on(self, sock: socket) -> AbstractContextManager[LiveServer]:
        """Serve on a socket that is already listening, in a thread, while the context lasts."""
        from mockserver.edges.listeners import Listener

        return self._serve(self.protect_asgi(sock.getsockname()[0]), [Listener(sock)])

    def _serve(self, app: App, listeners: list[Listener]) -> AbstractContextManager[LiveServer]:
        from mockserver.edges.serve import serve_in_thread

        return serve_in_thread(app, listeners, self.settings.shutdown_grace)
