"""Verifications of a service in virtual time, by processes that die and others that go on."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.spending.budget import Budget
from mockserver.spending.ledger import parse_ledger, render_line
from mockserver.tests.verifier.service import KEY, KilledError, Service, VirtualClock, Watcher
from mockserver.verifier.session import Session
from mockserver.verifier.spending_control import SpendingControl, SpendingStoppedError
from mockserver.verifier.verifier_context import VerifierContext
from mockserver.verifier.verifying import ask_all

CATALOGUE = load_shipped_catalogue()
ROOT = "http://service.test"
MOST_PROCESSES = 6


def make_context(transport, clock, budget, append, content=b"", key=KEY):
    """Return the context of a verification that goes on with a ledger."""
    spending = SpendingControl(Budget(budget), parse_ledger(content), append, clock.read_utc_s)
    keys = {"own": key, "nobody": "SG_ffffffffffffffff"}
    session = Session(transport, clock, ROOT, keys, agent="test", see=spending.see)
    numbers = count(int(clock.now_s() * 1000) << 32 | 0xFEED << 100)
    told = []
    return VerifierContext(session, spending, told.append, lambda: f"{next(numbers):032x}")


def verify_until_done(vices, seed, budget=Decimal("0.05"), kills=()):
    """Verify a service again and again until a process has lived to its end; return both."""
    clock = VirtualClock()
    watcher = Watcher(budget)
    service = Service(vices, seed, clock, watcher, kills)
    for _ in range(MOST_PROCESSES):
        try:
            return service, watcher, verify_once(service, clock, watcher, budget)
        except KilledError:
            watcher.see_death()
            service.lost_worst = watcher.sum_open()
            if watcher.content and not watcher.content.endswith(b"\n"):
                watcher.content += b"\n"
    raise AssertionError("every process was killed")


def verify_once(service, clock, watcher, budget):
    """Let one process verify a service; return why it stopped spending, or nothing."""

    def append(line):
        text = render_line(line)
        try:
            service.step()
        except KilledError:
            watcher.content += text[: service.draw(len(text))]
            raise
        watcher.content += text
        service.step()

    context = make_context(service, clock, budget, append, watcher.content)
    try:
        ask_all(context, CATALOGUE)
    except (SpendingStoppedError, EmulatorError) as error:
        return str(error)
    return ""
