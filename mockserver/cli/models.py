"""`segmock models`: what there is to do with models, and a check of your own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mockserver.base.plurals import count
from mockserver.cli.catalogue import load_catalogue
from mockserver.cli.help_texts import render_examples
from mockserver.cli.models_import import import_models
from mockserver.cli.models_list import list_models
from mockserver.cli.models_new import new_model
from mockserver.cli.models_show import show_model


@click.group(short_help="List models, show one, or make and check your own.")
def models() -> None:
    """Look at the models that the emulator knows, and make and check your own."""


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


models.add_command(list_models)
models.add_command(show_model)
models.add_command(import_models)
models.add_command(new_model)
