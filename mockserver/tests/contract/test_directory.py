"""The vendor's directory."""

from __future__ import annotations

import pytest

from mockserver.base.errors import ContractError
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.directory import load_directory
from mockserver.contract.files import find_data_dir, read_json
from mockserver.contract.kinds import find_task
from mockserver.contract.models import find_reserved_slugs

FILE = find_data_dir("contracts") / "directory.json"
DIRECTORY = load_directory(FILE)


def test_the_table_satisfies_its_schema_and_has_all_507_models():
    """It is not checked when a server starts."""
    schemas = load_shipped_catalogue().schemas
    schemas.check(FILE, read_json(FILE), "urn:segmock:schema:directory")
    assert len(DIRECTORY.index_rows()) == len(DIRECTORY.models) == 507


def test_rows_stand_one_a_line_in_the_order_of_their_slugs():
    """So that two versions can be compared."""
    slugs = [row.slug for row in DIRECTORY.models]
    assert slugs == sorted(slugs)
    lines = FILE.read_text().splitlines()
    assert sum(line.startswith('    {"slug": ') for line in lines) == len(slugs)


def test_every_modality_is_of_a_kind():
    """No row is left without a medium, and none has the name of another route."""
    assert all(find_task(row.modality) for row in DIRECTORY.models)
    assert not find_reserved_slugs() & DIRECTORY.index_rows().keys()


@pytest.mark.parametrize("text", ["", "[]", '{"date": "2026-08-19"}'])
def test_a_file_that_is_no_table_is_told(tmp_path, text):
    """The message names it."""
    (tmp_path / "directory.json").write_text(text)
    with pytest.raises(ContractError, match=r"directory\.json"):
        load_directory(tmp_path / "directory.json")
