"""`segmock exec` as a process: as whoever runs the tests, and as a user without privileges."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import environment

MODULE = [sys.executable, "-m", "mockserver"]
NOBODY = 65534
_ONE = "-all,+dac_read_search"  # or it could not read the Python of whoever runs the tests
UNPRIVILEGED = [
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *(f"--inh-caps={_ONE}", "--ambient-caps=+dac_read_search", f"--bounding-set={_ONE}"),
]
USERS = (
    {"as it is": [], "without privileges": UNPRIVILEGED} if os.getuid() == 0 else {"as it is": []}
)
"""What a command line begins with; only root can become somebody else."""


def make_environment(folder: Path, **variables: str) -> dict[str, str]:
    """Return an environment whose temporary files are in a folder, without a key."""
    made = environment(TMPDIR=str(folder), **variables)
    if "SEGMIND_API_KEY" not in variables:
        made.pop("SEGMIND_API_KEY", None)
    return made


def execute(
    *arguments: str,
    folder: Path,
    user: Sequence[str] = (),
    stdin: str = "",
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run `segmock exec` to its end."""
    return subprocess.run(
        [*user, *MODULE, "exec", *arguments],
        cwd=folder,
        env=make_environment(folder, **variables),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
