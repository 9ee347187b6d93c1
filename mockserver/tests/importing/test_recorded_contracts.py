"""Contracts of a recording: what was taken and refused, and nothing that nobody has seen."""

import json
from decimal import Decimal

import jsonschema_rs
import pytest

from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue
from mockserver.importing.recorded_contracts import make_recorded_contracts
from mockserver.recordings.keep import Keep
from mockserver.tests.facts.witness import find_example, find_id
from mockserver.tests.importing.recorded import record
from mockserver.tests.importing.refusals import find_refusal

KNOWN = load_shipped_catalogue().models
DATE = "2026-11-26"
SLUG = "tiny-painter"


@pytest.fixture
def models(tmp_path):
    """A folder with a model that no list has: it needs a picture, and takes other values."""
    folder = tmp_path / "models"
    folder.mkdir()
    document = json.loads(json.dumps(KNOWN["ideogram-turbo-img-2-img"].document))
    document["x-model"] |= {"slug": SLUG, "price": {"usd": "0.02"}}
    (folder / f"{SLUG}.json").write_text(json.dumps(document))
    return folder


SENT = {"prompt": "a fox", "image_file": "https://example.com/fox.png", "seed": 123456}


def run_whole(witness, slug, sent, **more):
    """Queue a run, let it end and poll it."""
    submitted = witness.ask("POST", f"/v2/{slug}", sent, **more)
    witness.advance(60)
    witness.poll(find_id(submitted))


def play_own(witness):
    """Run the model on both ways, and leave out what it needs."""
    witness.ask("POST", f"/v1/{SLUG}", SENT)
    run_whole(witness, SLUG, SENT | {"seed": 234567})
    run_whole(witness, SLUG, {"prompt": "a fox"})
    witness.ask("POST", f"/v1/{SLUG}", SENT, key="SG_ffffffffffffffff")


def import_one(recording, known=KNOWN):
    """Return the only contract that is made of a recording."""
    [contract] = make_recorded_contracts(recording, None, DATE, known)
    return contract


def test_a_model_that_no_list_has_becomes_a_contract(tmp_path, models):
    """Parameters and types that were seen advise; only what was refused for being left out does."""
    contract = import_one(record(tmp_path / "recording", play_own, models=models))
    document, terms = contract.document, contract.document["x-model"]
    assert document["properties"] == {
        "prompt": {"x-evidence": "recorded", "x-advice": {"type": "string"}},
        "image_file": {"x-evidence": "recorded", "x-advice": {"type": "string"}},
        "seed": {"x-evidence": "recorded", "x-advice": {"type": "integer"}},
    }
    assert document["required"] == ["image_file"]
    assert (terms["level"], terms["v1_returns"]) == ("partial", "image")
    assert Decimal(terms["price"]["usd"]) == Decimal("0.02")
    assert terms["provenance"][0] == {
        "what": "parameters",
        "evidence": "recorded",
        "source": f"{tmp_path / 'recording'}, of https://api.segmind.com",
        "date": DATE,
    }
    assert SENT in document["examples"]


def test_the_contract_is_one_that_is_served(tmp_path, models):
    """It lints, and takes what was taken."""
    contract = import_one(record(tmp_path / "recording", play_own, models=models))
    own = tmp_path / "own"
    own.mkdir()
    (own / f"{SLUG}.json").write_text(json.dumps(contract.document))
    model = Catalogue(own).models[SLUG]
    assert model.validator.is_valid(SENT)
    assert not model.validator.is_valid({"prompt": "a fox"})


def test_what_was_taken_proves_no_requirement(tmp_path):
    """Not even if every run had it."""
    slug = "fast-flux-schnell"
    recording = record(
        tmp_path, lambda witness: run_whole(witness, slug, {"prompt": "a", "seed": 3})
    )
    document = import_one(recording, known={}).document
    assert "required" not in document
    assert list(document["properties"]) == ["prompt", "seed"]


@pytest.mark.parametrize("kept", ["hashed", "dropped"])
def test_a_prompt_that_was_not_kept_says_only_that_there_was_one(tmp_path, kept):
    """Neither a type nor an example is made of what stands in its place."""
    sent = {"prompt": "a very special fox", "seed": 3}
    recording = record(
        tmp_path,
        lambda witness: run_whole(witness, "fast-flux-schnell", sent),
        keep=Keep(prompts=kept),
    )
    document = import_one(recording, known={}).document
    assert document["properties"]["prompt"] == {"x-evidence": "recorded"}
    assert "dropped" not in json.dumps(document)
    assert "sha256" not in json.dumps(document)


def test_a_contract_that_comes_along_keeps_what_was_not_seen(tmp_path):
    """Its parameters, its price table and its output stand; the recording is told first."""
    slug = "ideogram-3"
    recording = record(
        tmp_path, lambda witness: run_whole(witness, slug, find_example(slug) | {"mood": "calm"})
    )
    contract = import_one(recording)
    was, made = KNOWN[slug].document, contract.document
    assert made["properties"]["mood"] == {
        "x-evidence": "recorded",
        "x-advice": {"type": "string"},
    }
    assert {**made["properties"], "mood": None} == {**was["properties"], "mood": None}
    assert made["required"] == was["required"]
    assert made["x-model"]["price"] == was["x-model"]["price"]
    assert made["x-model"]["provenance"][0]["evidence"] == "recorded"
    assert made["x-model"]["provenance"][1:] == was["x-model"]["provenance"]


def serve_changed(folder, slug, change):
    """Write a model that is changed, as the service may have it; return the folder."""
    document = json.loads(json.dumps(KNOWN[slug].document))
    change(document)
    folder.mkdir()
    (folder / "model.json").write_text(json.dumps(document))
    return folder


def test_what_was_taken_refuses_no_more(tmp_path):
    """A value beyond the list that the contract has, and a run without what it requires."""
    slug = "ideogram-turbo-img-2-img"

    def change(document):
        document["properties"]["style_type"] = {"type": "string"}
        document["required"] = ["prompt"]

    models = serve_changed(tmp_path / "models", slug, change)
    sent = {"prompt": "a fox", "style_type": "CLAY"}
    recording = record(
        tmp_path / "recording", lambda witness: run_whole(witness, slug, sent), models=models
    )
    contract = import_one(recording)
    assert not jsonschema_rs.is_valid(KNOWN[slug].schema, sent)
    assert "enum" not in contract.document["properties"]["style_type"]
    assert "CLAY" not in contract.document["properties"]["style_type"]["x-advice"]["enum"]
    assert contract.document["required"] == ["prompt"]
    told = {str(each) for each in contract.assumptions}
    assert (
        "parameter style_type: a value was taken that breaks its enum, which only advises now"
        in told
    )
    assert "parameter image_file: a run without it succeeded" in told


def test_a_charge_that_differs_is_taken_over(tmp_path):
    """Where the contract has one price for every run."""
    slug = "ideogram-2a-txt-2-img"

    def change(document):
        document["x-model"]["price"]["usd"] = "0.07"

    models = serve_changed(tmp_path / "models", slug, change)
    recording = record(
        tmp_path / "recording",
        lambda witness: run_whole(witness, slug, {"prompt": "a"}),
        models=models,
    )
    contract = import_one(recording)
    assert contract.document["x-model"]["price"]["usd"] == "0.07"
    assert "price: $0.07 was charged for every run; the contract had $0.05" in map(
        str, contract.assumptions
    )


REFUSAL = (
    "refusal: \"Parameter 'seed' is 1, but it must be from 100 to 999999.\" came; "
    "it proves no rule, so none is made"
)


def test_another_refusal_makes_no_rule(tmp_path):
    """It is told in the words that came."""
    slug = "ideogram-3"

    def play(witness):
        run_whole(witness, slug, {"prompt": "a"})
        witness.ask("POST", f"/v1/{slug}", {"prompt": "a", "seed": 1})

    contract = import_one(record(tmp_path, play))
    assert contract.document["properties"] == KNOWN[slug].document["properties"]
    assert [str(each) for each in contract.assumptions if each.about == "refusal"] == [REFUSAL]


def test_a_recording_without_a_run_is_refused(tmp_path):
    """And so is a slug that it does not have; the message says what there is."""
    empty = record(tmp_path / "empty", lambda witness: witness.read_balance())
    assert find_refusal(make_recorded_contracts, empty, None, DATE, KNOWN) == (
        "1 exchange came, and no run of a model with a body of JSON that succeeded or was refused "
        "for it; record one with its polls up to the result"
    )
    other = record(
        tmp_path / "other", lambda witness: run_whole(witness, "ideogram-3", {"prompt": "a"})
    )
    assert find_refusal(make_recorded_contracts, other, "gpt-4o", DATE, KNOWN) == (
        "it has no run of 'gpt-4o' that ended; it has some of ideogram-3"
    )
