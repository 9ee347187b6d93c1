"""What a driver gets wrong about the protocol, apart from any verdict on its client.

The driver is asked for one thing after the other on a test bed of its own, and each line that it
writes is looked at. What its client makes of the gateway is nobody's business here: an outcome
has to be one of the table, but need not be right. It may touch whatever runs a case; reports,
mutants and clients are not its business.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from client_tests.driver.systems import require_posix
from client_tests.driver_check.findings import DriverReport, Finding
from client_tests.driver_check.probe import DriverProbe, HopelessError, Patience
from client_tests.driver_check.session import ProtocolSession
from client_tests.running.signals import find_signal
from client_tests.running.testbed import TestBed

__all__ = ["DriverReport", "Finding", "Patience", "check"]


def check(
    command: Sequence[str], *, url: str | None = None, patience: Patience | None = None
) -> DriverReport:
    """Look at a driver; a KeyboardInterrupt ends that, and the report has what is known by then.

    Args:
        command: Its command line, in words.
        url: The root of a segmock that nobody else uses; one is started unless given.
        patience: How long things may take.

    Raises:
        UnsupportedSystemError: this is Windows.
    """
    require_posix()
    probe = DriverProbe(command, patience or Patience())
    interrupted_by = None
    with TestBed([probe], url) as testbed:
        session = ProtocolSession(probe, testbed)
        try:
            session.run()
        except HopelessError:
            probe.findings.reason = "the driver could not be talked to any further"
        except KeyboardInterrupt as interrupt:
            probe.findings.reason = "the check was interrupted"
            interrupted_by = find_signal(interrupt)
        finally:
            probe.close()
    return DriverReport(
        command=shlex.join(command),
        findings=probe.findings.list_all(),
        features=session.features,
        interrupted_by=interrupted_by,
    )
