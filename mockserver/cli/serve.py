"""`segmock serve`: the emulator on a socket."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli import stdin_end
from mockserver.cli.admin_tokens import find_token
from mockserver.cli.emulator_flags import emulator_flags, make_emulator
from mockserver.cli.flag_types import Number, WholeRange
from mockserver.cli.refusals import Refusal, give_up_stdout
from mockserver.cli.serving import Service, check_workers, serve_service
from mockserver.cli.settings import setting
from mockserver.cli.tls import TlsFlags, tls_flags

if TYPE_CHECKING:
    from mockserver.edges.listeners import Listener


@click.command(short_help="Serve the emulator until SIGINT or SIGTERM.")
@setting(
    "--host", default="127.0.0.1", help="Address to listen on; localhost is both 127.0.0.1 and ::1."
)
@setting("--port", type=WholeRange(0, 65535), default=8765, help="Port; 0 takes any free one.")
@setting(
    "--admin-token",
    metavar="TOKEN",
    help="What control requests must bear; needed where others can reach --host. A flag can be "
    "seen in the list of processes; the variable and a file cannot.",
)
@setting(
    "--admin-token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that holds the admin token.",
)
@setting(
    "--admin-token-random",
    is_flag=True,
    help="Unless there is an admin token, make one and tell it on stderr.",
)
@setting(
    "--shutdown-grace",
    metavar="SECONDS",
    type=Number(0, 3600),
    default=5.0,
    help="How long exchanges in flight may go on after SIGINT or SIGTERM.",
)
@setting(
    "--until-eof",
    is_flag=True,
    help="Stop when stdin ends too: what starts a server through a pipe takes it along, however "
    "it ends itself.",
)
@setting(
    "--open",
    is_flag=True,
    help="Open the page to watch and steer with, in the default browser, once it can be served.",
)
@setting(
    "--workers",
    type=WholeRange(1, 1024),
    default=1,
    help="How many processes serve the port; more than one need a --store that they share.",
)
@tls_flags
@emulator_flags(log="line")
@click.pass_context
def serve(
    context: click.Context,
    /,
    *,
    host: str,
    port: int,
    admin_token: str | None,
    admin_token_file: Path | None,
    admin_token_random: bool,
    until_eof: bool,
    open: bool,  # noqa: A002 (the flag's name)
    workers: int,
    tls: TlsFlags,
    faults: Path | None,
    log: str,
    **fields: Any,
) -> None:
    """Serve the emulator until SIGINT or SIGTERM; a second one does not wait for anybody.

    When it can serve it prints one line, `segmock ready on URL`, with a URL for clients on this
    machine. A flag beats its environment variable, and that beats the configuration file.

    \b
    Examples:
      segmock serve                          any key works, jobs take half a second
      segmock serve --port 0 --clock auto    time moves as you poll: fastest for tests
      segmock serve --speed 1 --plan pro     as slow, and as limited, as the real thing
      segmock serve --open                   shows what is asked in your browser, as it comes
      segmock serve --tls                    https; clients trust what `segmock ca` prints
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    _check_stdout()
    check_workers(workers, fields["store"], fields["replay"])
    stdin = stdin_end.find_stdin() if until_eof else None
    listeners = _load_edges()
    emulator = make_emulator(context, faults, fields)
    token = find_token(admin_token, admin_token_file, is_random=admin_token_random)
    app = emulator.protect_asgi(host, token)
    served = listeners.listen(host, port, tls.make_context())
    on_ready = partial(_announce, served[0], is_opened=open)
    serve_service(Service(emulator, app, served, log, stdin, on_ready), workers)


def _check_stdout() -> None:
    """See that the ready line can be printed.

    Raises:
        Refusal: it cannot.
    """
    if sys.stdout is None:
        raise Refusal(f"stdout is closed, and the ready line goes there; send it to {os.devnull}")


def _load_edges() -> ModuleType:
    """Return `edges.listeners`; what is loaded stays, so nobody looks for garbage meanwhile.

    The server enables it again as it is ready.
    """
    gc.disable()
    from mockserver.edges import listeners

    return listeners


def _announce(listener: Listener, *, is_opened: bool) -> None:
    """Print the ready line, which somebody waits for; programs take its last word for the URL.

    Then the page is opened, if that is wanted.
    """
    from mockserver.edges import listeners

    if listeners.is_on_all_addresses(listener.socket):
        with suppress(OSError):
            click.echo("segmock: listening on every address of this machine", err=True)
    url = listeners.render_url(listener)
    try:
        click.echo(f"segmock ready on {url}")
    except BrokenPipeError as error:  # otherwise not worth a word: `segmock models list | head`
        raise give_up_stdout(error) from None
    if is_opened:
        from mockserver.cli.page_opening import open_page

        open_page(url)
