"""Runs a program with variables by which it finds the emulator, where nothing more can be had."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from socket import create_connection
from subprocess import Popen

from mockserver.base.hosts import VENDOR, is_vendor
from mockserver.base.proxy_bypasses import LOOPBACK, read_bypasses, render_bypasses
from mockserver.edges.listeners import Listener, listen
from mockserver.edges.webhook_post import Connect
from mockserver.programs.child_process import start_process
from mockserver.programs.hook_files import HookSettings, write_hooks
from mockserver.programs.host_files import list_names, read_hosts
from mockserver.programs.modes import ModeName, Surroundings
from mockserver.programs.proxy import Destinations, Proxy, serve_proxy
from mockserver.programs.trust_stores import write_trust_stores
from mockserver.programs.variables import append_java_options, make_trust_variables

_LOOPBACK = "127.0.0.1"
_JAVA_BYPASSED = "localhost|127.*|[::1]"
_HTTPS, _HTTP = 443, 80
_SUBDOMAINS = ("api", "cloud", "images", "workflows-api", "www", "api.spotprod")
_VENDOR_LINES = "".join(f"{_LOOPBACK}\t{name}.{VENDOR}\n" for name in _SUBDOMAINS)
"""In a hosts file: names in it are either whole or not there."""


class EnvMode:
    """A program that is told by its environment where the vendor's hosts are.

    What heeds neither proxies nor hooks is not held back.

    Args:
        surroundings: What every mode is given.
        environment: The caller's; what it has for the program stays, beside what is added.
    """

    name: ModeName = "env"

    def __init__(self, surroundings: Surroundings, environment: Mapping[str, str]) -> None:
        self.connect: Connect = create_connection
        plain, tls, proxy = (
            listen(_LOOPBACK, 0, context)[0] for context in (None, surroundings.tls, None)
        )
        self.listeners: Sequence[Listener] = [plain, tls]
        places = [each.socket.getsockname() for each in (plain, tls, proxy)]
        self._ports = {_HTTP: places[0][1], _HTTPS: places[1][1]}
        self._proxy_port: int = places[2][1]
        self._variables = self._prepare(surroundings.folder, surroundings.ca, environment)
        names = list_names(read_hosts())
        destinations = Destinations(plain=places[0], tls=places[1], ca=surroundings.ca, names=names)
        self._open = ExitStack()
        self._open.enter_context(
            serve_proxy(Proxy(destinations, surroundings.refuse), proxy.socket)
        )

    def variables(self) -> dict[str, str | None]:
        """Return what the program's environment gets besides its own."""
        return dict(self._variables)

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> Popen[bytes]:
        """Start the program as a direct child, with exactly this environment.

        Raises:
            OSError: it cannot be started.
        """
        program, *arguments = command
        if os.name == "nt":  # which looks for `.exe` alone by itself, and in this process's PATH
            program = shutil.which(program, path=environment.get("PATH")) or program
        return start_process([program, *arguments], environment)

    def close(self) -> None:
        """End the proxy, and the connections that go through it."""
        self._open.close()

    def _prepare(self, folder: Path, ca: bytes, environment: Mapping[str, str]) -> dict[str, str]:
        """Write what the program finds on disk; return the variables that name it."""
        here, ca_file, hosts_file = read_hosts(), folder / "ca.pem", folder / "java-hosts"
        ca_file.write_bytes(ca)
        hosts_file.write_text(here + _VENDOR_LINES, encoding="utf-8", errors="surrogateescape")
        settings = HookSettings(str(ca_file), list_names(here), self._ports, self._proxy_port)
        trusting = make_trust_variables(*write_trust_stores(folder, ca, environment), environment)
        java = self._list_java_options(hosts_file)
        return {
            **trusting,
            **append_java_options(java, trusting),
            **write_hooks(folder / "hooks", settings, environment),
            **self._make_proxy_variables(environment),
        }

    def _make_proxy_variables(self, environment: Mapping[str, str]) -> dict[str, str]:
        url = f"http://{_LOOPBACK}:{self._proxy_port}"
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), url)
        return {
            **proxies,
            **{name.lower(): value for name, value in proxies.items()},
            **make_bypasses(environment),
            "NODE_USE_ENV_PROXY": "1",
            "PERL_LWP_ENV_PROXY": "1",
        }

    def _list_java_options(self, hosts: Path) -> Iterable[str]:
        """Return Java's properties for proxies, and for names, of which it knows no others then."""
        for scheme in ("http", "https"):
            yield f"-D{scheme}.proxyHost={_LOOPBACK}"
            yield f"-D{scheme}.proxyPort={self._proxy_port}"
        yield f"-Dhttp.nonProxyHosts={_JAVA_BYPASSED}"
        yield f"-Djdk.net.hosts.file={hosts}"


def make_bypasses(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `NO_PROXY` with this machine's names added to what an environment has of it.

    What would lead past the proxy to the vendor's hosts is left out: `*`, and suffixes of them.
    """
    kept = (host for host in read_bypasses(environment) if not _covers_vendor(host))
    return render_bypasses([*kept, *LOOPBACK])


def _covers_vendor(host: str) -> bool:
    """Tell whether an entry of `NO_PROXY` is, or is a suffix of, one of the vendor's hosts."""
    is_ipv6 = host.count(":") > 1
    name = host if is_ipv6 else host.lower().partition(":")[0].lstrip("*.")
    return not name or is_vendor(name) or f".{VENDOR}".endswith(f".{name}")
