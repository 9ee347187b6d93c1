"""`segmock models list`: the models that the emulator knows, or some of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.base.json_encoding import encode_pretty
from mockserver.base.plurals import count
from mockserver.cli.catalogue import folder_option, load_catalogue
from mockserver.cli.figures import render_figure, render_price
from mockserver.cli.help_texts import render_examples

if TYPE_CHECKING:
    from mockserver.contract.model_terms import Level, Makes, Terms

LEVELS = ("verified", "partial", "listed")
MAKES = ("image", "video", "audio", "text", "json", "3d", "embedding")


@click.command(
    "list",
    short_help="List the models, all of them or some.",
    epilog=render_examples(
        "segmock models list --makes video --level partial",
        "segmock models list --json | jq '.[].slug'",
    ),
)
@click.option(
    "--level", type=click.Choice(LEVELS), help="Only those of which so much is known (see above)."
)
@click.option("--makes", type=click.Choice(MAKES), help="Only those that make this (see above).")
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with exact prices.")
def list_models(
    folder: Path | None, level: Level | None, makes: Makes | None, *, as_json: bool
) -> None:
    """List models: slug, level, what is made, task, what v1 returns, seconds, price.

    Of a verified model all parameters are known, of a partial one some, of a listed one none: what
    it makes, its price and its seconds are the directory's. `text` is words to read: answers of
    language models, and captions; `json` is other text, such as transcriptions.

    How many there are is told on stderr.
    """
    from mockserver.contract.model_lists import is_wanted

    known = load_catalogue(folder).models
    chosen = [each.terms for each in known.values() if is_wanted(each, level, makes)]
    if as_json:
        from mockserver.contract.model_terms import render_terms

        rows = [{**render_terms(each), "makes": each.output.makes} for each in chosen]
        click.echo(encode_pretty(rows).decode())
    else:
        _print_table(chosen)
    click.echo(_render_counts(chosen, len(known)), err=True)


def _print_table(models: list[Terms]) -> None:
    """Print a line for each model, its columns aligned."""
    width = max((len(each.slug) for each in models), default=0)
    task_width = max((len(each.task) for each in models), default=0)
    for each in models:
        note = "  retired" if each.retired else ""
        click.echo(
            f"{each.slug:{width}}  {each.level:8}  {each.output.makes:9}  {each.task:{task_width}}"
            f"  v1 {each.v1_returns:5}  {render_figure(each.typical_s):>6} s"
            f"  {render_price(each.price)}{note}"
        )


def _render_counts(models: list[Terms], known: int) -> str:
    """Say how many there are of each level, and of how many they were chosen."""
    levels: Counter[str] = Counter(each.level for each in models)
    parts = ", ".join(f"{levels[level]} {level}" for level in LEVELS if levels[level])
    chosen = f"{len(models)} of " if len(models) < known else ""
    return f"{chosen}{count(known, 'model')}{f': {parts}' if parts else ''}"
