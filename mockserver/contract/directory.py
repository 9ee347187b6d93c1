"""The vendor's directory of models: contracts/directory.json, one row a model."""

from __future__ import annotations

from pathlib import Path

import msgspec

from mockserver.base.errors import ContractError
from mockserver.contract.files import read_text


class DirectoryRow(msgspec.Struct, frozen=True, gc=False):
    """What the vendor's directory says of one model.

    Attributes:
        slug: Its name in the routes.
        title: Its name for people.
        modality: What it turns into what, in the vendor's words.
        usd: The mean cost of a call in US dollars, as a decimal text.
        seconds: The mean latency of a call; None where it is not published.
    """

    slug: str
    title: str
    modality: str
    usd: str
    seconds: float | None


class Directory(msgspec.Struct, frozen=True):
    """The table, and the day on which it was so."""

    date: str
    models: list[DirectoryRow]

    def index_rows(self) -> dict[str, DirectoryRow]:
        """Return the rows by slug."""
        return {row.slug: row for row in self.models}


def load_directory(path: Path) -> Directory:
    """Read the table; its own test holds it against its schema, since that takes a while.

    Raises:
        ContractError: it cannot be read, or is no such table.
    """
    try:
        return msgspec.json.decode(read_text(path), type=Directory)
    except ValueError as error:
        raise ContractError(str(path), "", str(error)) from None
