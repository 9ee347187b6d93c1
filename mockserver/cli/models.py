"""`segmock models`: the models that the emulator knows, and a check of your own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mockserver.base.errors import ContractError
from mockserver.base.json_encoding import encode_pretty
from mockserver.cli.catalogue import folder_option, load_catalogue
from mockserver.cli.refusals import CANNOT_START, Refusal


@click.group()
def models() -> None:
    """Look at the models that the emulator knows, and check your own."""


@models.command("list")
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(folder: Path | None, *, as_json: bool) -> None:
    """List every model: slug, task, what v1 returns, seconds, price."""
    terms = [model.terms for model in load_catalogue(folder).models.values()]
    if as_json:
        click.echo(encode_pretty(terms).decode())
        return
    width = max(len(each.slug) for each in terms)
    for each in terms:
        price = f"${min([each.price.usd, *each.price.usd_by_value.values()])}"
        upto = f"-{max(each.price.usd_by_value.values())}" if each.price.usd_by_value else ""
        note = "  retired" if each.retired else ""
        click.echo(
            f"{each.slug:{width}}  {each.task:14}  v1 {each.v1_returns:5}  "
            f"{each.typical_s:6g} s  {price}{upto}{note}"
        )


@models.command("show")
@click.argument("slug")
@folder_option
def show_model(slug: str, folder: Path | None) -> None:
    """Print a model's contract as JSON, its references resolved."""
    known = load_catalogue(folder).models
    if slug not in known:
        raise Refusal(f"there is no model {slug!r}; models: {', '.join(known)}")
    click.echo(encode_pretty(known[slug].schema).decode())


@models.command("lint")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def lint_models(folder: Path | None) -> None:
    """Check every contract, and those in FOLDER: exit 2 names file, place and reason."""
    from mockserver.contract.files import find_data_dir
    from mockserver.contract.models import find_model_files, load_model

    schemas = load_catalogue().schemas
    is_good = True
    for file in find_model_files(folder or find_data_dir("contracts") / "models"):
        try:
            click.echo(f"ok      {file}  {load_model(file, schemas).slug}")
        except ContractError as error:
            is_good = False
            click.echo(f"broken  {error}", err=True)
    if not is_good:
        sys.exit(CANNOT_START)
    load_catalogue(folder)  # finds what only shows between files
