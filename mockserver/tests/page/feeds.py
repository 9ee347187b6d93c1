"""Exchanges that a page is told of without a client that made them: many, or odd ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

ACCOUNTS = ["account-000000000001", "account-000000000002", "account-000000000003"]


def make_exchange(seq: int, **fields: Any) -> dict[str, Any]:
    """Make an exchange as the journal shows it: the poll of a job, of one account after another."""
    job = f"{seq % 97:032x}"
    return {
        "seq": seq,
        "at_utc": f"2026-01-01T00:{seq // 60 % 60:02}:{seq % 60:02}.250000Z",
        "elapsed_ms": 0.0,
        "api_key": "...cdef",
        "account": ACCOUNTS[seq % len(ACCOUNTS)],
        "method": "GET",
        "path": f"/v2/requests/{job}/status",
        "route": "status",
        "model": "ideogram-3",
        "request_id": job,
        "status": 200,
        "delivery": "intact",
        "received_s": float(seq),
        "request": {"headers": {}, "body": ""},
        "response": {"headers": {}, "body": {"status": "QUEUED", "note": f"ticket-{seq}-"}},
        "behaviours": ["S4"],
        **fields,
    }


def feed_exchanges(page: Page, exchanges: Sequence[dict[str, Any]]) -> None:
    """Have a page, which is opened hereafter, told of these exchanges by its stream."""
    newest = exchanges[-1]["seq"]
    answers = iter([_render_events(exchanges)])

    def answer_events(route: Route) -> None:
        body = next(answers, None)
        # The next stream stays silent: it is never answered.
        if body is not None:
            route.fulfill(content_type="text/event-stream", body=body)

    def answer_newest(route: Route) -> None:
        page_of_journal = {"requests": [], "dropped": 0, "next": None, "newest": newest}
        route.fulfill(content_type="application/json", body=json.dumps(page_of_journal))

    page.route("**/_mock/events?*", answer_events)
    page.route("**/_mock/requests?limit=0", answer_newest)


def feed_verdicts(page: Page, verdicts: Sequence[dict[str, Any]]) -> None:
    """Have a page told of these verdicts."""
    body = json.dumps({"verdicts": verdicts, "dropped": 0, "next": None})
    page.route(
        "**/_mock/verdicts*",
        lambda route: route.fulfill(content_type="application/json", body=body),
    )


def feed_faults(page: Page, faults: Sequence[dict[str, Any]]) -> None:
    """Have a page told of these rules of faults."""
    body = json.dumps({"faults": faults, "next": None})
    page.route(
        "**/_mock/faults*",
        lambda route: route.fulfill(content_type="application/json", body=body),
    )


def _render_events(exchanges: Iterable[dict[str, Any]]) -> str:
    return "".join(
        f"event: exchange\nid: {each['seq']}\ndata: {json.dumps(each)}\n\n" for each in exchanges
    )
