"""Settings: flags that can also come from `SEGMOCK_…` or from a configuration file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from mockserver.base.close_names import find_close, render_hint
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import redact_key
from mockserver.cli.groups import CONFIG_FILE
from mockserver.cli.refusals import Refusal
from mockserver.cli.settings_file import SettingsFile, read_settings_file

F = TypeVar("F", bound=Callable[..., Any])

OTHERS = {
    "SEGMOCK_AUDIT",
    "SEGMOCK_CONFIG",
    "SEGMOCK_URL",
    "SEGMOCK_ADMIN_TOKEN",
    "SEGMOCK_CA_DIR",
    "SEGMOCK_COMMAND",
    "SEGMOCK_EXEC",
    "SEGMOCK_FROM",
    "SEGMOCK_GUARD",
    "SEGMOCK_STORM",
}
"""Variables that are no settings of a server: those of clients, of tests, of the project."""

_LINKS = re.compile(r"SEGMOCK_(SERVICE_(HOST|PORT)\w*|PORT_\d+_\w+|NAME)")
"""What Kubernetes and Docker set in other containers where a service is called segmock."""


def setting(flag: str, **attributes: Any) -> Callable[[F], F]:
    """Declare a flag that can also come from `SEGMOCK_…` or the configuration file."""
    variable = "SEGMOCK_" + flag.removeprefix("--").upper().replace("-", "_")
    return click.option(flag, envvar=variable, show_envvar=True, show_default=True, **attributes)


def add_flags(flags: Sequence[Callable[[F], F]], function: F) -> F:
    """Give a function flags; help lists them in this order."""
    for flag in reversed(flags):
        function = flag(function)
    return function


def read_settings(context: click.Context, path: Path | None) -> None:
    """Take defaults and accounts from the configuration file."""
    file = read_settings_file(path)
    _check_variables(context, os.environ)
    settings = dict(file.settings)
    accounts = settings.pop("accounts", None)
    known = {flag.name or "" for flag in _list_flags(context)} - {"config"}
    for name, value in settings.items():
        if name not in known:
            hint = render_hint(name, [*sorted(known), "accounts"], "settings")
            raise Refusal(f"{file.render_place(name)}: unknown setting {name!r} ({hint})")
        if isinstance(value, dict | list):
            kind = type(value).__name__
            raise Refusal(f"{file.render_place(name)}: {name} is a {kind}; give one value")
    context.meta[CONFIG_FILE] = file
    context.default_map = {name: str(value) for name, value in settings.items()}
    context.obj = accounts


def _list_flags(context: click.Context) -> list[click.Parameter]:
    """Return the flags that are settings: the command's, and those of `serve`.

    A file, or an environment, is for all commands; what one has no use for is no mistake.
    """
    root = context.find_root().command
    serve = root.commands.get("serve") if isinstance(root, click.Group) else None
    commands = [context.command, *([serve] if serve else [])]
    return [flag for each in commands for flag in each.params if flag.envvar]


def _check_variables(context: click.Context, environment: Mapping[str, str]) -> None:
    """Refuse a variable that is a misspelt setting, and name any other that nobody reads."""
    known = {str(flag.envvar) for flag in _list_flags(context)} | OTHERS
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
    file: SettingsFile = context.meta.get(CONFIG_FILE, SettingsFile())
    for parameter in context.command.params:
        name = parameter.name or ""
        if name not in context.params:  # --config itself
            continue
        source = context.get_parameter_source(name)
        if source is ParameterSource.ENVIRONMENT:
            yield str(parameter.envvar), {name: context.params[name]}
        elif source is ParameterSource.DEFAULT_MAP:
            yield file.render_place(name), {name: context.params[name]}
    if isinstance(context.obj, dict):
        yield from _list_accounts(file, context.obj)
    if context.obj is not None:
        yield file.render_place("accounts"), {"accounts": context.obj}


def _list_accounts(
    file: SettingsFile, accounts: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each field of each account of the file alone, then the account whole."""
    for key, account in accounts.items():
        whose = f"account {redact_key(key)}"
        for name, value in account.items() if isinstance(account, dict) else ():
            where = file.render_place("accounts", key, name)
            yield f"{where}: {whose}", {"accounts": {key: {name: value}}}
        yield f"{file.render_place('accounts', key)}: {whose}", {"accounts": {key: account}}
