"""The files of contracts/parameters."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mockserver.base.errors import ContractError
from mockserver.contract.files import find_data_dir
from mockserver.importing import parameter_files
from mockserver.importing.observed_models import WEIGHTIEST_FIRST
from mockserver.importing.parameter_files import find_differences, main, make_files, write_files

CONTRACTS = find_data_dir("contracts")
SOURCES = CONTRACTS.parent / "sources"
SEEN = {
    "slug": "tiny",
    "evidence": "docs",
    "sources": [{"where": "https://example.com/tiny"}],
    "parameters": {"steps": {"type": "integer", "maximum": 8}},
}


@pytest.fixture
def places(tmp_path):
    """Return a folder of sources that speak of one model, and one of contracts without files."""
    sources, contracts = tmp_path / "sources", tmp_path / "contracts"
    for folder in (sources, contracts / "models"):
        folder.mkdir(parents=True)
    for evidence in WEIGHTIEST_FIRST:
        (sources / f"{evidence}.jsonl").touch()
    (sources / "docs.jsonl").write_text(json.dumps(SEEN) + "\n")
    shutil.copy(CONTRACTS / "directory.json", contracts)
    return sources, contracts


def test_the_files_are_what_the_sources_say():
    """`make models` would change nothing."""
    assert find_differences(SOURCES, CONTRACTS) == {}
    assert main(["--check"]) == 0


def test_what_was_written_stays_until_the_sources_change(places):
    """Writing is told file by file, and the second time there is nothing to write."""
    [path] = write_files(*places)
    assert path == places[1] / "parameters" / "tiny.json"
    assert write_files(*places) == {}
    path.write_text(path.read_text().replace("8", "9"))
    assert "x-by-hand" in find_differences(*places)[path]
    write_files(*places)
    assert json.loads(path.read_text())["properties"]["steps"]["maximum"] == 8


def test_a_correction_by_hand_is_respected(places):
    """The command keeps it, and finds nothing wrong with the file."""
    [path] = write_files(*places)
    part = json.loads(path.read_text())
    part["properties"]["steps"]["maximum"] = 12
    part["x-by-hand"] = [{"at": "/properties/steps", "why": "twelve were seen to work"}]
    path.write_text(json.dumps(part))
    write_files(*places)
    assert json.loads(path.read_text())["properties"]["steps"]["maximum"] == 12
    assert find_differences(*places) == {}


def test_a_place_that_is_misspelt_leaves_the_file_as_it_is(places):
    """The error names the file, the key and the place."""
    [path] = write_files(*places)
    part = json.loads(path.read_text())
    part["x-by-hand"] = [{"at": "/propertys/steps", "why": "twelve were seen to work"}]
    path.write_text(json.dumps(part))
    before = path.read_text()
    with pytest.raises(ContractError) as refusal:
        write_files(*places)
    assert (refusal.value.file, refusal.value.path) == (str(path), "$['x-by-hand']")
    assert "/propertys/steps" in refusal.value.reason
    assert path.read_text() == before


def test_what_cannot_be_read_is_a_line_and_a_code(monkeypatch, capsys, tmp_path):
    """No traceback: whoever types `make models` reads what is wrong."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "contracts").mkdir()
    (tmp_path / "sources" / "docs.jsonl").write_text("{\n")
    shutil.copy(CONTRACTS / "directory.json", tmp_path / "contracts")
    monkeypatch.setattr(parameter_files, "find_data_dir", lambda name: tmp_path / name)
    assert main([]) == 2
    assert "docs.jsonl" in capsys.readouterr().err


def test_a_model_with_a_whole_contract_needs_none(places):
    """And a file that nothing speaks of any more is deleted."""
    [path] = write_files(*places)
    (places[1] / "models" / "tiny.json").write_text("{}")
    assert find_differences(*places) == {path: "no source speaks of it"}
    write_files(*places)
    assert not path.exists()


def test_each_parameter_is_a_line_of_its_file():
    """So that a change of one is one line of a comparison."""
    for path, text in make_files(SOURCES, CONTRACTS).items():
        part = json.loads(text)
        lines = text.decode().splitlines()
        for name in part.get("properties", {}):
            assert [line.startswith(f'    "{name}": {{') for line in lines].count(True) == 1, path
    assert max(path.stat().st_size for path in Path(path.parent).glob("*.json")) < 8_000
