"""What the gateway says to clients where it does not refuse: the texts of contracts/texts.json."""

from __future__ import annotations

from functools import cache

import msgspec

from mockserver.contract.files import find_data_dir, read_json


class TextRow(msgspec.Struct, frozen=True):
    """One text: when it is said, and the facts behind it."""

    id: str
    text: str
    when: str
    facts: tuple[str, ...]


def find_text(text_id: str) -> str:
    """Return the text of this id.

    Raises:
        KeyError: the table has none of this id.
    """
    return load_texts()[text_id]


@cache
def load_texts() -> dict[str, str]:
    """Load every text, by id.

    Raises:
        ContractError: the file cannot be read.
    """
    document = read_json(find_data_dir("contracts") / "texts.json")
    return {row.id: row.text for row in msgspec.convert(document["texts"], list[TextRow])}
