"""`segmock tail`: what a running server is asked, as it is asked."""

from __future__ import annotations

import sys
from typing import Any

import click

from mockserver.cli.flag_types import WholeRange
from mockserver.cli.serve_log import make_palette
from mockserver.cli.server_url import server_url


@click.command()
@server_url
@click.option("--key", metavar="KEY", help="Show the exchanges of this account alone.")
@click.option("--route", metavar="ROUTE", help="Show this route alone, such as `submit`.")
@click.option(
    "--last",
    type=WholeRange(0),
    default=0,
    show_default=True,
    help="Begin with so many exchanges that were before.",
)
@click.option("--since", type=WholeRange(0), help="Begin after the exchange of this number.")
@click.option("--verdicts", is_flag=True, help="Tell which rules the client breaks, too.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line.")
@click.option(
    "--admin-token",
    envvar="SEGMOCK_ADMIN_TOKEN",
    show_envvar=True,
    metavar="TOKEN",
    help="What the server's control plane wants to be shown.",
)
def tail(
    *,
    url: str,
    key: str | None,
    route: str | None,
    last: int,
    since: int | None,
    verdicts: bool,
    as_json: bool,
    admin_token: str | None,
) -> None:
    """Show what a running server is asked, a line an exchange.

    The lines are those of `segmock serve --log`, and come until Ctrl-C. When the server goes away
    and comes back, so do they.

    \b
    Examples:
      segmock tail                               what comes from now on
      segmock tail --last 20 --verdicts          and before, with what is wrong about it
      segmock tail --key SG_0123456789abcdef --json | jq .status
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    from mockserver.control.log_writers import JsonWriter, LineWriter
    from mockserver.handles.control_client import HttpControlClient
    from mockserver.handles.event_stream import EventStream
    from mockserver.handles.journal_tail import JournalTail, find_start

    client = HttpControlClient(url, admin_token)
    wanted: dict[str, Any] = {"api_key": key, "route": route}
    start = find_start(client, last, since, wanted)
    writer = JsonWriter() if as_json else LineWriter(make_palette(sys.stdout))
    stream = EventStream(client, start, **wanted)
    journal_tail = JournalTail(client, stream, writer, key, judges=verdicts, since=start)
    for line in journal_tail.run(lambda text: click.echo(f"segmock: {text}", err=True)):
        click.echo(line)
