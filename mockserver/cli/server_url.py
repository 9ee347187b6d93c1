"""The flag by which a command is told which running server is meant."""

from __future__ import annotations

import click

server_url = click.option(
    "--url",
    envvar="SEGMOCK_URL",
    show_envvar=True,
    default="http://127.0.0.1:8765",
    show_default=True,
    help="The server's root.",
)
