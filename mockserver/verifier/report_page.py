"""What a verification adds to the page of its facts: the money, and what was not asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from client_tests.reports.html_builder import Markup, element, render_terms
from mockserver.facts.report_html import Section


def render_sections(verification: dict[str, Any]) -> list[Section]:
    """Return the sections about a verification, as `render_verification` makes it."""
    skipped = [
        element("li", f"{each['what']}: {each['reason']}") for each in verification["not_asked"]
    ]
    return [
        ("money", "Money", [render_terms(dict(_list_amounts(verification)))]),
        ("not-asked", "Not asked", [element("ul", *skipped)] if skipped else []),
    ]


def _list_amounts(verification: dict[str, Any]) -> Iterator[tuple[str, str | Markup]]:
    calls = verification["paid_calls"]
    spent, budget = verification["spent_usd"], verification["budget_usd"]
    yield "Spent", f"${spent} of ${budget}, in calls that may cost: {calls}"
    if verification["reserved_usd"] != "0":
        yield "Reserved for good", f"${verification['reserved_usd']}: nobody knows what it cost"
    if verification["stopped"]:
        yield "Stopped", verification["stopped"]
    if not verification["is_whole"]:
        yield "Interrupted", "this is what was seen by then"
    if verification["ledger"]:
        yield "Ledger", element("code", verification["ledger"])
