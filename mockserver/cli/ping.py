"""`segmock ping`: whether a server can serve, for scripts and health checks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mockserver.base.errors import EmulatorError
from mockserver.cli.flag_types import Number
from mockserver.cli.server_url import server_url

_MOST_S = 86_400


@click.command(short_help="Tell by the exit code whether a server can serve.")
@server_url
@click.option(
    "--wait",
    "wait_s",
    metavar="SECONDS",
    type=Number(0, _MOST_S),
    default=0.0,
    show_default=True,
    help="How long to wait until it can.",
)
@click.option(
    "--ca",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Certificates, in PEM, of authorities to trust at https://, beside the system's.",
)
def ping(*, url: str, wait_s: float, ca: Path | None) -> None:
    """Exit 0 if a server can serve, and 1 if it cannot, with the reason on stderr.

    It needs no admin token, and goes past every proxy.

    \b
    Examples:
      segmock ping                              now
      segmock ping --wait 30                    as soon as it can: within 30 seconds
      segmock ping --url http://127.0.0.1:9000
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    from mockserver.handles.control_client import HttpControlClient
    from mockserver.handles.health import wait_for_health

    client = HttpControlClient(url, ca=ca)
    try:
        health = wait_for_health(client, wait_s)
    except EmulatorError as error:
        click.echo(f"segmock: {error}", err=True)
        sys.exit(1)
    click.echo(f"segmock {health['version']} serves at {client.url}")
