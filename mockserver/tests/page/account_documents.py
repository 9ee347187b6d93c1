"""An account that a page is told of though no server has it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mockserver.base.ids import name_account
from mockserver.tests.conftest import KEY

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

DOCUMENT = {
    "account": name_account(KEY),
    "api_key": "...cdef",
    "plan": "free",
    "requests_per_minute": 5,
    "window_s": 60.0,
    "window": None,
    "credits": 1.0,
    "free_credits": 0.0,
    "held": 0.0,
    "status": "active",
    "denied_models": [],
    "jobs": 0,
    "clock": {"now_utc": "2026-01-01T00:00:00.000000Z", "mode": "frozen", "rate": 0.0},
    "ledger": [],
}
"""An account as the control plane shows it."""


def serve_account(page: Page, **fields: Any) -> None:
    """Have a page believe that there is this account alone."""
    document = {**DOCUMENT, **fields}

    def answer(route: Route) -> None:
        is_one = "/_mock/accounts/" in route.request.url
        told = document if is_one else {"accounts": [document], "next": None}
        route.fulfill(content_type="application/json", body=json.dumps(told))

    page.unroute_all(behavior="ignoreErrors")
    page.route(re.compile("/_mock/accounts"), answer)
