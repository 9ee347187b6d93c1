"""`segmock selfcheck`: every fault tried wherever it can strike."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
import msgspec

from mockserver.base.json_encoding import encode_pretty
from mockserver.base.plurals import count
from mockserver.cli.catalogue import load_catalogue
from mockserver.cli.help_texts import render_examples

if TYPE_CHECKING:
    from mockserver.selfcheck.cells import Cell


@click.command(
    short_help="Try every fault wherever it can strike.",
    epilog=render_examples("segmock selfcheck", "segmock selfcheck --json"),
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def selfcheck(*, as_json: bool) -> None:
    """Try every fault wherever it can strike: exit 1 if one does not show, or shows disarmed.

    In the table `b` is before the request is handled, `a` after it, and `·` marks where an effect
    means nothing. Ctrl-C shows what has been tried by then.
    """
    from mockserver.selfcheck import run_each
    from mockserver.selfcheck.cells import list_keys

    cells: list[Cell] = []
    try:
        for cell in run_each():
            cells += [cell]
    except KeyboardInterrupt:
        _show(cells, as_json=as_json)
        total = len(list_keys(load_catalogue().faults))
        click.echo(
            f"interrupted when {len(cells)} of {count(total, 'cell')} had been tried", err=True
        )
        raise
    _show(cells, as_json=as_json)
    sys.exit(0 if all(cell.is_good for cell in cells) else 1)


def _show(cells: list[Cell], *, as_json: bool) -> None:
    from mockserver.selfcheck.cells import render_summary, render_table

    if as_json:
        click.echo(encode_pretty(msgspec.to_builtins(cells)).decode())
        return
    click.echo(render_table(cells))
    for cell in cells:
        if not cell.is_good:
            click.echo(f"✗ {cell.effect} {cell.when} {cell.route}: {cell.note}")
    click.echo(render_summary(cells))
