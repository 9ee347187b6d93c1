"""The calls of a test as a report shows them: without keys, and in the words of the kit."""

from __future__ import annotations

from client_tests.reports.exchange_lines import make_step
from mockserver.audit.records import Call, TestRecord
from mockserver.audit.report_data import SeenExchange
from mockserver.control.journal_views import render_exchange


def show_calls(test: TestRecord) -> tuple[SeenExchange, ...]:
    """Return what a test asked and was answered, in order; it asked something."""
    first_us = test.calls[0].at_us
    accounts = {call.owner for call in test.calls if call.owner}
    return tuple(_show_call(test.id, call, first_us, accounts) for call in test.calls)


def _show_call(test: str, call: Call, first_us: int, accounts: set[str]) -> SeenExchange:
    at_s = (call.at_us - first_us) / 1e6
    shown = render_exchange(call.exchange, accounts)
    step = make_step(shown, seq=call.exchange.seq, at_ms=1000 * at_s)
    return SeenExchange(
        test=test,
        at_s=at_s,
        method=step.method,
        path=step.path,
        route=step.route,
        status=step.status,
        delivery=step.delivery,
        answer=step.answer,
        host=call.exchange.request.headers.get(b"host", b"").decode("latin-1"),
        struck=call.is_struck,
        job=call.exchange.request_id,
        began_run=call.ends is not None,
    )
