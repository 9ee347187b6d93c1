"""How the tools are run that `make openapi` installs."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.processes import environment

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PYTHON_TOOLS = ROOT / ".venv-storm" / "bin"
NODE = Path(which("node") or "node")
NODE_TOOLS = ROOT / ".openapi" / "node_modules" / ".bin"


def run(
    tool: Path,
    *arguments: object,
    cwd: Path = HERE,
    patience_s: float = PATIENCE_S,
    **variables: str,
):
    """Run a tool to its end; return what became of it, its output as text."""
    assert tool.exists(), f"{tool} is not there: run `make openapi`"
    return subprocess.run(
        [str(tool), *map(str, arguments)],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        check=False,
        text=True,
        timeout=patience_s,
    )
