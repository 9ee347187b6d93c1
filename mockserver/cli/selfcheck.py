"""`segmock selfcheck`: every fault tried wherever it can strike."""

from __future__ import annotations

import sys

import click
import msgspec

from mockserver.base.json_encoding import encode_pretty


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def selfcheck(*, as_json: bool) -> None:
    """Try every fault wherever it can strike: exit 1 if one does not show, or shows disarmed.

    In the table `b` is before the request is handled, `a` after it, and `·` marks where an effect
    means nothing.
    """
    from mockserver.selfcheck import run
    from mockserver.selfcheck.cells import render_summary, render_table

    cells = run()
    bad = [cell for cell in cells if not cell.is_good]
    if as_json:
        click.echo(encode_pretty(msgspec.to_builtins(cells)).decode())
    else:
        click.echo(render_table(cells))
        for cell in bad:
            click.echo(f"✗ {cell.effect} {cell.when} {cell.route}: {cell.note}")
        click.echo(render_summary(cells))
    sys.exit(1 if bad else 0)
