"""`segmock models`: the models that the emulator knows, and a check of your own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.base.json_encoding import encode_pretty
from mockserver.base.plurals import count
from mockserver.cli.catalogue import folder_option, load_catalogue
from mockserver.cli.help_texts import render_examples
from mockserver.cli.models_import import import_models
from mockserver.cli.models_new import new_model
from mockserver.cli.refusals import Refusal

if TYPE_CHECKING:
    from mockserver.contract.model_terms import Price


@click.group(short_help="List models, show one, or make and check your own.")
def models() -> None:
    """Look at the models that the emulator knows, and make and check your own."""


@models.command(
    "list",
    epilog=render_examples("segmock models list", "segmock models list --json | jq '.[].slug'"),
)
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_models(folder: Path | None, *, as_json: bool) -> None:
    """List every model: slug, task, what v1 returns, seconds, price."""
    terms = [model.terms for model in load_catalogue(folder).models.values()]
    if as_json:
        from mockserver.contract.model_terms import render_terms

        click.echo(encode_pretty([render_terms(each) for each in terms]).decode())
        return
    width = max(len(each.slug) for each in terms)
    task_width = max(len(each.task) for each in terms)
    for each in terms:
        note = "  retired" if each.retired else ""
        click.echo(
            f"{each.slug:{width}}  {each.task:{task_width}}  v1 {each.v1_returns:5}  "
            f"{each.typical_s:6g} s  {_render_price(each.price)}{note}"
        )


def _render_price(price: Price) -> str:
    """Spell a price: the lowest and the highest, and what it is for unless that is a run."""
    amounts = [price.usd, *price.usd_by_value.values()]
    upto = f"-{max(amounts):f}" if price.usd_by_value else ""
    unit = "" if price.per == "run" else f" a {price.per}"
    return f"${min(amounts):f}{upto}{unit}"


@models.command(
    "show",
    short_help="Print a model's contract as JSON.",
    epilog=render_examples(
        "segmock models show ideogram-3", "segmock models show mine --models my_models"
    ),
)
@click.argument("slug")
@folder_option
def show_model(slug: str, folder: Path | None) -> None:
    """Print the contract of the model SLUG as JSON, its references resolved."""
    from mockserver.contract.model_catalogue import render_slug_hint

    known = load_catalogue(folder).models
    if slug not in known:
        raise Refusal(f"there is no model {slug!r} ({render_slug_hint(slug, known)})")
    click.echo(encode_pretty(known[slug].schema).decode())


@models.command(
    "lint",
    short_help="Check contracts of models, and list all that is wrong.",
    epilog=render_examples("segmock models lint my_models"),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def lint_models(folder: Path | None) -> None:
    """Check the contracts in FOLDER, or those that come along: all that is wrong with each.

    A line names file, place, reason and line. Exit 0: nothing is wrong. 1: something is. 2: there
    is no such folder, or no contract in it.
    """
    from mockserver.contract.files import find_data_dir
    from mockserver.contract.model_lint import lint_folder

    where = folder or find_data_dir("contracts") / "models"
    linted = list(lint_folder(where, load_catalogue().schemas))
    for each in linted:
        if not each.problems:
            click.echo(f"ok      {each.file}  {each.slug}")
        for problem in each.problems:
            click.echo(f"broken  {problem}", err=True)
    broken = [each for each in linted if each.problems]
    if broken:
        problems = count(sum(len(each.problems) for each in broken), "problem")
        click.echo(f"{problems} in {len(broken)} of {count(len(linted), 'file')}", err=True)
        sys.exit(1)


models.add_command(import_models)
models.add_command(new_model)
