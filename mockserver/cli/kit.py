"""`segmock verify` and `segmock driver`: the conformance kit's commands."""

from __future__ import annotations

import click

from mockserver.cli import verify_server
from mockserver.cli.groups import LazyGroup


@click.group(
    cls=LazyGroup,
    source="client_tests.cli:verify",
    short_help="Hold a client to the contract, or a server to the facts.",
)
def verify() -> None:
    """Hold a client of the gateway, in any language, to its contract; or the gateway itself."""


verify.add_command(verify_server.server)


@click.group(
    cls=LazyGroup,
    source="client_tests.driver_cli:driver",
    short_help="Write and check a driver, which the kit talks to.",
)
def driver() -> None:
    """Write and check a driver, through which `segmock verify` talks to your client."""
