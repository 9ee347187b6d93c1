"""A timeline drawn in HTML: the client on the left, the gateway on the right, time going down."""

from __future__ import annotations

from typing import Any

from client_tests.reports.html_builder import Markup, element, join, link, styled_element
from client_tests.reports.text import short

_PAUSES_MS = (15, 100, 600)
"""Pauses longer than each of these are drawn a step longer."""


def render_diagram(timeline: list[dict[str, Any]], number: int) -> Markup:
    """Return the exchanges of a failure as a sequence, linked to what was wrong.

    Args:
        timeline: The exchanges and gaps, as the report has them.
        number: That of the check, for the links.
    """
    if not timeline:
        return element("p", "The client asked the gateway nothing.")
    items, before_ms = [], 0.0
    for item in timeline:
        is_gap = item["kind"] == "gap"
        now_ms = item["until_ms"] if is_gap else item["at_ms"]
        items.append(
            _render_gap(item) if is_gap else _render_exchange(item, now_ms - before_ms, number)
        )
        before_ms = now_ms
    lanes = element("span", "client"), element("span", "gateway")
    head = element("div", *lanes, attributes={"class": "lanes", "aria-hidden": "true"})
    label = {"aria-label": "Exchanges, in order"}
    return join([head, styled_element("ol", "sequence", *items, **label)])


def _render_gap(item: dict[str, Any]) -> Markup:
    wire = styled_element("div", "wire", element("p", f"… {item['words']}"))
    return styled_element("li", "left-out", styled_element("span", "when"), wire)


def _render_exchange(item: dict[str, Any], pause_ms: float, number: int) -> Markup:
    pause = sum(pause_ms > limit for limit in _PAUSES_MS)
    classes = [f"after-{pause}", *(["is-pointed-at"] if item["complaints"] else [])]
    parts = [styled_element("p", "ask", element("code", f"{item['method']} {short(item['path'])}"))]
    if item["fault"]:
        parts.append(styled_element("p", "strike", element("span", f"fault: {item['fault']}")))
    parts.append(styled_element("p", f"reply {item['delivery']}", element("bdi", item["answer"])))
    if item["complaints"]:
        links = [link(f"complaint-{number}-{mark}", str(mark)) for mark in item["complaints"]]
        parts.append(styled_element("p", "see", "see complaint ", join(links, ", ")))
    when = styled_element(
        "span", "when", element("b", f"#{item['seq']}"), f"{item['at_ms']:.0f} ms"
    )
    return styled_element("li", " ".join(classes), when, styled_element("div", "wire", *parts))
