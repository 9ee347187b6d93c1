"""`segmock faults`: what can be armed, and what a file of rules would do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from mockserver.base.json_encoding import encode_pretty, encode_text
from mockserver.cli.catalogue import load_catalogue
from mockserver.cli.flag_types import Whole, WholeRange
from mockserver.cli.help_texts import render_examples

if TYPE_CHECKING:
    from mockserver.rules.faults import Injection


@click.group(short_help="List faults, or foretell what a file of rules does.")
def faults() -> None:
    """Look at the faults that can be armed, and at what a file of rules would do."""


@faults.command(
    "list",
    short_help="List every effect that a fault can have.",
    epilog=render_examples("segmock faults list"),
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_faults(*, as_json: bool) -> None:
    """List every effect: where and when it strikes, what it does, an example."""
    rows = load_catalogue().faults
    if as_json:
        click.echo(encode_pretty(msgspec.to_builtins(rows)).decode())
        return
    for row in rows:
        click.echo(f"{row.effect}  {' or '.join(row.when)}  {', '.join(row.routes)}")
        click.echo(f"    {row.description}\n    {encode_text(row.example)}")


@faults.command(
    "plan",
    short_help="Tell which of the next calls a file of rules would strike.",
    epilog=render_examples(
        "segmock faults plan faults.json",
        "segmock faults plan faults.toml --route status --calls 5",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--api-key", default="SG_0123456789abcdef", show_default=True, help="Who calls.")
@click.option("--seed", type=Whole(), default=0, show_default=True, help="As that of `serve`.")
@click.option(
    "--calls",
    type=WholeRange(1, 100_000),
    default=20,
    show_default=True,
    help="How many calls, all alike, are foretold.",
)
@click.option("--route", default="submit", show_default=True, help="What is called.")
@click.option("--model", help="The model that the calls are about.")
@click.option("--state", help="The state of the job that the calls are about.")
def plan_faults(
    file: Path, api_key: str, seed: int, calls: int, route: str, **about: str | None
) -> None:
    """Tell which of the next calls the rules in FILE would strike, and with what.

    FILE is JSON (a list of rules) or TOML (`[[faults]]`); a rule is what POST /_mock/faults takes.
    """
    from mockserver import fault_files
    from mockserver.rules.fault_registry import FaultRegistry

    catalogue = load_catalogue()
    call = fault_files.make_call(catalogue, api_key=api_key, route=route, **about)
    registry = FaultRegistry(catalogue, seed)
    fault_files.arm_rules(file, registry.add)
    width = len(str(calls))
    for ordinal, injection in enumerate(fault_files.list_injections(registry, call, calls), 1):
        click.echo(f"{ordinal:>{width}}  {_render_injection(injection) if injection else '-'}")


def _render_injection(injection: Injection) -> str:
    effect = injection.effect
    return f"{injection.fault_id}  {effect.when}  {encode_text(effect.document)}"
