"""Verifications over TLS of servers in a process of their own, with clocks faster than real."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from mockserver.spending.budget import Budget
from mockserver.spending.ledger import parse_ledger
from mockserver.tests.verifier.verifications import CATALOGUE
from mockserver.verifier.http_transport import HttpTransport
from mockserver.verifier.real_clock import RealClock
from mockserver.verifier.session import Session
from mockserver.verifier.spending_control import SpendingControl
from mockserver.verifier.verifier_context import VerifierContext
from mockserver.verifier.verifying import verify

TIMES = 600
"""How many times faster than real the servers' clocks run."""

NOBODY = "SG_ffffffffffffffff"


def verify_over_tls(url, key, ca, budget="0.05", **flags):
    """Return what comes of verifying a server; its ledger is in memory."""
    lines, numbers = [], count(0xFEED << 100)
    clock = RealClock(TIMES)
    spending = SpendingControl(
        Budget(Decimal(budget)), parse_ledger(b""), lines.append, clock.read_utc_s
    )
    session = Session(
        HttpTransport(ca, TIMES),
        clock,
        url,
        {"own": key, "nobody": NOBODY},
        agent="segmock-verify/test",
        see=spending.see,
    )
    context = VerifierContext(session, spending, lines.append, lambda: f"{next(numbers):032x}")
    return verify(context, CATALOGUE, **flags)


def list_facts(done):
    """Return the facts in which something differs, but for notes."""
    return {row.fact for row in done.report.differing}
