"""Groups of commands: those that refuse in one line, and those that are imported when wanted."""

from __future__ import annotations

import errno
import os
import re
import sys
from importlib import import_module
from typing import Any

import click
from click.core import ParameterSource

from mockserver.base.close_names import find_close
from mockserver.base.errors import EmulatorError
from mockserver.cli.colour import find_colour
from mockserver.cli.interruptions import exit_on_signals
from mockserver.cli.output_paths import check_outputs
from mockserver.cli.refusals import Refusal, give_up_stdout
from mockserver.cli.streams import write_every_character
from mockserver.extras import require_extra

CONFIG_FILE = "segmock.config-file"
"""In the meta data of a click context: the `SettingsFile` that its defaults were read from."""

_CANNOT_WRITE = {errno.ENOSPC, errno.EBADF}


class CommandGroup(click.Group):
    """A command group that says what cannot be in one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except EmulatorError as error:
            raise Refusal(str(error)) from None
        except OSError as error:
            if error.errno not in _CANNOT_WRITE:
                raise
            raise give_up_stdout(error) from None
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            said = re.sub(r"\s*\n\s*", " ", error.format_message())
            raise Refusal(f"{said} ({_find_advice(error)})") from None


class ProgramGroup(CommandGroup):
    """The group of all commands: what holds for the whole program."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run as a program."""
        write_every_character(sys.stdout, sys.stderr)
        return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, in the colours that the environment wants, until a signal ends it."""
        ctx.color = find_colour(os.environ)
        with exit_on_signals():
            return super().invoke(ctx)


class LazyGroup(CommandGroup):
    """A group with commands of another one, which is imported when one of them is wanted.

    Args:
        source: That group, as `module:attribute`.
    """

    def __init__(self, *args: Any, source: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._source = source

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of its own commands and of those elsewhere, if these can be had."""
        own = super().list_commands(ctx)
        try:
            return sorted({*own, *self._import_group().commands})
        except Refusal:
            if not own:
                raise
            return own

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say at the end of the help which commands are not here, and what brings them."""
        super().format_epilog(ctx, formatter)
        try:
            self._import_group()
        except Refusal as refusal:
            rows = [("client, replay, …", refusal.message)]
            with formatter.section("Not here"):
                formatter.write_dl(rows)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of its own, or one from elsewhere."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        command = self._import_group().get_command(ctx, cmd_name)
        return command and check_outputs(command)

    def _import_group(self) -> click.Group:
        module, _, name = self._source.partition(":")
        try:
            with require_extra("the conformance kit", "kit"):
                found: click.Group = getattr(import_module(module), name)
        except EmulatorError as error:
            raise Refusal(str(error)) from None
        return found


def _find_advice(error: click.UsageError) -> str:
    """Say where a bad value came from, or where the good ones are listed."""
    context = error.ctx
    if context is None:
        return "see segmock --help"
    if meant := _find_meant(error):
        return f"did you mean {meant}? See {context.command_path} --help"
    parameter = getattr(error, "param", None)
    if parameter is not None and parameter.name in (context.default_map or {}):
        source = context.get_parameter_source(parameter.name)
        if source not in {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}:
            return f"{parameter.name} in {context.meta[CONFIG_FILE].render_place(parameter.name)}"
    return f"see {context.command_path} --help"


def _find_meant(error: click.UsageError) -> str | None:
    """Return the choice of a flag or an argument that is like what came."""
    kind = getattr(getattr(error, "param", None), "type", None)
    came = re.match(r"'(.*?)' is not one of", error.message)
    if not isinstance(kind, click.Choice) or came is None:
        return None
    return find_close(came[1], map(str, kind.choices))
