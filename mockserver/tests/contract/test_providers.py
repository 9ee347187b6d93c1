"""A language model answers in the shape of its provider, told by its slug."""

import json

import pytest

from mockserver.base.errors import ContractError
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.files import find_data_dir
from mockserver.contract.providers import ProviderRow, find_provider, find_provider_row
from mockserver.contract.tables import load_table

CATALOGUE = Catalogue()
LANGUAGE = ("claude-4.5-sonnet", "gemini-2.5-flash", "gpt-5.5")


@pytest.mark.fact("O4")
@pytest.mark.parametrize(
    ("slug", "provider", "evidence"),
    [
        ("claude-4-sonnet", "anthropic", "docs"),
        ("claude-opus-4.7", "anthropic", "inferred"),
        ("gemini-3.1-flash-lite", "gemini", "docs"),
        ("gemini-2.5-pro", "gemini", "inferred"),
        ("llama-v3p1-8b-instruct", "openai", "docs"),
        ("deepseek-chat", "openai", "docs"),
        ("deepseek-reasoner", "openai", "inferred"),
        ("gpt-4", "openai", "inferred"),
        ("o3-mini", "openai", "inferred"),
        ("qwen3-max", "openai", "inferred"),
        ("anything-at-all", "openai", "inferred"),
        ("", "openai", "inferred"),
    ],
)
def test_the_provider_is_told_by_how_the_slug_begins(slug, provider, evidence):
    """The longest beginning holds; what no row is about answers in OpenAI's shape."""
    row = find_provider_row(slug)
    assert (row.provider, row.evidence) == (provider, evidence)
    assert find_provider(slug) == provider


@pytest.mark.parametrize("slug", LANGUAGE)
def test_contracts_say_the_same_of_their_provider(slug):
    """A model with a contract of its own answers as the table has it."""
    assert CATALOGUE.models[slug].terms.output.provider == find_provider(slug)


def load_rows(folder, rows):
    """Load a table of these rows."""
    document = {"$schema": "urn:segmock:schema:providers", "providers": rows}
    (folder / "providers.json").write_text(json.dumps(document))
    return load_table(folder, "providers", ProviderRow, CATALOGUE.schemas)


def test_the_table_satisfies_its_schema():
    """The file that is shipped is read as rows, no two of them about the same slugs."""
    rows = load_table(find_data_dir("contracts"), "providers", ProviderRow, CATALOGUE.schemas)
    assert len({row.begins for row in rows}) == len(rows)
    assert {find_provider_row(row.begins) for row in rows} == set(rows)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"provider": "mistral"}, "$.providers[0].provider"),
        ({"evidence": "hearsay"}, "$.providers[0].evidence"),
        ({"colour": "red"}, "$.providers[0]"),
        ({"begins": "claude"}, "$.providers"),
    ],
)
def test_a_wrong_row_is_told_by_its_place(tmp_path, change, place):
    """A provider is one of three, and one row holds for whatever no other is about."""
    row = {"begins": "", "provider": "openai", "evidence": "inferred"}
    assert load_rows(tmp_path, [row]) == [ProviderRow("", "openai", "inferred")]
    with pytest.raises(ContractError) as refused:
        load_rows(tmp_path, [{**row, **change}])
    assert refused.value.path == place
