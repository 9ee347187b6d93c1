"""What verifies a real service: sockets, real time, a ledger on the disk, perhaps a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from mockserver import __version__
from mockserver.facts.observed import Observed
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.recordings.writer import RecordingWriter
from mockserver.spending.budget import Budget
from mockserver.spending.ledger import Line, parse_ledger
from mockserver.verifier.http_transport import HttpTransport
from mockserver.verifier.ledger_file import LedgerFile, make_opening
from mockserver.verifier.real_clock import RealClock
from mockserver.verifier.session import Session
from mockserver.verifier.spending_control import SpendingControl
from mockserver.verifier.verifier_context import VerifierContext

_AGENT = f"segmock-verify/{__version__}"


class Service(NamedTuple):
    """Who is asked: its root, the user's key there, whom to trust, how fast its clock runs."""

    url: str
    key: str
    ca: Path | None
    time_scale: float


@contextmanager
def open_context(
    service: Service,
    budget: Decimal,
    ledger_path: Path | None,
    recording: Path | None,
    tell: Callable[[str], None],
) -> Iterator[VerifierContext]:
    """Give what a verification needs, for as long as it lasts.

    Args:
        service: Who is asked.
        budget: US dollars that may be spent.
        ledger_path: Where they are written down; None where nothing may cost.
        recording: The folder in which what was seen is kept, without secrets.
        tell: Takes lines about what is done.

    Raises:
        EmulatorError: the ledger cannot be used.
    """
    with ExitStack() as stack:
        clock = RealClock(service.time_scale)
        ledger = parse_ledger(b"")
        append: Callable[[Line], None] = _write_nothing
        if ledger_path is not None:
            file = stack.enter_context(LedgerFile(ledger_path))
            file.open(make_opening(service.url, service.key, budget, clock.read_utc_s()))
            ledger, append = file.ledger, file.append
        spending = SpendingControl(Budget(budget), ledger, append, clock.read_utc_s)
        see = _make_observer(stack, service, recording, clock.read_utc_s(), spending.see)
        session = Session(
            HttpTransport(service.ca, service.time_scale),
            clock,
            service.url,
            {"own": service.key, "nobody": f"SG_{token_hex(8)}"},
            agent=_AGENT,
            see=see,
        )
        yield VerifierContext(session, spending, tell, lambda: token_hex(16))


def _write_nothing(_line: Line) -> None:
    """Write nothing: only what is free is asked."""


def _make_observer(
    stack: ExitStack,
    service: Service,
    recording: Path | None,
    began_utc_s: float,
    see: Callable[[Observed], None],
) -> Callable[[Observed], None]:
    """Return what sees each exchange: the recording first, so that it has what stopped all."""
    if recording is None:
        return see
    secrets = RedactionSession(upstream=service.url, began_utc_s=began_utc_s, secrets=[service.key])
    writer = stack.enter_context(RecordingWriter(recording, secrets))

    def observe(exchange: Observed) -> None:
        writer.write(redact(exchange, secrets))
        see(exchange)

    return observe
