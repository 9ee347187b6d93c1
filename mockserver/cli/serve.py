"""`segmock serve`: the emulator on a socket."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from socket import socket
from typing import Any

import click

from mockserver.base.errors import EmulatorError
from mockserver.cli import serve_log
from mockserver.cli.flag_types import Dollars, Number, Whole, WholeRange
from mockserver.cli.refusals import Refusal, give_up_stdout
from mockserver.cli.settings import name_source, read_settings, setting


@click.command(short_help="Serve the emulator until SIGINT or SIGTERM.")
@setting(
    "--host", default="127.0.0.1", help="Address to listen on; localhost is both 127.0.0.1 and ::1."
)
@setting("--port", type=WholeRange(0, 65535), default=8765, help="Port; 0 takes any free one.")
@setting("--clock", default="real", metavar="real|frozen|auto|xN", help="How time goes.")
@setting(
    "--clock-start",
    default="now",
    metavar="now|ISO",
    help="Where clocks begin: now, and clients compare what they are told with their own clocks; "
    "or an instant like 2026-01-01T00:00:00Z, and runs repeat.",
)
@setting(
    "--speed",
    type=Number(0.001, 1e6),
    default=20.0,
    help="Jobs take the model's typical seconds divided by this; 1 is realistic.",
)
@setting("--seed", type=Whole(), default=0, help="Ids, seeds and images depend on it alone.")
@setting("--plan", default="unlimited", help="Plan of accounts made on first use.")
@setting(
    "--credits",
    metavar="DOLLARS",
    type=Dollars(),
    default="100",
    help="Their credits, in US dollars.",
)
@setting(
    "--accept",
    type=click.Choice(["any", "listed"]),
    default="any",
    help="Which keys are valid: any, or only those of accounts that were made.",
)
@setting(
    "--v1",
    type=click.Choice(["contract", "json", "image"]),
    default="contract",
    help="What v1 answers with: as each model's contract says, or the same for all.",
)
@setting(
    "--v1-limit",
    type=click.Choice(["realistic", "scaled"]),
    default="realistic",
    help="When v1 gives up with 504: on runs of over 60 s in life, or as --speed divides them.",
)
@setting(
    "--types",
    type=click.Choice(["lenient", "strict"]),
    default="lenient",
    help='Take "8" for 8, null for nothing and bare base64 for a file, or refuse them.',
)
@setting(
    "--validation",
    type=click.Choice(["faithful", "upfront"]),
    default="faithful",
    help="When v2 refuses a wrong value: as the job runs, or at submit.",
)
@setting(
    "--credits-status",
    type=click.Choice(["406", "402", "split"]),
    default="406",
    help="Status of an empty wallet; split: 406 on v1, 402 on v2.",
)
@setting(
    "--models",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder with more model contracts.",
)
@setting(
    "--unknown-models",
    type=click.Choice(["404", "image", "video", "audio", "text", "json"]),
    default="404",
    help="What becomes of a slug that nobody knows: 404, or a run of a model that makes this.",
)
@setting("--no-triggers", is_flag=True, help="Give SG_0000… keys and mock: prompts no meaning.")
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
@setting("--max-body-mib", type=WholeRange(1), default=32, help="Largest body, in MiB.")
@setting(
    "--webhooks",
    type=click.Choice(["auto", "on", "off"]),
    default="auto",
    help="Whether webhooks on this machine are called; auto: not where others can reach --host.",
)
@setting(
    "--memory-mib",
    type=WholeRange(1),
    default=1024,
    help="How much all accounts may keep, in MiB; over it idle ones are forgotten.",
)
@setting(
    "--faults",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON or TOML file of rules for faults, armed from the start; /_mock/reset clears them.",
)
@setting(
    "--cors",
    type=click.Choice(["on", "off"]),
    default="on",
    help="Whether web pages of any origin may call the gateway; never the control plane.",
)
@setting(
    "--log",
    type=click.Choice(["off", "line", "json"]),
    default="line",
    help="What stderr gets of each exchange: nothing, a line, or a JSON object.",
)
@setting(
    "--explain",
    is_flag=True,
    help="Name in each answer the facts behind it, and how much is known of its model.",
)
@setting(
    "--shutdown-grace",
    metavar="SECONDS",
    type=Number(0, 3600),
    default=5.0,
    help="How long exchanges in flight may go on after SIGINT or SIGTERM.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar="SEGMOCK_CONFIG",
    show_envvar=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _parameter, path: read_settings(context, path),
    help="Settings file; else segmock.toml, or [tool.segmock] of pyproject.toml, of this folder.",
)
@click.pass_context
def serve(
    context: click.Context,
    /,
    *,
    host: str,
    port: int,
    admin_token: str | None,
    admin_token_file: Path | None,
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
    """  # noqa: D301 (click reads the backspace as "keep these lines")
    if sys.stdout is None:
        raise Refusal(f"stdout is closed, and the ready line goes there; send it to {os.devnull}")
    from mockserver import fault_files
    from mockserver.edges import serve as edge
    from mockserver.emulator import Emulator

    fields["triggers"] = not fields.pop("no_triggers")
    try:
        emulator = Emulator(**fields, accounts=context.obj or {})
    except EmulatorError as error:
        raise name_source(context, error, Emulator) from None
    if faults is not None:
        fault_files.arm_rules(faults, emulator.control.faults.add)
    app = emulator.guard_asgi(host, _read_token(admin_token, admin_token_file))
    sockets = edge.listen(host, port)
    with serve_log.keep_log(emulator, log):
        edge.run(app, sockets, lambda: _announce(sockets[0]), emulator.settings.shutdown_grace)


def _read_token(token: str | None, file: Path | None) -> str | None:
    """Return the admin token, wherever it is."""
    if file is None:
        return token
    if token is not None:
        raise Refusal("there is an admin token and a file with one; give one of them")
    from mockserver.edges import access

    return access.read_token(file)


def _announce(sock: socket) -> None:
    """Print the ready line, which somebody waits for; programs take its last word for the URL."""
    from mockserver.edges import serve as edge

    if edge.is_on_all_addresses(sock):
        with suppress(OSError):
            click.echo("segmock: listening on every address of this machine", err=True)
    try:
        click.echo(f"segmock ready on {edge.render_url(sock)}")
    except BrokenPipeError as error:  # otherwise not worth a word: `segmock models list | head`
        raise give_up_stdout(error) from None
