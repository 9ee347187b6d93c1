"""Whether anything is printed in colour: what the environment says of it, for every command."""

from __future__ import annotations

from collections.abc import Mapping

_OFF = {"", "0", "false"}


def find_colour(environment: Mapping[str, str]) -> bool | None:
    """Return whether colour is forbidden or forced; None leaves it to whether it is a terminal.

    NO_COLOR with any value forbids it (no-color.org) and outranks FORCE_COLOR and CLICOLOR_FORCE,
    which force it unless they are 0; CLICOLOR=0 and TERM=dumb forbid it too.
    """
    if environment.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if environment.get(name, "") not in _OFF:
            return True
    is_forbidden = (
        environment.get("FORCE_COLOR", "") in _OFF - {""}
        or environment.get("CLICOLOR") == "0"
        or environment.get("TERM") == "dumb"
    )
    return False if is_forbidden else None
