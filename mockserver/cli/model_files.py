"""Contracts of models that a command writes into a folder of the user's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mockserver.base.json_encoding import encode_pretty
from mockserver.cli.output_paths import OutputPath
from mockserver.cli.refusals import Refusal

if TYPE_CHECKING:
    from mockserver.base.errors import ContractError
    from mockserver.contract.schemas import Schemas

folder_argument = click.option(
    "--out",
    "folder",
    metavar="DIRECTORY",
    default=".",
    show_default=True,
    type=OutputPath(path_type=Path, file_okay=False),
    help="The folder to write into; it is made if it is not there.",
)
force_flag = click.option("--force", is_flag=True, help="Replace files that are there already.")


class WrittenModel(NamedTuple):
    """A file that was written, and what is wrong with it."""

    file: Path
    problems: list[ContractError]


def name_file(folder: Path, slug: str) -> Path:
    """Return the file of a model."""
    return folder / f"{slug}.json"


def refuse_overwriting(folder: Path, slugs: list[str], *, force: bool) -> None:
    """See that nothing is replaced unless that is wanted.

    Raises:
        Refusal: a file is there already.
    """
    there = [str(path) for slug in slugs if (path := name_file(folder, slug)).exists()]
    if there and not force:
        more = f" and {len(there) - 1} more are" if len(there) > 1 else " is"
        raise Refusal(f"{there[0]}{more} there already; replace with --force, or choose --out")


def write_model(folder: Path, document: dict[str, Any], schemas: Schemas) -> WrittenModel:
    """Write a contract, and check it as `segmock models lint` does."""
    from mockserver.contract.model_lint import lint_file

    file = name_file(folder, document["x-model"]["slug"])
    folder.mkdir(exist_ok=True)
    file.write_bytes(encode_pretty(document) + b"\n")
    return WrittenModel(file, lint_file(file, schemas).problems)
