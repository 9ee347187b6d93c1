"""What the kit knows of the models, from the files that the emulator reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from client_tests.cases import contracts
from mockserver.contract.files import find_data_dir
from mockserver.tests.models import MODELS, WHOLE


def test_the_contracts_are_those_that_the_emulator_reads():
    """Without importing it, the kit finds the very folder, and every model in it."""
    assert contracts.folder() == find_data_dir("contracts")
    assert list(contracts.models()) == list(MODELS)


def test_both_know_the_same_of_every_model():
    """Level, task and how long a run takes; the emulator lets chat models take what all do."""
    for slug, schema in contracts.models().items():
        terms, known = MODELS[slug].terms, schema["x-model"]
        assert known["slug"] == slug
        assert (known["level"], known["task"]) == (terms.level, terms.task), slug
        assert known["typical_s"] == terms.typical_s, slug
        assert schema["properties"].keys() <= MODELS[slug].properties.keys(), slug


def test_slugs_are_listed_by_level():
    """Each has one of the three; all of them come where no level is named."""
    by_level = [contracts.slugs(level) for level in ("verified", "partial", "listed")]
    assert all(by_level)
    assert sorted(slug for slugs in by_level for slug in slugs) == contracts.slugs()
    assert "ideogram-3" in by_level[0]
    assert "gpt-5.5" in by_level[1]
    assert "flux-dev" in by_level[2]


def test_a_model_of_which_nothing_is_known_has_its_kind_s_example():
    """And no properties; a part keeps its own."""
    schema = contracts.models()["flux-dev"]
    assert schema["properties"] == {}
    assert "prompt" in schema["examples"][0]
    assert "examples" not in contracts.models()["clarity-upscaler"]


def test_no_file_is_read_but_that_of_the_model_which_is_asked_for(monkeypatch):
    """A run of the kit that uses one model does not wait for five hundred."""
    read = []
    read_text = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda file, **options: read.append(file) or read_text(file, **options)
    )
    models = contracts._Models(contracts.folder())
    assert "ideogram-3" in models
    assert len(models) > len(WHOLE)
    tables = len(read)
    assert not [file for file in read if file.parent.name in {"models", "parameters"}]
    assert models["sora-2"] is models["sora-2"]
    assert [file.name for file in read[tables:]] == ["sora-2.json"]
    assert models["flux-dev"]
    assert len(read) == tables + 1


def test_a_slug_that_nobody_knows_is_no_model():
    """It is not made up of its kind, and those that are close are named."""
    with pytest.raises(KeyError):
        contracts.models()["ideogram-33"]
    with pytest.raises(LookupError, match=r"no model 'ideogram-33': did you mean ideogram-3"):
        contracts.find_model("ideogram-33")
    with pytest.raises(LookupError, match=r"no model 'qqqq', and none that is close"):
        contracts.find_model("qqqq")


def test_a_level_that_there_is_not_is_refused():
    """With those that there are."""
    with pytest.raises(ValueError, match=r"no level 'proven': .*verified, partial, listed"):
        contracts.slugs("proven")


def test_no_reference_is_left_in_a_schema():
    """So strategies need to know nothing of files."""
    assert '"$ref"' not in json.dumps(dict(contracts.models()))
