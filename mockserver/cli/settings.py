"""Settings: flags that can also come from `SEGMOCK_…` or from a configuration file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from mockserver.base.close_names import find_close, render_hint
from mockserver.base.documents import parse_toml
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import redact_key
from mockserver.cli.groups import CONFIG_FILE
from mockserver.cli.refusals import Refusal
from mockserver.contract.files import read_text

F = TypeVar("F", bound=Callable[..., Any])

CONFIG_FILES = ("segmock.toml", "pyproject.toml")
"""Where settings are looked for unless a file is named, in this order."""

OTHERS = {
    "SEGMOCK_CONFIG",
    "SEGMOCK_URL",
    "SEGMOCK_ADMIN_TOKEN",
    "SEGMOCK_COMMAND",
    "SEGMOCK_STORM",
}
"""Variables that are no settings of a server: those of clients, of tests, of the project."""

_LINKS = re.compile(r"SEGMOCK_(SERVICE_(HOST|PORT)\w*|PORT_\d+_\w+|NAME)")
"""What Kubernetes and Docker set in other containers where a service is called segmock."""


def setting(flag: str, **attributes: Any) -> Callable[[F], F]:
    """Declare a flag that can also come from `SEGMOCK_…` or the configuration file."""
    variable = "SEGMOCK_" + flag.removeprefix("--").upper().replace("-", "_")
    return click.option(flag, envvar=variable, show_envvar=True, show_default=True, **attributes)


def read_settings(context: click.Context, path: Path | None) -> None:
    """Take defaults and accounts from the configuration file."""
    found, table = _read_table(path)
    _check_variables(context, os.environ)
    accounts = table.pop("accounts", None)
    known = {parameter.name or "" for parameter in context.command.params} - {"config"}
    for name, value in table.items():
        if name not in known:
            hint = render_hint(name, [*sorted(known), "accounts"], "settings")
            raise Refusal(f"{found}: unknown setting {name!r} ({hint})")
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
            document = parse_toml(read_text(candidate))
        except ValueError as error:
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


def _check_variables(context: click.Context, environment: Mapping[str, str]) -> None:
    """Refuse a variable that is a misspelt setting, and name any other that nobody reads."""
    known = {str(parameter.envvar) for parameter in context.command.params} | OTHERS
    for name in sorted(environment):
        if not name.startswith("SEGMOCK_") or name in known or _LINKS.fullmatch(name):
            continue
        tails = {each.removeprefix("SEGMOCK_"): each for each in known}
        close = find_close(name.removeprefix("SEGMOCK_"), tails)
        if close is None:
            click.echo(f"segmock: nothing reads the variable {name}", err=True)
            continue
        hint = f"did you mean {tails[close]}? `segmock serve --help` names them all"
        raise Refusal(f"there is no variable {name} ({hint})")


def name_source(
    context: click.Context, error: EmulatorError, make: Callable[..., object]
) -> EmulatorError:
    """Return an error about settings that says where the wrong one was written.

    Args:
        context: That of the command, once `read_settings` has read the file.
        error: What the settings were refused with.
        make: What refuses settings, given by name: each one is tried alone.
    """
    for where, fields in _list_sources(context):
        try:
            make(**fields)
        except EmulatorError as own:
            if own.message == error.message:
                return EmulatorError(f"{where}: {own.message}", hint=own.hint)
    return error


def _list_sources(context: click.Context) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each setting that no flag gave, with the place where it was written."""
    file = context.meta.get(CONFIG_FILE, "")
    for parameter in context.command.params:
        name = parameter.name or ""
        if name not in context.params:  # --config itself
            continue
        source = context.get_parameter_source(name)
        if source is ParameterSource.ENVIRONMENT:
            yield str(parameter.envvar), {name: context.params[name]}
        elif source is ParameterSource.DEFAULT_MAP:
            yield file, {name: context.params[name]}
    accounts = context.obj if isinstance(context.obj, dict) else {}
    for key, account in accounts.items():
        yield f"{file}: account {redact_key(key)}", {"accounts": {key: account}}
    if context.obj is not None:
        yield file, {"accounts": context.obj}
