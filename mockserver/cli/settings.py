"""Settings: flags that can also come from `SEGMOCK_…` or from a configuration file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mockserver.cli.groups import CONFIG_FILE
from mockserver.cli.refusals import Refusal
from mockserver.contract.files import read_text

F = TypeVar("F", bound=Callable[..., Any])

CONFIG_FILES = ("segmock.toml", "pyproject.toml")
"""Where settings are looked for unless a file is named, in this order."""


def setting(flag: str, **attributes: Any) -> Callable[[F], F]:
    """Declare a flag that can also come from `SEGMOCK_…` or the configuration file."""
    variable = "SEGMOCK_" + flag.removeprefix("--").upper().replace("-", "_")
    return click.option(flag, envvar=variable, show_envvar=True, show_default=True, **attributes)


def read_settings(context: click.Context, path: Path | None) -> None:
    """Take defaults and accounts from the configuration file."""
    found, table = _read_table(path)
    accounts = table.pop("accounts", None)
    known = {parameter.name or "" for parameter in context.command.params} - {"config"}
    for name, value in table.items():
        if name not in known:
            names = ", ".join(sorted(known))
            raise Refusal(f"{found}: unknown setting {name!r}; settings: {names}, accounts")
        if isinstance(value, dict | list):
            raise Refusal(f"{found}: {name} is a {type(value).__name__}; give one value")
    context.meta[CONFIG_FILE] = found
    context.default_map = {name: str(value) for name, value in table.items()}
    context.obj = accounts


def _read_table(path: Path | None) -> tuple[str, dict[str, Any]]:
    """Return the file's name and its settings; empty when there is none."""
    candidates = [path] if path else [Path(name) for name in CONFIG_FILES]
    for candidate in candidates:
        if not candidate.is_file():
            continue
        try:
            document = tomllib.loads(read_text(candidate))
        except (OSError, ValueError) as error:
            raise Refusal(f"{candidate}: {error}") from None
        table = _find_settings(candidate, document)
        if table is not None:
            return str(candidate), dict(table)
    return "", {}


def _find_settings(file: Path, document: dict[str, Any]) -> dict[str, Any] | None:
    """Return [tool.segmock] of a document, or the document itself where that is for segmock."""
    tools = document.get("tool", {})
    table = tools.get("segmock") if isinstance(tools, dict) else tools
    if table is None and file.name != "pyproject.toml":
        return {key: value for key, value in document.items() if key != "tool"}
    if table is not None and not isinstance(table, dict):
        raise Refusal(f"{file}: [tool.segmock] is to be a table; it is {table!r}")
    return table
