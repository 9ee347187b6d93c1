"""What was seen of models, as parts of contracts."""

from __future__ import annotations

import json

import pytest

from mockserver.base.errors import ContractError
from mockserver.contract.directory import DirectoryRow
from mockserver.importing.observed_models import (
    WEIGHTIEST_FIRST,
    Claim,
    Place,
    Sighting,
    make_part,
    read_sightings,
)

PAGE = Place("https://example.com/tiny")
CODE = Place("somebody/old-sdk src/tiny.ts", "2023-10-27")


def see(evidence="docs", place=PAGE, **fields):
    """Return what a class of evidence says of the model `tiny`."""
    return Sighting(slug="tiny", evidence=evidence, sources=[place], **fields)


def part_of(*sightings):
    """Return the part that is made of these."""
    return make_part("tiny", list(sightings))


def test_a_part_has_what_is_known_and_where_it_was_seen():
    """Parameters, samples, seconds and what v1 returns; nothing of what nobody says."""
    part = part_of(
        see(
            parameters={"prompt": Claim(type="string", required=True)},
            samples=[{"prompt": "a boat", "steps": 4}],
            seconds=3.5,
            v1_returns="Image",
        )
    )
    assert part == {
        "x-model": {
            "slug": "tiny",
            "level": "partial",
            "typical_s": 3.5,
            "v1_returns": "image",
            "provenance": [
                {"what": "parameters and samples", "evidence": "docs", "source": PAGE.where},
                {"what": "typical duration", "evidence": "docs", "source": PAGE.where},
            ],
        },
        "required": ["prompt"],
        "properties": {
            "prompt": {"type": "string", "minLength": 1, "x-evidence": "docs"},
            "steps": {"x-evidence": "samples"},
        },
        "examples": [{"prompt": "a boat", "steps": 4}],
    }


def test_the_weightier_evidence_is_told_first():
    """What each source says is kept apart, with its day."""
    claims = {"steps": Claim(type="integer")}
    part = part_of(see(parameters=claims), see("vendor-code", CODE, parameters=claims))
    assert [row["evidence"] for row in part["x-model"]["provenance"]] == ["docs", "vendor-code"]
    assert part["x-model"]["provenance"][1]["date"] == "2023-10-27"
    assert part["properties"]["steps"]["x-evidence"] == "docs"


@pytest.mark.parametrize(
    ("words", "v1_returns", "output"),
    [
        ("Image", "image", None),
        ("Image (image/jpeg)", "image", {"format": "jpeg"}),
        ("Video", "video", None),
        ("Audio", "audio", None),
        ("Text/JSON", "json", None),
        ("JSON, OpenAI form", "json", None),
    ],
)
def test_what_v1_returns_is_read_off_the_words_of_the_page(words, v1_returns, output):
    """Pages name the medium first, and a media type where there is one."""
    terms = part_of(see(v1_returns=words))["x-model"]
    assert (terms["v1_returns"], terms.get("output")) == (v1_returns, output)


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"parameters": {"prompt": Claim(type="string")}, "whole_page": True}, "verified"),
        ({"parameters": {"prompt": Claim(type="string")}}, "partial"),
        ({"samples": [{"prompt": "a boat"}]}, "partial"),
        ({"seconds": 4.0, "whole_page": True}, "listed"),
    ],
)
def test_the_level_is_how_much_of_the_parameters_is_known(fields, level):
    """All that a page shows to its end, some, or none."""
    assert part_of(see(**fields))["x-model"]["level"] == level


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (None, {"price", "typical_s"}),
        (DirectoryRow("tiny", "Tiny", "LLM", "0.5", None), {"typical_s"}),
        (DirectoryRow("tiny", "Tiny", "LLM", "0.5", 9.0), set()),
    ],
)
def test_price_and_seconds_of_the_directory_outweigh_those_of_a_page(row, told):
    """They are means of many runs; what it leaves out is the page's, and said to be."""
    sightings = [see("clients", CODE, task="text"), see(seconds=4.0, usd=[0.017])]
    terms = make_part("tiny", sightings, row)["x-model"]
    seen = {"price": {"usd": "0.017"}, "typical_s": 4.0}
    assert {name: terms[name] for name in seen if name in terms} == {
        name: seen[name] for name in told
    }
    whats = {"price": "price", "typical_s": "typical duration"}
    assert terms["provenance"][2:] == [
        {"what": whats[name], "evidence": "docs", "source": PAGE.where} for name in sorted(told)
    ]


def test_an_output_that_is_like_no_other_of_its_kind_is_told():
    """The providers publish what the vendor's pages leave out."""
    part = part_of(see("inferred", output={"dimensions": 3072}))
    assert part["x-model"]["output"] == {"dimensions": 3072}
    assert part["x-model"]["provenance"][0]["what"] == "output"


def test_of_a_model_that_is_only_named_there_is_no_part():
    """The directory says as much."""
    row = DirectoryRow("tiny", "Tiny", "LLM", "0.5", None)
    assert make_part("tiny", [see(usd=[0.1])], row) is None


def test_a_model_that_the_directory_lacks_says_what_it_does():
    """Its kind cannot be looked up."""
    assert part_of(see(task="text"))["x-model"]["task"] == "text"


def test_a_sample_that_has_to_be_read_leniently_is_spelled_as_declared():
    """Examples satisfy the schema as it stands; the sources keep the sample."""
    scale = {"scale": Claim(type="integer")}
    part = part_of(see(parameters=scale, samples=[{"scale": "2", "name": "2"}]))
    assert part["examples"] == [{"scale": 2, "name": "2"}]


# --- The sources ----------------------------------------------------------------------------


def write_sources(folder, **lines):
    """Write a file for each class of evidence."""
    for evidence in WEIGHTIEST_FIRST:
        rows = lines.get(evidence.replace("-", "_"), [])
        (folder / f"{evidence}.jsonl").write_text("".join(f"{row}\n" for row in rows))
    return folder


def test_sightings_are_gathered_by_model(tmp_path):
    """In the order of slugs, and of evidence."""
    rows = {
        evidence: [
            json.dumps({"slug": slug, "evidence": evidence, "sources": [{"where": "x"}]})
            for slug in ("b", "a")
        ]
        for evidence in ("clients", "docs")
    }
    found = read_sightings(write_sources(tmp_path, **rows))
    assert list(found) == ["a", "b"]
    assert [seen.evidence for seen in found["a"]] == ["docs", "clients"]


@pytest.mark.parametrize("line", ["{", '{"slug": "a"}', '{"slug": 3}', "[]"])
def test_a_line_that_is_none_is_told_with_its_number(tmp_path, line):
    """And the file that it is in."""
    with pytest.raises(ContractError) as refusal:
        read_sightings(write_sources(tmp_path, docs=[line]))
    assert (refusal.value.line, refusal.value.file) == (1, str(tmp_path / "docs.jsonl"))
