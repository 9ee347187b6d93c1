"""The programs of `test_exec_clients`, and in which modes of `segmock exec` each of them works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.tools import QUICK_JAVA, find_tool

SOURCES = Path(__file__).parent / "clients"
PACKAGES = Path(__file__).parents[3] / ".clients" / "node_modules"
"""What `make` installs of npm's for the programs in Node."""

_GO_CACHE = str(PACKAGES.parent / "go")  # which has Go's library from the second time on

GO_VARIABLES = {
    "CGO_ENABLED": "0",  # links statically, and has programs ask name servers by themselves
    "GOCACHE": _GO_CACHE,
    "GOPATH": _GO_CACHE,
    "GOFLAGS": "-mod=mod",
    "GOPROXY": "off",
}
"""With them Go compiles what needs nothing but its own library."""

WORKS = "works"


class Client(NamedTuple):
    """An unmodified program.

    Attributes:
        command: How it is started in the folder that `build` makes.
        tools: The programs of this machine that it needs, which `build` looks for.
        env: What becomes of it in env mode, as docs/exec.md has it.
        noise: A pattern of what it prints on stderr, other than what segmock does.
    """

    command: Sequence[str]
    tools: Sequence[str] = ()
    env: str = WORKS
    noise: str = ""


def _python(module: str) -> Client:
    return Client([sys.executable, f"with_{module}.py"])


def _node(name: str) -> Client:
    return Client(["node", f"with_{name}.mjs"], ["node"])


def _java(name: str) -> Client:
    noise = "Picked up JAVA_TOOL_OPTIONS: .*\n"  # which every JVM says that has it
    return Client(["java", *QUICK_JAVA, f"With{name}"], ["java", "javac"], noise=noise)


CLIENTS = {
    "the vendor's SDK": _python("segmind"),
    "requests": _python("requests"),
    "httpx": _python("httpx"),
    "httpx2": _python("httpx2"),
    "aiohttp": _python("aiohttp"),
    "urllib": _python("urllib"),
    "curl": Client(["sh", "with_curl.sh"], ["curl", "jq"]),
    "wget": Client(["sh", "with_wget.sh"], ["wget", "jq"]),
    "Node's fetch": _node("fetch"),
    "Node's https": _node("https"),
    "axios": _node("axios"),
    "undici": _node("undici"),
    "Java's HttpClient": _java("HttpClient"),
    "Java's HttpURLConnection": _java("UrlConnection"),
    "Go's net/http": Client(["./with_net_http"], ["go"]),
    "Ruby's Net::HTTP": Client(
        ["ruby", "with_net_http.rb"],
        ["ruby"],
        env="works, but asks the machine's name servers for the host before the proxy",
    ),
    "Perl's LWP": Client(["perl", "with_lwp.pl"], ["lwp-request"]),
    "PHP's curl": Client(["php", "with_curl.php"], ["php"]),
    "PHP's streams": Client(
        ["php", "with_streams.php"],
        ["php"],
        env="goes past the emulator, [to the vendor](#what-env-mode-reaches)",
    ),
}


def build(folder: Path) -> None:
    """Copy and compile all programs into a folder, where everybody may run them."""
    for name in {tool for client in CLIENTS.values() for tool in client.tools}:
        find_tool(name)
    assert PACKAGES.exists(), f"{PACKAGES} is not there: run `make .clients/installed`"
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    shutil.copytree(PACKAGES, folder / "node_modules")
    files = [file.name for file in SOURCES.glob("With*.java")]
    _compile("javac", *(f"-J{flag}" for flag in QUICK_JAVA), "-d", ".", *files, folder=folder)
    _compile("go", "build", "with_net_http.go", folder=folder, **GO_VARIABLES)


def _compile(*command: str, folder: Path, **variables: str) -> None:
    subprocess.run(command, cwd=folder, env=os.environ | variables, check=True, timeout=PATIENCE_S)
