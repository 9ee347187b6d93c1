"""Terms of a model: names of parameters are read alone or as a list, and written as they came."""

import json
from decimal import Decimal

import msgspec
import pytest

from mockserver.base.json_encoding import encode
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.kinds import load_kinds
from mockserver.contract.model_terms import parse_terms, render_terms

TERMS = {
    "slug": "any",
    "task": "text-to-image",
    "v1_returns": "image",
    "typical_s": 1,
    "price": {"usd": "0.05"},
    "output": {"media": "image", "size": {"default": "8x8"}},
}
SEED = {"minimum": 0, "maximum": 9}


@pytest.mark.parametrize(
    ("written", "names"), [("seed", ("seed",)), (["seed"], ("seed",)), (["a", "b"], ("a", "b"))]
)
def test_a_parameter_has_one_name_or_several(written, names):
    """Both are read as names in their order; what is not named has none."""
    terms = parse_terms({**TERMS, "seed": {**SEED, "parameter": written}})
    assert terms.seed.parameter == names
    assert terms.output.count_parameter == terms.duration_parameter == ()
    assert terms.price.usd == Decimal("0.05")


@pytest.mark.parametrize("written", [7, None, {"name": "seed"}, [7]])
def test_what_is_no_name_is_refused(written):
    """`contracts/schemas/model.json` says so first, with the place."""
    with pytest.raises(msgspec.ValidationError):
        parse_terms({**TERMS, "seed": {**SEED, "parameter": written}})


def test_terms_are_written_as_a_file_has_them():
    """One name is a text, several are a list, and where there is none there is null."""
    model = {**load_kinds()["text-to-image"].model, "seed": {**SEED, "parameter": "seed"}}
    written = json.loads(encode(render_terms(parse_terms({**TERMS, **model}))))
    assert written["seed"]["parameter"] == "seed"
    assert written["base64"] == {"parameter": ["base64", "base_64"], "count_parameter": None}
    assert written["price"]["parameter"] is None
    assert written["output"]["size"]["width_parameter"] == ["width", "img_width", "custom_width"]


def test_what_is_written_reads_back():
    """Of every model that comes along, amounts as numbers included."""
    for model in load_shipped_catalogue().models.values():
        written = json.loads(encode(render_terms(model.terms)), parse_float=str)
        assert parse_terms(drop_nulls(written)) == model.terms


def drop_nulls(value):
    """Return a document without members that are null."""
    if isinstance(value, dict):
        return {name: drop_nulls(inner) for name, inner in value.items() if inner is not None}
    return value
