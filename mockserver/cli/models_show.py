"""`segmock models show`: one model, as JSON or for people."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mockserver.base.json_encoding import encode_pretty
from mockserver.cli.catalogue import folder_option, load_catalogue
from mockserver.cli.help_texts import render_examples
from mockserver.cli.refusals import Refusal


@click.command(
    "show",
    short_help="Show what a model takes, returns and costs, and how that is known.",
    epilog=render_examples(
        "segmock models show flux-schnell --text",
        "segmock models show ideogram-3 | jq .properties.resolution",
        "segmock models show mine --models my_models",
    ),
)
@click.argument("slug")
@folder_option
@click.option(
    "--json/--text",
    "as_json",
    default=None,
    help="Print the contract, or a page for people: without either the page on a terminal, "
    "and the contract into a file or a pipe.",
)
def show_model(slug: str, folder: Path | None, *, as_json: bool | None) -> None:
    """Show the model SLUG: what it takes and returns, its seconds and its price.

    With it comes from where each part is known, and what is not known. As JSON it is the model's
    contract, its references resolved; `x-model` has level and provenance, and in a parameter
    `x-evidence` says how it is known and `x-advice` what is likely, and refuses nothing.
    """
    known = load_catalogue(folder).models
    if slug not in known:
        raise Refusal(f"there is no model {slug!r} ({known.render_hint(slug)})")
    if as_json is None:
        as_json = not sys.stdout.isatty()
    if as_json:
        click.echo(encode_pretty(known[slug].schema).decode())
    else:
        from mockserver.cli.model_pages import render_model_page

        click.echo(render_model_page(known[slug]))
