"""How shells are told to set environment variables, each in its own quotes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath

from mockserver.base.json_encoding import encode_pretty

_POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
"""Each of them ends a text that any of them began."""


def find_shell(environment: Mapping[str, str], system: str) -> str:
    """Return which of SHELLS is somebody's.

    Args:
        environment: Its `SHELL` names the program, on POSIX.
        system: `os.name`; Windows has PowerShell.
    """
    name = PurePosixPath(environment.get("SHELL", "")).name
    if name == "fish":
        return "fish"
    is_powershell = name.startswith(("pwsh", "powershell")) or (not name and system == "nt")
    return "powershell" if is_powershell else "sh"


def render_variables(variables: Mapping[str, str], shell: str) -> str:
    """Return what one of SHELLS, or whoever reads JSON, takes for these variables."""
    if shell == "json":
        return encode_pretty(dict(variables)).decode()
    render = SHELLS[shell]
    return "\n".join(render(name, value) for name, value in variables.items())


def _render_sh(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _render_fish(name: str, value: str) -> str:
    """Within single quotes fish knows two escapes, that of the quote and that of itself."""
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{quoted}';"


def _render_powershell(name: str, value: str) -> str:
    """Within single quotes PowerShell knows one escape, a quote that is doubled."""
    quoted = _POWERSHELL_QUOTES.sub(lambda found: 2 * found[0], value)
    return f"$Env:{name} = '{quoted}'"


SHELLS = {"sh": _render_sh, "fish": _render_fish, "powershell": _render_powershell}
"""Each shell with the line that sets a variable in it; `sh` is bash, zsh and the like, too."""
