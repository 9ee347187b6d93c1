"""The control plane as plain calls: what a test author can ask of the emulator, and change.

Everything is synchronous: when a call returns, it has happened. Answers are JSON values; what
cannot be is an `EmulatorError` with a hint. What may take long can be had in `lock_steps` too.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec

from mockserver.base.clock import render_iso
from mockserver.base.lock_steps import Steps
from mockserver.control.accounts import Accounts
from mockserver.control.clock import Clocks
from mockserver.control.faults import Faults
from mockserver.control.jobs import Jobs
from mockserver.control.journal import Exchanges
from mockserver.control.models import Models
from mockserver.control.outputs import Outputs
from mockserver.control.reports import Reports
from mockserver.control.verdicts import Verdicts
from mockserver.gateway.context import Services

_NEWEST = 10
"""How many exchanges a first look shows."""


class ResetScope(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to reset: one account, or everything."""

    api_key: str | None = None


class Control:
    """The control plane of one emulator: what it is about, and what concerns all of it.

    Attributes:
        services: What the emulator is made of.
        clock: The default clock, and that of each account.
        version: Which segmock it is.
    """

    def __init__(self, services: Services, version: str) -> None:
        self.services = services
        self.accounts = Accounts(services)
        self.clock = Clocks(services)
        self.jobs = Jobs(services)
        self.models = Models(services.catalogue.models)
        self.outputs = Outputs(services)
        self.journal = Exchanges(services)
        self.faults = Faults(services)
        self.verdicts = Verdicts(services)
        self.reports = Reports(services)
        self.version = version

    def show_status(self) -> dict[str, Any]:
        """Tell that the emulator is there, which everybody may know."""
        return {"status": "ok", "version": self.version}

    def show_health(self) -> dict[str, Any]:
        """Tell that the emulator is there, and how much it holds."""
        store = self.services.store
        return {
            **self.show_status(),
            "clock": {"now_utc": render_iso(store.clock.now()), "mode": store.clock.mode},
            "accounts": len(store.accounts),
            "jobs": store.job_count,
            "kept_bytes": store.kept_bytes,
            "evicted": store.evictions.count,
            **({"replay": True} if self.services.options.replays else {}),
        }

    def show_overview_in_steps(self) -> Steps:
        """Show what a first look is for: the health, the models and the newest exchanges."""
        health: dict[str, Any] = yield self.show_health
        requests = yield from self.journal.outline_in_steps(_NEWEST)
        models = sorted(self.services.catalogue.models)
        return {"name": "segmock", **health, "models": models, "requests": requests}

    def list_behaviours(self) -> dict[str, Any]:
        """Return the behaviour register."""
        return {"behaviours": self.services.catalogue.behaviours}

    def reset(self, scope: ResetScope) -> None:
        """Bring one account, or everything, back to how the emulator started."""
        if scope.api_key is None:
            self.services.store.reset()
            self.services.faults.clear()
        else:
            self.accounts.reset(scope.api_key)

    def reset_in_steps(self, scope: ResetScope) -> Steps:
        """Do the same, and let go of what there was in steps, so that nobody waits for it."""
        yield partial(self.reset, scope)
        while (yield self.services.store.release):
            pass
