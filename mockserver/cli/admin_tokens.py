"""The admin token of a server: given, read from a file, or made and told once."""

from __future__ import annotations

from pathlib import Path

import click

from mockserver.cli.refusals import Refusal


def find_token(token: str | None, file: Path | None, *, is_random: bool) -> str | None:
    """Return the admin token, wherever it is; None if there is to be none.

    Args:
        token: What was given.
        file: Where it was written.
        is_random: Make one, and tell whoever reads stderr, if there is none.
    """
    if token is not None and file is not None:
        raise Refusal("there is an admin token and a file with one; give one of them")
    if file is None and (token is not None or not is_random):
        return token
    from mockserver.edges import access

    if file is not None:
        return access.read_token(file)
    made = access.make_token()
    click.echo(f"segmock: the admin token is {made}", err=True)
    return made
