"""`segmock env`: what to set so that the SDK and scripts use a running server."""

from __future__ import annotations

import os

import click

from mockserver.cli.refusals import Refusal
from mockserver.cli.server_url import server_url
from mockserver.cli.shells import SHELLS, find_shell, render_variables

_KEY = "SG_0123456789abcdef"
"""Any key is an account; that of the documentation."""


@click.command(short_help="Print what to set so that clients use a running server.")
@server_url
@click.option(
    "--key",
    metavar="KEY",
    default=_KEY,
    show_default=True,
    help="The account to use, in place of whatever key is set.",
)
@click.option(
    "--shell",
    type=click.Choice([*SHELLS, "json"]),
    help="For whom it is quoted; sh is bash and zsh, too. What SHELL names unless given.",
)
def env(*, url: str, key: str, shell: str | None) -> None:
    """Point clients at a running server: eval "$(segmock env)".

    It prints what to set: the server's address and a key for the vendor's SDK and for scripts, the
    address for segmock's own commands, and NO_PROXY with the server's host added. The key takes the
    place of a real one: what has the vendor's address built in cannot spend anything.

    \b
    Examples:
      eval "$(segmock env)"                          in sh, bash and zsh
      segmock env --shell fish | source              in fish
      segmock env --shell powershell | Invoke-Expression
      segmock env --key SG_fedcba9876543210 --shell json
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    from mockserver.handles.control_client import HttpControlClient
    from mockserver.testing.environment import Environment
    from mockserver.testing.sessions import URL_VARIABLE

    if not key.strip() or not key.isprintable():
        raise Refusal(f"{key!r} cannot be sent as a key (give any word)")
    root = HttpControlClient(url).url
    variables = {**Environment(key, root), URL_VARIABLE: root}
    click.echo(render_variables(variables, shell or find_shell(os.environ, os.name)))
