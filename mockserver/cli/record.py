"""`segmock record`: a reverse proxy before the real service that keeps what goes through it."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.flag_types import WholeRange
from mockserver.cli.help_texts import render_examples
from mockserver.cli.recorder_flags import SessionFlags, session_flags
from mockserver.cli.refusals import give_up_stdout
from mockserver.extras import require_extra

if TYPE_CHECKING:
    from mockserver.edges.listeners import Listener

GRACE_S = 60.0
"""How long exchanges in flight may go on after a signal: runs in them are paid for."""

_UPSTREAM = "https://api.segmind.com"
_NOT_ALL_WRITTEN = 1

_EXAMPLES = render_examples(
    "segmock record --out recordings/today",
    "segmock record --out recordings/today --budget 0.25 --keep media=hashed",
    "SEGMIND_BASE_URL=http://127.0.0.1:8766/v1 python app.py    in another shell, with your key",
)


@click.command(
    short_help="Record what the real service says to a client: a reverse proxy.", epilog=_EXAMPLES
)
@click.option(
    "--out",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the recording; each run of this command adds a session to it.",
)
@click.option("--upstream", metavar="URL", default=_UPSTREAM, show_default=True, help="Its root.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; who reaches it can ask the service, with a key of their own.",
)
@click.option(
    "--port",
    type=WholeRange(0, 65535),
    default=8766,
    show_default=True,
    help="Port; 0 takes any free one.",
)
@session_flags
@click.option("--log", "logs", is_flag=True, help="Tell of each exchange in a line on stderr.")
def record(
    *,
    folder: Path,
    upstream: str,
    host: str,
    port: int,
    session: SessionFlags,
    logs: bool,
) -> None:
    """Stand between a client and the real service, and write down what both say.

    Point the client at the address of the ready line, with a real key: its runs are real, and are
    paid for. Addresses in answers are changed for the client, so that it fetches outputs through
    here too. No key is written, nor what else is secret: docs/recordings.md has the list. Ctrl-C or
    SIGTERM ends the session.
    """
    with require_extra("segmock record", "record"):
        from mockserver.recorder.addresses import ReverseAddresses
        from mockserver.recorder.opening import open_recorder
        from mockserver.recorder.origins import parse_root
    from mockserver.edges import listeners, serve
    from mockserver.edges.protocol import Protocol

    options = session.make_options(folder, logs=logs)
    addresses = ReverseAddresses(parse_root(upstream))
    with (
        listeners.listening(host, port) as served,
        open_recorder(addresses, options, tell, GRACE_S) as recorder,
    ):
        announce = partial(_announce, served[0], upstream)
        serve.run(recorder.app, served, announce, GRACE_S, partial(serve.Server, protocol=Protocol))
    tell(recorder.render_summary())
    if recorder.session.unwritten:
        sys.exit(_NOT_ALL_WRITTEN)


def _announce(listener: Listener, upstream: str) -> None:
    """Print the ready line, which somebody waits for; programs take its last word for the URL."""
    from mockserver.edges import listeners

    url = listeners.render_url(listener)
    if listeners.is_on_all_addresses(listener.socket):
        tell("listening on every address of this machine")
    tell(f"what {upstream} says is recorded; the client's base URL is {url}/v1, or {url}")
    try:
        click.echo(f"segmock record ready on {url}")
    except OSError as error:
        raise give_up_stdout(error) from None


def tell(text: str) -> None:
    """Print lines of ours to stderr, if there is one."""
    with suppress(OSError, ValueError):
        click.echo("\n".join(f"segmock record: {line}" for line in text.splitlines()), err=True)
