"""The contracts that a command is about: those that come along, and those of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mockserver.contract.catalogue import Catalogue

folder_option = click.option(
    "--models",
    "folder",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    help="A folder with more contracts of models, one *.json each.",
)


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Load the contracts, and the models of a folder as well.

    Raises:
        ContractError: one of them is not as it has to be.
    """
    from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue

    return Catalogue(folder) if folder else load_shipped_catalogue()
