"""Running a program, or saying why it cannot be started, as shells do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.programs.runner import Outcome, Runner
    from mockserver.programs.vendors import Vendor


def run_or_exit(
    runner: Runner, vendor: Vendor, command: tuple[str, ...], tell: Callable[[str], None]
) -> Outcome:
    """Run a program in this environment to its end; exit where it cannot be started.

    Args:
        runner: What runs it.
        vendor: What answers for the vendor.
        command: The program, with its arguments.
        tell: Takes a line for the user.
    """
    from mockserver.programs.runner import CannotStartError

    try:
        return runner.run(vendor, command, os.environ)
    except CannotStartError as error:
        tell(str(error))
        sys.exit(error.status)
