"""The extras: what a minimal installation does without, and the line that brings it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mockserver.base.errors import EmulatorError

DISTRIBUTION = "segmind-emulator"
"""What pip calls this package; `segmock` of the package index is another project."""

EXTRAS = {
    "respx": {"httpx", "respx"},
    "httpx2": {"httpx2"},
    "kit": {"httpx", "hypothesis", "pytest"},
    "containers": {"testcontainers"},
    "record": {"httpx"},
    "redis": {"redis"},
}
"""What each extra of pyproject.toml brings, by the names of the modules."""

_UNKNOWN_ORIGIN = "URL is git+https://… of the repository, or file:///… of a clone"


class MissingExtraError(EmulatorError):
    """Something needs an extra that is not installed."""

    def __init__(self, what: str, module: str, extra: str) -> None:
        message = f"{what} needs {module}, which comes with {DISTRIBUTION}[{extra}]"
        super().__init__(message, hint=render_install(extra, _read_origin()))


@contextmanager
def require_extra(what: str, extra: str) -> Iterator[None]:
    """Import inside what an extra brings.

    Args:
        what: What cannot be without it, as its user names it.
        extra: The name of the extra.

    Raises:
        MissingExtraError: a module of the extra is not there; the hint is the line to type.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in EXTRAS[extra]:
            raise
        raise MissingExtraError(what, module, extra) from None


def render_install(extra: str, origin: dict[str, Any] | None) -> str:
    """Return the command line that installs the package with an extra.

    An extra is added by installing once more from the same place. Double quotes are understood by
    POSIX shells, PowerShell and cmd alike.

    Args:
        extra: The name of the extra.
        origin: Where the package was installed from, as the packaging specification "Recording the
            Direct URL Origin of installed distributions" (PEP 610) has it; None if nobody wrote it
            down.
    """
    if origin is None:
        return f'pip install "{DISTRIBUTION}[{extra}] @ URL", where {_UNKNOWN_ORIGIN}'
    url = str(origin["url"])
    if origin.get("dir_info", {}).get("editable"):
        return f'pip install --editable "{_find_folder(url)}[{extra}]"'
    if "vcs_info" in origin:
        source = origin["vcs_info"]
        revision = source.get("requested_revision") or source["commit_id"]
        with_host = url.replace("file:///", "file://localhost/")  # or pip 23 takes it for a path
        url = f"{source['vcs']}+{with_host}@{revision}"
    if "subdirectory" in origin:
        url += f"#subdirectory={origin['subdirectory']}"
    return f'pip install "{DISTRIBUTION}[{extra}] @ {url}"'


def _find_folder(url: str) -> str:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return url2pathname(urlsplit(url).path)


def _read_origin() -> dict[str, Any] | None:
    """Return where the package was installed from, if the installer wrote it down."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:  # a checkout that was never installed
        return None
    return None if text is None else dict(json.loads(text))
