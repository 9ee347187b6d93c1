"""Terms of a model: what a source says, and what is assumed."""

from decimal import Decimal

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.kinds import load_kinds
from mockserver.importing.drafts import Draft
from mockserver.importing.terms import TermsMaker


def make(task="text-to-image", known=None, **said):
    """Return terms, and what they assume, by its part of the contract."""
    schema = {"properties": said.pop("properties", {})}
    maker = TermsMaker(Draft(slug="x", schema=schema, **said), load_kinds()[task], known)
    terms = maker.make()
    return terms, {each.about: each.reason for each in maker.assumptions}


def test_what_the_source_says_is_not_assumed():
    """Seconds, price, answer and the defaults of parameters."""
    terms, assumed = make(
        v1_returns="json",
        seconds=3.5,
        usd=(Decimal("0.02"),),
        properties={
            "size": {"default": "512x768"},
            "seed": {"minimum": 1, "maximum": 9},
        },
    )
    assert assumed == {}
    assert terms == {
        "slug": "x",
        "task": "text-to-image",
        "retired": False,
        "v1_returns": "json",
        "typical_s": 3.5,
        "price": {"usd": "0.02"},
        "output": {
            "media": "image",
            "format": "png",
            "size": {"parameters": ["size"], "default": "512x768"},
        },
        "seed": {"parameter": "seed", "minimum": 1, "maximum": 9},
    }


def test_what_the_source_does_not_say_is_how_its_kind_mostly_is():
    """Each is told, with the value."""
    usual = load_kinds()["text-to-video"].model
    terms, assumed = make("text-to-video")
    assert terms["typical_s"] == usual["typical_s"]
    assert terms["price"] == {"usd": usual["price"]["usd"]}
    assert sorted(assumed) == ["output.duration", "output.size", "price", "typical_s", "v1_returns"]
    assert assumed["price"].startswith(f"the source does not say; ${usual['price']['usd']} is")
    assert assumed["price"].endswith("is assumed, as of most models of the task text-to-video")


def test_what_is_known_of_the_slug_comes_before_its_kind():
    """A price by value is taken whole, if the model has the parameter."""
    known = load_shipped_catalogue().models["ideogram-3"].terms
    terms, assumed = make(known=known, properties={"rendering_speed": {}, "seed": {}})
    assert terms["typical_s"] == known.typical_s
    assert terms["price"]["usd_by_value"]["TURBO"] == str(known.price.usd_by_value["TURBO"])
    assert terms["v1_returns"] == "json"
    assert terms["seed"]["maximum"] == known.seed.maximum
    assert assumed["price"].endswith("as of the contract that comes along")
    assert make(known=known)[0]["price"]["usd"] == str(known.price.usd)
    assert "usd_by_value" not in make(known=known)[0]["price"]


def test_the_middle_of_two_prices_is_assumed():
    """Whatever decides between them is not known."""
    terms, assumed = make(usd=(Decimal("0.037"), Decimal("0.113")))
    assert terms["price"] == {"usd": "0.075"}
    assert assumed["price"] == (
        "the source says $0.037 - $0.113; the middle, $0.075, is assumed for every run"
    )
    assert "price" not in make(usd=(Decimal("0.1"), Decimal("0.1")))[1]


@pytest.mark.parametrize(
    ("task", "per", "price"),
    [
        ("text-to-video", "second", {"usd": "0.1", "per": "second"}),
        ("text-to-image", "second", {"usd": "0.1"}),
        ("text-to-image", "picture", {"usd": "0.1", "per": "picture"}),
        ("text-to-video", "picture", {"usd": "0.1"}),
    ],
)
def test_a_price_is_for_what_is_made(task, per, price):
    """Pictures do not play, and a film is no picture."""
    terms, assumed = make(task, usd=(Decimal("0.1"),), per=per)
    assert terms["price"] == price
    assert ("price" in assumed) is (price == {"usd": "0.1"} and per == "second")


def test_an_answer_that_the_medium_cannot_have_is_not_taken():
    """A film is no picture."""
    terms, assumed = make("text-to-video", v1_returns="image")
    assert terms["v1_returns"] == "video"
    assert assumed["v1_returns"].startswith("the source says image; video is assumed")


@pytest.mark.parametrize(
    ("properties", "size"),
    [
        ({"width": {"default": 640}, "height": {"default": 480}}, "640x480"),
        ({"width": {"default": 640}}, "1024x1024"),
        ({"aspect_ratio": {"default": "1:1"}}, "1024x1024"),
        ({"size": {"default": None}}, "1024x1024"),
        ({"size": True}, "1024x1024"),
    ],
)
def test_defaults_of_parameters_are_the_default_size(properties, size):
    """A width without a height sets nothing."""
    made = make(properties=properties)[0]["output"]["size"]
    assert made["default"] == size
    assert ("width_parameter" in made) is ("height" in properties)


def test_a_default_length_is_that_of_the_parameter():
    """A text spells it as well."""
    made = make("text-to-video", properties={"duration": {"default": "8"}})[0]["output"]
    assert made["duration"] == {"parameter": "duration", "default_s": 8.0}


@pytest.mark.parametrize(
    ("schema", "seed"),
    [
        ({"minimum": -1, "maximum": 9}, {"minimum": 0, "maximum": 9, "drawn_for": -1}),
        ({"minimum": 5, "maximum": 9}, {"minimum": 5, "maximum": 9}),
        ({"minimum": 5}, {"minimum": 0, "maximum": 2147483647, "drawn_for": -1}),
        ({"minimum": 9, "maximum": 5}, {"minimum": 0, "maximum": 2147483647, "drawn_for": -1}),
        ({"minimum": -9, "maximum": -5}, {"minimum": 0, "maximum": 0, "drawn_for": -1}),
    ],
)
def test_seeds_are_drawn_from_the_range_of_the_parameter(schema, seed):
    """A word for "draw one" is kept where the range has it."""
    assert make(properties={"seed": schema})[0]["seed"] == {"parameter": "seed", **seed}


def test_names_of_parameters_that_the_model_has_not_are_left_out():
    """A list of one is that one."""
    terms = make(properties={"image_format": {}, "file_type": {}, "base_64": {}, "n": {}})[0]
    assert terms["output"]["format_parameter"] == ["image_format", "file_type"]
    assert terms["output"]["count_parameter"] == "n"
    assert terms["base64"] == {"parameter": "base_64"}
    assert "seed" not in terms
