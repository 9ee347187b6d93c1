"""The most that a run can cost, by its contract."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

import pytest

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.contract.models import Model
from mockserver.spending.prices import find_worst_price

CATALOGUE = load_shipped_catalogue()
MODELS = CATALOGUE.models


@pytest.mark.parametrize(
    ("slug", "parameters", "worst"),
    [
        ("ideogram-2a-txt-2-img", {"prompt": "a"}, "0.05"),
        ("lyria-2", {"prompt": "a"}, "0.09"),
        ("ideogram-3", {"prompt": "a"}, "0.113"),
        ("ideogram-3", {"rendering_speed": "TURBO"}, "0.113"),
        ("sdxl1.0-txt2img", {"samples": 2}, "0.016"),
        ("sdxl1.0-txt2img", {"samples": "3"}, "0.024"),
        ("sdxl1.0-txt2img", {}, "0.032"),
        ("sdxl1.0-txt2img", {"samples": "many"}, "0.032"),
        ("sdxl1.0-txt2img", {"samples": 1000}, "8"),
        ("seedance-2.0", {"duration": 5, "resolution": "480p"}, "6.804"),
        ("seedance-2.0", {}, "20.412"),
        ("inpaint-auto", {}, "0.01"),
    ],
)
def test_the_dearest_reading_of_what_was_asked_is_what_it_can_cost(slug, parameters, worst):
    """A parameter that decides and was left out may have any value that the contract allows."""
    assert find_worst_price(MODELS[slug], parameters) == Decimal(worst)


@pytest.mark.parametrize(
    "slug",
    [
        "gemini-2.5-flash",
        "claude-4.5-sonnet",
        "ideogram-txt-2-img",
        "mock-inference",
        "ace-step-music",
        "someone-dreambooth",
    ],
)
def test_means_and_guesses_bound_no_price(slug):
    """What calls cost on the average, or what a similar model costs, says nothing of this one."""
    assert find_worst_price(MODELS[slug], {}) is None


def test_no_example_of_a_contract_costs_more_than_its_worst():
    """The price that the emulator takes is never above the bound."""
    bounded = 0
    for slug in MODELS:
        model = MODELS[slug]
        for example in (*model.document["examples"], {}):
            worst = find_worst_price(model, example)
            if worst is not None:
                bounded += 1
                assert model.compute_price(example) <= worst, slug
    assert bounded


def make_film_model(duration, properties=None, level="partial", **price):
    """Return a model that costs a dollar a second, by a published price, or by this one."""
    document = deepcopy(MODELS["seedance-2.0"].document)
    document["properties"] |= properties or {}
    document["x-model"] |= {
        "level": level,
        "price": {"usd": "1", "per": "second"} | price,
        "provenance": [{"what": "price", "evidence": "docs"}],
    }
    document["x-model"]["output"]["duration"] = duration
    return Model(MODELS["seedance-2.0"].file, document, CATALOGUE.schemas)


FRAMES = {
    "default_s": 5,
    "frames_parameter": "frames",
    "frames_per_second_parameter": "rate",
}
MOST_FRAMES = {"frames": {"type": "integer", "maximum": 96}}
LISTED = {"seconds": {"enum": [5, "10", "ever"]}}


@pytest.mark.parametrize(
    ("duration", "properties", "parameters", "worst"),
    [
        ({"default_s": 7}, None, {"duration": 40}, "7"),
        ({"default_s": 5, "parameter": "duration"}, None, {"duration": 9}, "9"),
        ({"default_s": 5, "parameter": "duration"}, None, {"duration": "long"}, "15"),
        ({"default_s": 5, "parameter": "seconds"}, LISTED, {}, "10"),
        ({"default_s": 5, "parameter": "seconds"}, {"seconds": {}}, {}, None),
        ({"default_s": 5, "parameter": "seconds"}, {"seconds": {}}, {"seconds": 6}, "6"),
        (FRAMES, MOST_FRAMES, {"frames": 48, "rate": 12}, "4"),
        (FRAMES, MOST_FRAMES, {"frames": 48, "rate": 240}, "2"),
        (FRAMES, MOST_FRAMES, {"frames": 48}, "48"),
        (FRAMES, MOST_FRAMES, {}, "96"),
        (FRAMES, {"frames": {}}, {}, None),
        (FRAMES | {"parameter": "duration"}, MOST_FRAMES, {"duration": 9}, "9"),
        (FRAMES | {"parameter": "duration"}, MOST_FRAMES, {"duration": 9, "frames": 60}, "60"),
        (FRAMES | {"parameter": "duration"}, {"frames": {}}, {"frames": []}, None),
    ],
)
def test_a_price_by_the_second_is_bound_by_all_that_sets_the_seconds(
    duration, properties, parameters, worst
):
    """Frames are as many seconds as at the slowest rate that may be meant."""
    found = find_worst_price(make_film_model(duration, properties), parameters)
    assert found == (None if worst is None else Decimal(worst))


def test_what_is_only_listed_has_no_price():
    """Whatever the rest of its contract says."""
    model = make_film_model({"default_s": 7}, level="listed")
    assert find_worst_price(model, {}) is None


def test_a_price_by_the_second_of_what_has_no_seconds_is_unbound():
    """A contract may price by the second what it does not say the length of."""
    assert find_worst_price(make_film_model(None), {}) is None


TIERS = {"parameter": "resolution", "usd_by_value": {"480p": "0.5", "720p": "1"}}


@pytest.mark.parametrize(
    ("asked", "worst"), [("480p", "0.5"), ("720p", "1"), ("8k", "1"), (None, "1")]
)
def test_a_published_tier_is_believed_and_another_costs_the_dearest(asked, worst):
    """As nothing says which one is taken where none was asked for."""
    model = make_film_model({"default_s": 7}, per="run", **TIERS)
    assert find_worst_price(model, {"resolution": asked}) == Decimal(worst)


def test_one_picture_is_paid_for_where_nothing_can_ask_for_more():
    """A price by the picture is one by the run then."""
    assert find_worst_price(make_film_model({"default_s": 7}, per="picture"), {}) == 1
