"""`segmock models new`: a contract to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from mockserver.base.json_encoding import encode_text
from mockserver.cli.catalogue import load_catalogue
from mockserver.cli.help_texts import render_examples
from mockserver.cli.model_files import folder_argument, force_flag, refuse_overwriting, write_model
from mockserver.cli.refusals import Refusal

KINDS = ("image", "video", "audio", "text", "json")


@click.command(
    "new",
    short_help="Write a contract to begin with.",
    epilog=render_examples("segmock models new tiny-painter --like image --out my_models"),
)
@click.argument("slug")
@click.option(
    "--like", "kind", required=True, type=click.Choice(KINDS), help="What the model makes."
)
@folder_argument
@force_flag
def new_model(slug: str, kind: str, folder: Path, *, force: bool) -> None:
    """Write a whole contract for a model SLUG of your own, with comments that say what to edit.

    It can be served as it is; what to type next is printed.
    """
    from mockserver.contract.models import find_reserved_slugs
    from mockserver.importing.drafts import check_slug
    from mockserver.importing.starting_points import make_starting_point

    try:
        document = make_starting_point(check_slug(slug), kind)
    except ValueError as error:
        raise Refusal(str(error)) from None
    if slug in find_reserved_slugs():
        raise Refusal(f"another route of the gateway is called {slug}; choose another slug")
    catalogue = load_catalogue()
    refuse_overwriting(folder, [slug], force=force)
    written = write_model(folder, document, catalogue.schemas)
    if slug in set(catalogue.models):  # fine-tunes are in no list
        click.echo(f"{slug} comes along with segmock; --models replaces it", err=True)
    where, body = shlex.quote(str(folder)), shlex.quote(encode_text(document["examples"][-1]))
    click.echo(f"written  {written.file}")
    click.echo("Edit it, and then:")
    click.echo(f"  segmock models lint {where}")
    click.echo(f"  segmock serve --models {where}")
    click.echo("  curl -H 'x-api-key: SG_0123456789abcdef' -H 'content-type: application/json' \\")
    click.echo(f"    -d {body} http://127.0.0.1:8765/v2/{slug}")
