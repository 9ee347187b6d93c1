"""The names of parameters in the terms of a model."""

from __future__ import annotations

from mockserver.contract.parameter_names import list_names, select_names

TERMS = {
    "typical_s": 3,
    "output": {
        "format": "png",
        "format_parameter": ["output_format", "format"],
        "size": {
            "parameters": ["size", "ratio"],
            "width_parameter": ["width"],
            "height_parameter": ["height", "img_height"],
        },
    },
    "seed": {"parameter": "seed", "minimum": 0},
}


def test_one_name_is_a_list_of_one():
    """A file may spell it either way."""
    assert list_names("seed") == list_names(["seed"]) == ["seed"]


def test_terms_keep_the_names_that_there_are():
    """One alone stands without a list; what is no name stays as it is."""
    known = {"format", "ratio", "width", "height", "img_height"}
    output = select_names(TERMS, known)["output"]
    assert output["format_parameter"] == "format"
    assert output["size"] == {
        "parameters": ["ratio"],
        "width_parameter": "width",
        "height_parameter": ["height", "img_height"],
    }
    assert select_names(TERMS, known)["seed"] == {"minimum": 0}


def test_one_side_alone_decides_no_size():
    """A width without a height, or the other way round, is left out."""
    assert select_names(TERMS, {"width"})["output"]["size"] == {"parameters": []}
    assert select_names(TERMS, {"height"})["output"]["size"] == {"parameters": []}
