"""What a session came to, as it is told at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.base.dollars import render_dollars
from mockserver.base.plurals import count
from mockserver.recorder.costs import Costs
from mockserver.recorder.session import RecordingSession


def render_summary(session: RecordingSession, costs: Costs) -> str:
    """Return what a session came to, in a line, and what can be done with it in another."""
    if not session.exchanges and not session.unwritten:
        return f"{_render_nothing(session)}; no session was written to {session.folder}"
    line = "; ".join([_render_money(session, costs), *_list_secrets(session), *_list_lost(session)])
    if not session.exchanges:
        return line
    return f"{line}\nin {session.folder}; read it with `segmock recordings show {session.folder}`"


def make_document(session: RecordingSession, costs: Costs) -> dict[str, Any]:
    """Return what a session came to as a JSON value; money is in US dollars."""
    return {
        "recording": str(session.folder),
        "exchanges": session.exchanges,
        "unwritten": session.unwritten,
        "unsent": session.unsent,
        "runs": costs.runs,
        "spent": float(costs.spent),
        "untold": costs.untold,
        "reserved": float(costs.reserved),
        "replaced": dict(session.replaced),
    }


def _render_nothing(session: RecordingSession) -> str:
    if session.unsent:
        return f"nothing was recorded: {_render_unsent(session)}"
    return "nothing was asked"


def _render_unsent(session: RecordingSession) -> str:
    return f"{count(session.unsent, 'call')} not sent"


def _render_money(session: RecordingSession, costs: Costs) -> str:
    numbers = f"{count(session.exchanges, 'exchange')} recorded, {count(costs.runs, 'run')}"
    money = f"${render_dollars(costs.spent)} spent"
    if costs.untold:
        money += f" as far as answers tell, and {count(costs.untold, 'run')} of unknown cost"
    if costs.reserved:
        money += f" (${render_dollars(costs.reserved)} at the worst)"
    return f"{numbers}, {money}"


def _list_secrets(session: RecordingSession) -> Iterator[str]:
    if session.replaced:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(session.replaced.items()))
        yield f"secrets replaced: {kinds}"


def _list_lost(session: RecordingSession) -> Iterator[str]:
    if session.unwritten:
        yield f"{count(session.unwritten, 'exchange')} could not be written"
    if session.unsent:
        yield _render_unsent(session)
