"""`segmock openapi`: the data plane as a document."""

from __future__ import annotations

from pathlib import Path

import click

from mockserver.base.json_encoding import encode_pretty
from mockserver.cli.catalogue import folder_option, load_catalogue
from mockserver.cli.help_texts import render_examples


@click.command(
    epilog=render_examples(
        "segmock openapi > openapi.json", "segmock openapi --format yaml --models my_models"
    )
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    default="json",
    show_default=True,
    help="How it is written.",
)
@folder_option
def openapi(form: str, folder: Path | None) -> None:
    """Print the data plane as OpenAPI 3.1."""
    from mockserver.contract.openapi import render_openapi as document

    value = document(load_catalogue(folder))
    if form == "json":
        click.echo(encode_pretty(value).decode())
    else:
        import yaml

        # libyaml's, six times faster, where PyYAML was built with it
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        dumper.ignore_aliases = lambda *_: True  # type: ignore[method-assign]
        click.echo(yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=True), nl=False)
