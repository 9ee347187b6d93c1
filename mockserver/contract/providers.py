"""In whose shape a language model answers (O4), where no contract of its own says it."""

from __future__ import annotations

from functools import cache
from typing import Literal

import msgspec

from mockserver.contract.files import find_data_dir, read_json
from mockserver.contract.model_terms import Provider


class ProviderRow(msgspec.Struct, frozen=True):
    """The provider of the models whose slugs begin alike, and what kind of evidence says so."""

    begins: str
    provider: Provider
    evidence: Literal["docs", "inferred"]


def find_provider(slug: str) -> Provider:
    """Return the provider in whose shape a language model of this slug answers."""
    return find_provider_row(slug).provider


def find_provider_row(slug: str) -> ProviderRow:
    """Return the row of `contracts/providers.json` that holds for a slug: the longest."""
    return next(row for row in _load_rows() if slug.startswith(row.begins))


@cache
def _load_rows() -> tuple[ProviderRow, ...]:
    document = read_json(find_data_dir("contracts") / "providers.json")
    rows = msgspec.convert(document["providers"], list[ProviderRow])
    return tuple(sorted(rows, key=lambda row: len(row.begins), reverse=True))
