"""Why a system does not allow a network of a program's own, and what to do about it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from mockserver.base.errors import EmulatorError
from mockserver.programs.launcher import MOUNT, NETWORK, UNSHARE

_WHAT = {
    UNSHARE: "make a network of its own",
    MOUNT: "lay files over others",
    NETWORK: "set its own network up",
}
_ELSE = "or take --mode env"
_CONTAINER = f"in a container add --cap-add SYS_ADMIN --security-opt seccomp=unconfined, {_ELSE}"
_SWITCHES = (
    (
        "/proc/sys/kernel/unprivileged_userns_clone",
        "0",
        "sysctl kernel.unprivileged_userns_clone=1",
    ),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
    ("/proc/sys/user/max_net_namespaces", "0", "sysctl user.max_net_namespaces=10000"),
    ("/proc/sys/user/max_mnt_namespaces", "0", "sysctl user.max_mnt_namespaces=10000"),
)
"""Files by which a system forbids it, what is in them then, and how root allows it."""


def explain_refusal(step: str, number: int, file: str | None) -> EmulatorError:
    """Say what could not be done, with the system's own word for it.

    Args:
        step: One of the launcher's.
        number: The number of the system's error.
        file: What it was about, if it was a file.
    """
    where = f": {file}" if file else ""
    message = f"a process of this user may not {_WHAT[step]} ({os.strerror(number)}{where})"
    return EmulatorError(message, hint=_advise(number))


def explain_end(status: int) -> EmulatorError:
    """Say that the launcher ended before it said anything."""
    return EmulatorError(
        f"what makes a network for the program ended with exit status {status}",
        hint="its last lines say why; --mode env needs no network of its own",
    )


def _advise(number: int) -> str:
    for file, forbidding, command in _SWITCHES:
        if _read(file) == forbidding:
            return f"`{command}` as root allows it, {_ELSE}"
    if number in {errno.EPERM, errno.EACCES}:
        return _CONTAINER
    return "take --mode env"


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="ascii").strip()
    except OSError:
        return ""
