"""Files and folders that a command is to write: refused before it runs where that cannot be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class OutputPath(click.Path):
    """A file or folder to write. The folder that it is in has to be there already."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it, and see that it can be written; nothing that is there is changed."""
        found = super().convert(value, param, ctx)
        path = Path(os.fsdecode(found))
        is_stdout = self.allow_dash and str(path) == "-"
        if not is_stdout and (problem := _find_problem(path)):
            self.fail(problem, param, ctx)
        return found


def _find_problem(path: Path) -> str | None:
    """Return why a path cannot be written."""
    folder = path.absolute().parent
    if not folder.exists():
        return (
            f"{str(path)!r} cannot be written: there is no folder {str(folder)!r}; make it first."
        )
    if not folder.is_dir():
        return f"{str(path)!r} cannot be written: {str(folder)!r} is no folder."
    if path.exists():  # what is there has been looked at by click
        return None
    try:
        path.touch(exist_ok=False)
        path.unlink()
    except OSError as error:
        return f"{str(path)!r} cannot be written: {error.strerror}."
    return None


def check_outputs(command: click.Command) -> click.Command:
    """Return a command that is declared elsewhere, with what it is to write looked at beforehand.

    It says that a path is to be written by `click.Path(writable=True)`.
    """
    for parameter in command.params:
        kind = parameter.type
        if isinstance(kind, click.Path) and kind.writable:
            parameter.type = OutputPath(
                file_okay=kind.file_okay,
                dir_okay=kind.dir_okay,
                writable=True,
                allow_dash=kind.allow_dash,
                path_type=kind.type,
            )
    return command
