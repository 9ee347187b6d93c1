"""The commands of `segmock`, those of the kit included."""

from __future__ import annotations

from collections.abc import Iterator

import click

from mockserver import cli


def list_commands() -> list[tuple[str, ...]]:
    """Return the words of every command that is no group."""
    return [*_find_commands(cli.main)]


def _find_commands(group: click.Group) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((name, *rest) for rest in _find_commands(command))
        else:
            yield (name,)


def get_command(words: tuple[str, ...]) -> click.Command:
    """Return the command with this name."""
    command: click.Command = cli.main
    for word in words:
        command = command.get_command(click.Context(command), word)
    return command
