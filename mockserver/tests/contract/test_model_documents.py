"""Whole contracts of models of which little is known."""

from __future__ import annotations

import pytest

from mockserver.contract.directory import DirectoryRow
from mockserver.contract.kinds import load_kinds
from mockserver.contract.model_documents import complete_document

PICTURES = load_kinds()["text-to-image"]
ROW = DirectoryRow("tiny", "Tiny Painter", "Text-to-Image Generation", "0.0123", 4.5)
SEEN = {"what": "parameters", "evidence": "docs", "source": "https://example.com/tiny"}
DAY = "2026-08-19"


def complete(part=None, row=ROW):
    """Return the whole contract of the model `tiny`."""
    return complete_document("tiny", part or {}, row, PICTURES, DAY)


def test_of_a_listed_model_the_directory_says_title_price_and_seconds():
    """And its kind all else."""
    document = complete()
    terms = document["x-model"]
    assert (document["title"], document["$id"]) == ("Tiny Painter", "urn:segmock:model:tiny")
    assert (terms["level"], terms["price"], terms["typical_s"]) == (
        "listed",
        {"usd": "0.0123"},
        4.5,
    )
    assert terms["output"] == PICTURES.model["output"]
    assert (document["properties"], document["examples"]) == ({}, [PICTURES.example])


def test_what_a_file_says_outweighs_the_directory_and_the_kind():
    """An output may be said in part."""
    own = {"slug": "tiny", "level": "partial", "typical_s": 3, "output": {"format": "jpeg"}}
    part = {"x-model": {**own, "provenance": [SEEN]}, "properties": {"prompt": {}}}
    document = complete(part)
    terms = document["x-model"]
    assert (terms["level"], terms["typical_s"]) == ("partial", 3)
    assert terms["output"] == {**PICTURES.model["output"], "format": "jpeg"}
    assert document["properties"] == {"prompt": {}}


def test_each_part_says_where_it_comes_from():
    """The file's sources, the directory with its day, and what is inferred from the kind."""
    told = complete({"x-model": {"provenance": [SEEN]}})["x-model"]["provenance"]
    assert told[0] == SEEN
    assert told[1]["evidence"] == "docs"
    assert told[1]["date"] == DAY
    assert "directory" in told[1]["source"]
    assert told[2]["evidence"] == "inferred"


def test_seconds_that_the_directory_does_not_have_are_the_kinds():
    """And are not told as the directory's."""
    row = DirectoryRow("tiny", "Tiny", "Text-to-Image Generation", "1", None)
    terms = complete(row=row)["x-model"]
    assert terms["typical_s"] == PICTURES.model["typical_s"]
    assert "typical duration" not in terms["provenance"][0]["what"]


def test_a_model_that_the_directory_lacks_is_called_by_its_slug():
    """Its price and seconds are those of its kind."""
    document = complete({"x-model": {"slug": "tiny", "task": "text-to-image"}}, row=None)
    assert document["title"] == "tiny"
    assert document["x-model"]["price"] == PICTURES.model["price"]
    assert [row["evidence"] for row in document["x-model"]["provenance"]] == ["inferred"]


def test_an_example_has_parameters_that_the_model_knows():
    """Those of its kind's example that it has, and some with their defaults."""
    properties = {
        "prompt": {"type": "string"},
        "steps": {"type": "integer", "default": 4},
        "mask": {"type": "string"},
    }
    [example] = complete({"x-model": {}, "properties": properties})["examples"]
    assert example == {**PICTURES.example, "steps": 4}
    own = complete({"x-model": {}, "properties": properties, "examples": [{"prompt": "x"}]})
    assert own["examples"] == [{"prompt": "x"}]


def test_of_a_verified_model_nothing_decides_that_it_does_not_have():
    """All of its parameters are known; of another, one that is not known may be sent."""
    properties = {"prompt": {"type": "string"}, "aspect_ratio": {"type": "string"}}
    terms = {
        level: complete({"x-model": {"level": level}, "properties": properties})["x-model"]
        for level in ("verified", "partial")
    }
    size = terms["verified"]["output"]["size"]
    assert size == {"parameters": ["aspect_ratio"], "default": "1024x1024"}
    assert not terms["verified"].keys() & {"seed", "base64"}
    assert "format_parameter" not in terms["verified"]["output"]
    assert terms["partial"]["output"] == PICTURES.model["output"]


def complete_chat(part):
    """Return the whole contract of the language model `tiny`."""
    row = DirectoryRow("tiny", "Tiny Talker", "Text Generation (LLM)", "0.0123", 4.5)
    return complete_document("tiny", part, row, load_kinds()["text"], DAY)


@pytest.mark.fact("B1")
def test_what_all_of_a_kind_take_outweighs_what_a_file_says():
    """The page's type and its word that something is required are left out; its evidence stays."""
    page = {"messages": {"type": "array", "x-evidence": "docs"}, "top_k": {"type": "integer"}}
    wanted = {"required": ["messages", "top_k"]}
    part = {"x-model": {}, **wanted, "x-advice": wanted, "properties": page}
    document = complete_chat(part)
    taken = load_kinds()["text"].takes
    assert document["$ref"] == taken.schema
    assert document["required"] == document["x-advice"]["required"] == ["top_k"]
    assert document["properties"]["top_k"] == {"type": "integer"}
    assert document["properties"]["messages"] == {
        **taken.properties["messages"],
        "x-evidence": "docs",
    }
    assert document["properties"].keys() == {"top_k", *taken.properties}
    told = document["x-model"]["provenance"]
    assert {"what": taken.what, "evidence": "inferred", "fact": "B1"} in told


def test_nothing_is_required_where_the_page_requires_the_conversation_alone():
    """A `prompt` stands for `messages`, without a refusal and without a note."""
    wanted = {"required": ["messages"]}
    part = {"x-model": {}, **wanted, "x-advice": wanted, "properties": {"messages": {}}}
    document = complete_chat(part)
    assert "required" not in document
    assert document["x-advice"] == {}
    assert document["examples"] == [load_kinds()["text"].example]


def test_a_model_without_a_known_parameter_takes_anything():
    """Of a listed model nothing is refused, whatever its kind takes."""
    document = complete_chat({})
    assert document["properties"] == {}
    assert not {"$ref", "required"} & document.keys()
