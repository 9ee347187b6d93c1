"""The `segmock` command, one module a command: parses, wires up, prints.

What a command does is done elsewhere. May use everything; imports of a command's own work stand in
its function, so that help and refusals are quick.
"""

from __future__ import annotations

import sys

import click

from mockserver import __version__
from mockserver.cli import (
    audit,
    drift,
    env,
    execute,
    faults,
    fixtures,
    kit,
    models,
    openapi,
    ping,
    record,
    recordings,
    selfcheck,
    serve,
    store,
    tail,
    tls,
)
from mockserver.cli.groups import ProgramGroup
from mockserver.extras import DISTRIBUTION


@click.group(
    cls=ProgramGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__,
    prog_name="segmock",
    message=f"%(prog)s %(version)s ({DISTRIBUTION}, Python {sys.version.split()[0]})",
)
def main() -> None:
    """Emulate the Segmind generative-media gateway on this machine.

    Start with `segmock exec -- YOUR PROGRAM`, which needs no change; or with `segmock serve`, and
    point your client at the URL that it prints.

    Exit 0: done, and all is well. 1: something that was looked at is wrong. 2: the command line, a
    setting or a file cannot be. 130 and 143: ended by Ctrl-C or SIGTERM.
    """


for command in (
    serve.serve,
    tls.ca,
    execute.execute,
    audit.audit,
    record.record,
    recordings.recordings,
    tail.tail,
    ping.ping,
    env.env,
    models.models,
    openapi.openapi,
    fixtures.fixtures,
    selfcheck.selfcheck,
    drift.drift,
    faults.faults,
    store.store,
    kit.verify,
    kit.driver,
):
    main.add_command(command)
