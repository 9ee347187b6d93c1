"""Every model by its slug."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.contract import model_catalogue, models
from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue
from mockserver.contract.directory import load_directory
from mockserver.contract.files import find_data_dir, read_json
from mockserver.contract.models import META_SCHEMA, find_contradictions
from mockserver.importing.observed_models import read_sightings
from mockserver.tests.models import MODELS, WHOLE

CONTRACTS = find_data_dir("contracts")
SCHEMAS = load_shipped_catalogue().schemas
DIRECTORY = load_directory(CONTRACTS / "directory.json").index_rows()


def test_all_of_the_directory_is_there_and_every_file():
    """Under its slug, in the order of the slugs."""
    files = {
        path.stem for name in ("models", "parameters") for path in (CONTRACTS / name).iterdir()
    }
    assert set(MODELS) == DIRECTORY.keys() | files
    assert list(MODELS) == sorted(MODELS)
    assert len(MODELS) == len(list(MODELS))
    assert all(slug == model.slug for slug, model in MODELS.items())


def test_each_is_a_whole_contract_that_contradicts_itself_nowhere():
    """Whatever it was made of, it satisfies the schema of contracts."""
    for slug, model in MODELS.items():
        SCHEMAS.check(model.file, model.document, META_SCHEMA)
        assert (slug, list(find_contradictions(model, SCHEMAS))) == (slug, [])


def test_each_has_a_level():
    """Contracts that say all, some parameters, or nothing but what the directory says."""
    levels = Counter(model.terms.level for model in MODELS.values())
    assert set(levels) == {"verified", "partial", "listed"}
    for model in MODELS.values():
        assert (model.terms.level == "listed") == (not model.properties)


@pytest.mark.parametrize("slug", ["flux-dev", "veo-3", "gpt-4o"])
def test_price_and_seconds_are_those_of_the_directory(slug):
    """Of a model whose own file does not say otherwise."""
    row, terms = DIRECTORY[slug], MODELS[slug].terms
    assert (str(terms.price.usd), terms.typical_s) == (row.usd, row.seconds)


def test_a_model_is_built_when_it_is_first_asked_for():
    """And is the same one from then on, for whoever asks at the same time too."""
    models = Catalogue().models
    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(models.get, ["flux-dev"] * 8))
    assert {id(model) for model in asked} == {id(models["flux-dev"])}
    assert models._built.keys() == {"flux-dev"}
    assert "veo-3" in models
    assert models._built.keys() == {"flux-dev"}


def test_a_start_reads_no_contract_of_a_model(monkeypatch):
    """Their names are enough: a server that runs one model reads one file."""
    read = []

    def read_noting(path):
        read.append(path)
        return read_json(path)

    monkeypatch.setattr(model_catalogue, "read_json", read_noting)
    monkeypatch.setattr(models, "read_json", read_noting)
    catalogue = Catalogue()
    assert read == []
    assert catalogue.models["kling-2.1"].validator.is_valid({"prompt": "a boat"})
    assert [path.name for path in read] == ["kling-2.1.json"]


def test_an_unknown_slug_has_no_model():
    """It is asked for as of any mapping."""
    assert MODELS.get("midjourney") is None
    assert MODELS.get("midjourney", 3) == 3
    assert "midjourney" not in MODELS
    with pytest.raises(KeyError):
        MODELS["midjourney"]


def test_a_hint_names_the_models_that_are_close_and_what_lists_all():
    """Of very many the first few; none of what is like nothing, or endless."""
    rest = f"`segmock models list` names all {len(MODELS)}"
    assert MODELS.render_hint("ideogram3") == f"did you mean `ideogram-3`? {rest}"
    hint = MODELS.render_hint("flux")
    assert hint.startswith("did you mean `flux-dev`, `flux-pro`, ")
    assert hint.endswith(f"? {rest}")
    assert hint.count("`flux") == 8
    assert MODELS.render_hint("midjourney") == rest
    assert MODELS.render_hint("x" * 999) == rest


def test_a_model_of_ones_own_may_replace_a_listed_one(tmp_path):
    """Its slug is there once."""
    contract = json.loads(json.dumps(MODELS["mock-inference"].document))
    contract["x-model"]["slug"] = "flux-dev"
    (tmp_path / "mine.json").write_text(json.dumps(contract))
    models = Catalogue(tmp_path).models
    assert models["flux-dev"].file == tmp_path / "mine.json"
    assert list(models) == list(MODELS)


def test_whole_contracts_are_named():
    """They are those that golden exchanges and the kit's MUSTs rest on."""
    assert MODELS.whole == WHOLE


def test_no_file_of_parameters_refers_to_another():
    """So that reading one is all that it takes."""
    for path in (CONTRACTS / "parameters").iterdir():
        assert '"$ref"' not in path.read_text()


def test_the_published_samples_are_known():
    """Every parameter that a sample has is one of its model's."""
    for slug, sightings in read_sightings(CONTRACTS.parent / "sources").items():
        for sample in (sample for seen in sightings for sample in seen.samples):
            if slug not in WHOLE:
                assert MODELS[slug].find_unknown(sample) == []
