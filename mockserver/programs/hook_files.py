"""The files that programs load when they start, and the variables that have them do it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from mockserver.base.hosts import VENDOR
from mockserver.programs import hooks
from mockserver.programs.refused_hosts import ONLY_HERE
from mockserver.programs.variables import append_node_options, prepend_python_path

_PYTHON = ("sitecustomize.py", "segmock_exec_hook.py", "segmock_exec_hosts.py")
_NODE = "segmock_exec_hook.cjs"
_SETTINGS = "segmock_exec_settings"


@dataclass(frozen=True, slots=True)
class HookSettings:
    """What a hook has to know.

    Attributes:
        ca: The file of the run's own authority, in PEM.
        names: Names that are this machine's, besides `localhost`.
        ports: For a port of the vendor's the one of this machine that stands for it.
        proxy: The port of the proxy, which is told of what is refused.
        vendor: The vendor's domain.
        sentence: What an error says; `%s` is the host that was refused.
    """

    ca: str
    names: Sequence[str]
    ports: Mapping[int, int]
    proxy: int
    vendor: str = VENDOR
    sentence: str = f"segmock exec: refused %s: {ONLY_HERE}"


def write_hooks(
    folder: Path, settings: HookSettings, environment: Mapping[str, str]
) -> dict[str, str]:
    """Write the hooks for Python and Node into a new folder; return the variables that load them.

    Args:
        folder: Where to; the files that Python compiles come there, too.
        settings: What the hooks have to know.
        environment: The caller's; what it has loaded by these variables is loaded as before.
    """
    folder.mkdir()
    for name in (*_PYTHON, _NODE):
        (folder / name).write_bytes((files(hooks) / name).read_bytes())
    values = asdict(settings)
    lines = [f"{name.upper()} = {value!r}\n" for name, value in values.items()]
    (folder / f"{_SETTINGS}.py").write_text("".join(lines), encoding="utf-8")
    (folder / f"{_SETTINGS}.json").write_text(json.dumps(values), encoding="utf-8")
    return {
        **prepend_python_path(folder, environment),
        **append_node_options([f"--require={folder / _NODE}"], environment),
    }
